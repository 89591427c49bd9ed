"""TLS by one switch, as somebody meets it who starts the mock, and the ports of the official mock-up."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import trustme

from eulogin_harness.client import Harness, NotReady
from eulogin_harness.site import MOCKUP_PORTS, open_site
from mock_world.server import AddressTaken, Site
from mock_world.tls import make_authority
from tests.eulogin_harness.test_command_line import COMMAND, _environment, folder, run, serving
from tests.serving import free_ports, is_free
from tests.suites import RunSuite

__all__ = ["folder"]
pytest_plugins = ["pytester"]
TIMEOUT = 30  # seconds


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with open_site(tls=True, token="secret") as site:
        yield site


@pytest.fixture(scope="module")
def ca(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority's certificate as it was downloaded."""
    file = tmp_path_factory.mktemp("desk") / "ca.pem"
    answer = requests.get(f"{site.listeners['desk']}/ca.pem", verify=False, timeout=TIMEOUT)  # noqa: S501 - the first call
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ca.pem"'
    file.write_bytes(answer.content)
    return file


@pytest.fixture
def harness(site: Site, ca: Path) -> Harness:
    return Harness(site.listeners["desk"], token="secret", ca=ca)


pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Unverified HTTPS request")]


def test_all_four_speak_https_and_are_named_so(site: Site, harness: Harness, ca: Path) -> None:
    ready = harness.wait_until_ready()
    assert {url.partition(":")[0] for url in site.listeners.values()} == {"https"}
    assert ready.addresses.model_dump(exclude={"internal"}) == site.listeners == ready.addresses.internal.model_dump()
    assert ready.internal == {}  # no other address for servers
    for url in site.listeners.values():
        answer = requests.get(f"{url}/favicon.ico", verify=str(ca), auth=("any", "secret"), timeout=TIMEOUT)
        assert answer.ok


def test_the_authority_is_told_without_token_in_every_world(site: Site, harness: Harness, ca: Path) -> None:
    world = harness.worlds.create()
    assert harness.wait_until_ready().ca == f"{site.listeners['desk']}/ca.pem"
    answer = requests.get(f"{world.addresses.desk}/ca.pem", verify=str(ca), timeout=TIMEOUT)
    assert site.authority is not None
    assert answer.text == site.authority.pem
    world.delete()


def test_the_control_room_leads_to_it(site: Site, ca: Path) -> None:
    page = requests.get(site.listeners["desk"], verify=str(ca), auth=("any", "secret"), timeout=TIMEOUT).text
    assert f'href="{site.listeners["desk"]}/ca.pem"' in page
    assert "curl --cacert ca.pem --json" in page


def test_the_call_that_opens_a_bundle_trusts_it(site: Site, ca: Path) -> None:
    url = f"{site.listeners['desk']}/bundle"
    page = requests.get(url, verify=str(ca), auth=("any", "secret"), timeout=TIMEOUT).text
    assert "curl --cacert ca.pem --data-binary @" in page


def test_people_sign_in_to_cpms_by_https_alone(harness: Harness, ca: Path) -> None:
    """Phone and CPMS call EU Login, whose certificate they trust."""
    world = harness.worlds.create()
    person = world.personas.create("device_added")
    phone = world.phones.create()
    phone.scan(payload=person.qr_payload)
    phone.initialise(person.pin or "")
    assert [(one.account, one.server) for one in phone.screen.accounts] == [(person.email, "")]
    with requests.Session() as browser:
        browser.verify, browser.trust_env = str(ca), False
        answer = browser.get(f"{world.addresses.cpms}/screen/signin?ticket=ST-1", timeout=TIMEOUT)
    assert answer.status_code == 403
    assert world.events.refusals()[-1].type == "cpms.ticket_refused"  # EU Login said so, by https
    world.delete()


def test_a_client_without_the_authority_is_told_what_to_do(site: Site) -> None:
    with pytest.raises(NotReady, match="serve --tls --ca-file FILE"):
        Harness(site.listeners["desk"]).wait_until_ready(600)  # it does not wait for what cannot change


# The command.


def test_serve_writes_the_authority_and_takes_it_away(folder: Path) -> None:
    file = folder / "ca.pem"
    with serving("--port", "0", "--tls", "--ca-file", str(file), folder=folder) as (process, desk):
        assert desk.startswith("https://localhost:")
        assert requests.get(f"{desk}livez", verify=str(file), timeout=TIMEOUT).ok
        assert run("ready", "--url", desk, "--ca", str(file)).exit_code == 0
        refused = run("ready", "--url", desk)
        assert refused.exit_code == 1
        assert "--ca or EULOGIN_CA" in refused.stderr
    assert not file.exists()
    assert process.returncode == 0


