"""The mock that tests use, and its addresses."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eulogin_harness.client import Harness

CHECKPOINTS = {"bundle.checkpoints": 50}  # a test that fails can be replayed from each of its newest requests
_NAMES = {"desk": "desk", "idp": "eulogin", "cpms": "cpms", "phone": "phone"}


@pytest.fixture(scope="session")
def _eulogin_harness(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Harness]":
    """The mock that all tests of this process use."""
    from eulogin_harness.client import Harness

    url = request.config.getoption("eulogin_url")
    if url:
        harness = Harness(url, ca=request.config.getoption("eulogin_ca"))
        harness.wait_until_ready()
        yield harness
        return
    from eulogin_harness.extras import ServerMissing, server_required

    tls = request.config.getoption("eulogin_tls")
    try:
        with server_required("name a mock that runs by --eulogin-url"):
            from eulogin_harness.site import open_site

            opened = open_site(port=request.config.getoption("eulogin_port"), tls=tls, defaults=CHECKPOINTS)
    except ServerMissing as missing:
        raise pytest.fail.Exception(str(missing), pytrace=False) from None
    with opened as site:
        ca = None
        if site.authority:
            ca = tmp_path_factory.mktemp("eulogin") / "ca.pem"
            ca.write_text(site.authority.pem, encoding="ascii")
        yield Harness(site.listeners["desk"], ca=ca)


@pytest.fixture(scope="session")
def eulogin_ca(_eulogin_harness: "Harness") -> "Path | None":
    """PEM file of the authority that the application under test is to trust; None where nothing speaks https."""
    return _eulogin_harness.ca


@pytest.fixture(scope="session")
def _eulogin_names(request: pytest.FixtureRequest) -> dict[str, str]:
    """Host names of the actors and where they are (`host:port`); none without `--eulogin-names`."""
    if not request.config.getoption("eulogin_names"):
        return {}
    harness: Harness = request.getfixturevalue("_eulogin_harness")
    ports = harness.wait_until_ready().ports
    host = urlsplit(harness.url).hostname
    return {f"{name}.localhost": f"{host}:{ports[actor]}" for actor, name in _NAMES.items()}


@pytest.fixture(scope="session")
def _eulogin_addresses(request: pytest.FixtureRequest, _eulogin_names: dict[str, str]) -> dict[str, str]:
    """Settings that give a world addresses by these names."""
    settings = {}
    scheme = "https" if request.config.getoption("eulogin_tls") else "http"
    for actor, name in _NAMES.items():
        if place := _eulogin_names.get(f"{name}.localhost"):
            settings[f"{actor}.public_url"] = f"{scheme}://{name}.localhost"
            settings[f"{actor}.internal_url"] = f"{scheme}://{place}"
    return settings
