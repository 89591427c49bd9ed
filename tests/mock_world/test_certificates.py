"""What certificates name, whom calls trust, and names of cookies, without a listener that speaks TLS."""

from pathlib import Path

import pytest

from mock_world import Refusal, World
from mock_world.calls import call
from mock_world.tls import make_authority, names_of
from mock_world.web.cookies import cookie_name, sso_cookie_name


def test_certificates_name_what_the_process_is_called_by() -> None:
    settings = {
        "idp.public_url": "https://Login.example:8443/x",
        "idp.internal_url": "https://idp:8401",
        "cpms.public_url": "",
        "allowed_hosts": ["desk.example"],
        "link.life": "PT5M",
    }
    names = names_of("192.0.2.1", settings)
    assert {"localhost", "127.0.0.1", "::1", "eulogin.localhost", "eulogin"} <= set(names)
    assert {"192.0.2.1", "login.example", "idp", "desk.example"} <= set(names)
    assert "" not in names
    assert len(names) == len(set(names))
    assert make_authority(names).pem.startswith("-----BEGIN CERTIFICATE-----")


@pytest.mark.parametrize("name", ["eu_login", "x:80", "a" * 300])
def test_a_name_that_no_certificate_can_hold_is_told(name: str) -> None:
    with pytest.raises(ValueError, match="expected host names that a certificate can hold"):
        make_authority(names_of("localhost", {"allowed_hosts": [name]}))


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"-----BEGIN CERTIFICATE-----\nx"])
def test_a_file_that_is_no_authority_is_told(world: World, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "theirs.pem"
    if content is not None:
        file.write_bytes(content)
    world.settings.change({"back_channel.ca": str(file)})
    with pytest.raises(Refusal) as refused:
        call(world, "GET", "https://localhost:1/")
    assert refused.value.code == "call.authority_unreadable"
    assert refused.value.expected == f"a PEM file with certificates at {file}"
    assert "back_channel.ca" in refused.value.remedy


def test_cookies_have_the_real_names_where_the_address_is_by_https(world: World) -> None:
    assert sso_cookie_name(world) == f"eulogin_idp_{world.name}_sso"
    world.settings.change({"idp.public_url": "https://login.example"})
    assert sso_cookie_name(world) == "__Secure-CASTGC"
    assert cookie_name("idp", world, "known") == f"eulogin_idp_{world.name}_known"
    assert cookie_name("cpms", world) == f"eulogin_cpms_{world.name}"