@pytest.mark.parametrize("held", ["", make_authority(["localhost"]).pem], ids=["mktemp", "of a killed process"])
def test_a_file_without_worth_is_written_anew_and_what_another_wrote_meanwhile_stays(folder: Path, held: str) -> None:
    file = folder / "ca.pem"
    file.write_text(held, encoding="ascii")
    with serving("--port", "0", "--tls", "--ca-file", str(file), folder=folder) as (_, desk):
        assert requests.get(f"{desk}livez", verify=str(file), timeout=TIMEOUT).ok
        file.write_text("of another", encoding="ascii")
    assert file.read_text(encoding="ascii") == "of another"


@pytest.mark.parametrize(
    "held",
    ["notes", trustme.CA().cert_pem.bytes().decode(), make_authority(["localhost"]).pem + "-----BEGIN KEY-----"],
    ids=["text", "another authority", "with a key"],
)
def test_a_file_that_is_there_is_neither_overwritten_nor_taken_away(folder: Path, held: str) -> None:
    file = folder / "ca.pem"
    file.write_text(held, encoding="ascii")
    done = run("serve", "--port", "0", "--tls", "--ca-file", str(file))
    assert (done.exit_code, "holds something else" in done.stderr) == (1, True), done.stderr
    assert file.read_text(encoding="ascii") == held


def test_ready_waits_for_mock_and_authority(folder: Path) -> None:
    """Both are begun at once, and the file is not there yet."""
    port = str(free_ports(4)[0])
    with subprocess.Popen(
        [*COMMAND, "ready", "--wait", "60", "--ca", "ca.pem"],
        cwd=folder,
        env=_environment({"EULOGIN_PORT": port}),
        stdout=subprocess.PIPE,
        stderr=sys.stderr,
        text=True,
    ) as waiting:
        with serving("--port", port, "--ca-file", "ca.pem", folder=folder, EULOGIN_TLS="1"):
            said, _ = waiting.communicate(timeout=60)
    assert said.endswith(f"is ready at https://localhost:{port}\n")
    assert waiting.returncode == 0


def test_tls_may_stand_in_pyproject(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.eulogin-harness]\nport = 0\ntls = true\n", encoding="utf-8")
    with serving(folder=folder) as (_, desk):
        assert desk.startswith("https://")


@pytest.mark.parametrize(
    ("arguments", "told", "code"),
    [
        (("--ca-file", "ca.pem"), "add --tls", 2),
        (("--tls", "--set", "allowed_hosts=eu_login"), "host names that a certificate can hold", 2),
        (("--tls", "--ca-file", "no/folder/ca.pem"), "no/folder/ca.pem cannot", 1),
        (("--compat", "mock-up"), "'mockup'", 2),
    ],
)
def test_wrong_usage_is_told(folder: Path, arguments: tuple[str, ...], told: str, code: int) -> None:
    done = run("serve", "--port", "0", *arguments)
    assert (done.exit_code, told in done.stderr) == (code, True), done.stderr
    assert list(folder.iterdir()) == []


# pytest.


def test_the_plugin_speaks_https_by_an_option(pytester: pytest.Pytester, run_suite: RunSuite) -> None:
    pytester.makepyfile(
        "import requests\n"
        "def test_https(world, eulogin, persona, eulogin_ca):\n"
        "    assert persona('registered').uid\n"
        "    assert requests.get(eulogin.login_url, verify=str(eulogin_ca), timeout=30).ok\n"
        "    assert eulogin.login_url.startswith('https://localhost:')\n"
    )
    run_suite("--eulogin-tls").assert_outcomes(passed=1)


def test_the_plugin_uses_a_running_mock_by_https(
    pytester: pytest.Pytester, run_suite: RunSuite, monkeypatch: pytest.MonkeyPatch, site: Site, ca: Path
) -> None:
    pytester.makepyfile("def test_where(world): assert world.addresses.desk.startswith('https')")
    url = site.listeners["desk"]
    monkeypatch.setenv("EULOGIN_TOKEN", "secret")
    run_suite("--eulogin-url", url, "--eulogin-ca", str(ca)).assert_outcomes(passed=1)


# The ports of the official mock-up.


def two_ports() -> tuple[int, int]:
    public, internal = free_ports(2)
    return public, internal


def test_the_mockups_ports_are_those_of_its_configuration() -> None:
    assert MOCKUP_PORTS == (7002, 7001)


def test_eu_login_is_where_the_mockup_is(tmp_path: Path) -> None:
    public, internal = two_ports()
    with open_site(mockup=(public, internal)) as site:
        assert site.authority is not None
        (tmp_path / "ca.pem").write_text(site.authority.pem, encoding="ascii")
        world = site.worlds.create()
        assert world.addresses.public("idp", "/cas").startswith(f"https://localhost:{public}/w/")
        assert world.addresses.internal("idp", "/cas").startswith(f"http://localhost:{internal}/w/")
        assert urlsplit(site.listeners["desk"]).scheme == "http"
        page = requests.get(
            world.addresses.public("idp", "/cas/login"), verify=str(tmp_path / "ca.pem"), timeout=TIMEOUT
        )
        assert "__Secure-ECAS_SESSIONID" in page.cookies
        answer = requests.get(world.addresses.internal("idp", "/cas/validate?ticket=x&service=y"), timeout=TIMEOUT)
        assert answer.status_code < 500
        ready = Harness(site.listeners["desk"]).wait_until_ready()
        assert (ready.ports["idp"], ready.internal) == (public, {"idp": f"http://localhost:{internal}"})


def test_a_browser_on_the_back_channel_is_sent_to_the_front() -> None:
    public, internal = two_ports()
    with open_site(mockup=(public, internal), defaults={"idp.public_url": f"https://eulogin:{public}"}) as site:
        world = site.worlds.create()
        page = {"Accept": "text/html"}
        url = world.addresses.internal("idp", "/cas/login", service="http://app.example/")
        answer = requests.get(url, headers=page, timeout=TIMEOUT, allow_redirects=False)
        assert answer.headers["Location"] == world.addresses.public("idp", "/cas/login", service="http://app.example/")
        assert answer.headers["Location"].startswith(f"https://eulogin:{public}/w/")
        machine = requests.get(world.addresses.internal("idp", "/cas/oauth2/keys"), timeout=TIMEOUT)
        assert machine.json()["keys"]


@pytest.mark.parametrize(("mockup", "defaults", "strength"), [
    (True, {}, "BASIC"),
    (True, {"cas.password_strength": "PASSWORD"}, "PASSWORD"),
    (False, {}, "PASSWORD"),
])  # fmt: skip
def test_the_password_alone_is_basic_at_the_mockup(mockup: bool, defaults: dict[str, str], strength: str) -> None:
    with open_site(mockup=two_ports() if mockup else None, defaults=defaults) as site:
        assert site.worlds.get("default").settings.by_name("cas.password_strength") == strength


def test_addresses_that_are_set_stay() -> None:
    defaults = {"idp.public_url": "https://eulogin:7002", "idp.internal_url": "http://eulogin:7001"}
    with open_site(mockup=two_ports(), defaults=defaults) as site:
        addresses = site.worlds.get("default").addresses
        assert addresses.public("idp") == "https://eulogin:7002"
        assert addresses.internal("idp") == "http://eulogin:7001"


@pytest.mark.parametrize("taken", [0, 1])
def test_a_taken_port_of_the_mockup_is_told(taken: int) -> None:
    ports = two_ports()
    with socket.create_server(("127.0.0.1", ports[taken])):
        with pytest.raises(AddressTaken, match=f"port {ports[taken]} to be free for idp.*leave --compat out"):
            open_site(mockup=ports).start()
    with socket.create_server(("127.0.0.1", ports[1 - taken])):
        pass  # nothing stayed open


def test_serve_takes_the_real_ports(folder: Path) -> None:
    if not all(map(is_free, MOCKUP_PORTS)):
        pytest.skip("the mock-up's ports are taken on this machine")
    with serving("--port", "0", "--compat", "mockup", "--ca-file", "ca.pem", folder=folder) as (process, _):
        assert requests.get("https://localhost:7002/cas/login", verify=str(folder / "ca.pem"), timeout=TIMEOUT).ok
        assert requests.get("http://localhost:7001/cas/login", timeout=TIMEOUT).ok
        process.terminate()
        assert process.stdout is not None
        said = process.stdout.read()
    assert "EU Login      https://localhost:7002/cas/login" in said
    assert "Back channel  http://localhost:7001/cas" in said
