"""Who may use desk and control API."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import requests

from eulogin_harness.client import Harness, ProblemError, World
from eulogin_harness.site import open_site
from mock_world import WorldSpec
from mock_world.calls import can_call
from mock_world.server import Site
from tests.eulogin_harness.conftest import Api

if TYPE_CHECKING:
    from eulogin_harness import SettingValues

TOKEN = "a token"


def test_names_of_this_machine_and_configured_ones_are_welcome(api: Api, world: World) -> None:
    addresses: SettingValues = {"idp.public_url": "https://login.example", "desk.internal_url": "http://mock:8400"}
    world.settings.change({"allowed_hosts": ["Desk.Example"], **addresses})
    for host in (
        "mock:8400",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "desk.localhost:80",
        "desk.example",
        "login.example:8400",
    ):
        assert api.send("GET", "/api/clock", headers={"Host": host}).ok, host


def test_a_foreign_host_is_refused(api: Api) -> None:
    for host in ("desk.example", "localhost.example:8400", "10.0.0.1"):
        status, problem = api.refused("GET", "/api/clock", headers={"Host": host})
        assert (status, problem["type"], problem["got"]) == (403, "foreign-host", host)
        page = api.send("GET", "/", headers={"Host": host})
        assert page.status_code == 403
        assert "allowed_hosts" in page.text


@pytest.mark.threat("A page of another site calls the control API")
def test_a_foreign_origin_is_refused(api: Api) -> None:
    for origin in ("https://foreign.example", "null", "http://["):
        assert api.refused("POST", "/api/clock", {}, headers={"Origin": origin})[1]["type"] == "foreign-origin"


@pytest.mark.threat("DNS rebinding: a name of elsewhere that leads here reaches pages and endpoints")
@pytest.mark.parametrize(
    "address",
    ["desk/", "idp/cas/login", "idp/cas/serviceValidate", "cpms/screen/home", "phone/", "phone/static/world/x"],
)
def test_a_foreign_host_is_refused_by_all_actors(world: World, address: str) -> None:
    actor, _, path = address.partition("/")
    url, headers = f"{getattr(world.addresses, actor)}/{path}", {"Host": "foreign.example"}
    answer = requests.get(url, headers=headers, timeout=30, allow_redirects=False)
    assert (answer.status_code, "allowed_hosts" in answer.text) == (403, True)
    assert requests.post(url, headers=headers, timeout=30, allow_redirects=False).status_code == 403


@pytest.mark.threat("A page on another port of this machine makes a call of the control API that needs no body")
@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-site"}, {"Origin": "http://localhost:9"}])
def test_a_call_without_body_from_another_origin_is_refused(api: Api, headers: dict[str, str]) -> None:
    for path in ("/api/reset", "/api/phones"):
        assert api.refused("POST", path, headers=headers)[1]["type"] == "foreign-origin"
        plain = headers | {"Content-Type": "text/plain"}
        assert api.refused("POST", path, headers=plain, data="{}")[1]["type"] == "foreign-origin"
    own = {"Origin": api.base.rpartition("/w/")[0]}
    assert api.send("POST", "/api/phones", headers=own).status_code == 201
    assert api.send("POST", "/api/phones", {}, headers=headers).status_code == 201  # a browser asks for leave before


def test_forms_of_the_desk_need_their_own_page(api: Api) -> None:
    assert api.send("POST", "/clock", data={"action": "freeze"}).status_code == 400
    assert api.send("GET", "/api/clock").json()["frozen"] is False


@pytest.fixture(scope="module")
def guarded() -> Iterator[Site]:
    with open_site(token=TOKEN) as site:
        yield site


@pytest.mark.threat("Somebody without the token uses desk or control API")
def test_a_token_is_demanded_by_desk_and_api(guarded: Site) -> None:
    desk = guarded.listeners["desk"]
    for path in ("/", "/mailbox", "/api/clock", "/api/openapi.json", "/metrics"):
        answer = requests.get(desk + path, timeout=30)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert requests.get(f"{desk}/readyz", timeout=30).ok


@pytest.mark.threat("Somebody without the token looks at a phone, or approves a sign-in there")
def test_a_token_is_demanded_by_the_phones(guarded: Site) -> None:
    phone = guarded.listeners["phone"]
    for path in ("/", "/phones/phone-helpdesk", "/phones/phone-helpdesk/requests", "/open?request=1"):
        answer = requests.get(phone + path, timeout=30, allow_redirects=False)
        assert (answer.status_code, "EULOGIN_TOKEN" in answer.text) == (401, True)
    assert requests.post(f"{phone}/phones/phone-helpdesk/requests/1/deny", timeout=30).status_code in {400, 401}
    assert requests.get(f"{phone}/phones/phone-helpdesk", auth=("me", TOKEN), timeout=30).ok


@pytest.fixture(scope="module")
def exposed() -> Iterator[Site]:
    """One that others could reach, if 127.0.0.2 were not of this machine too."""
    with open_site(token=TOKEN, host="127.0.0.2") as site:
        yield site


@pytest.mark.threat("Somebody who can reach the mock signs in with the password that its documentation prints")
def test_the_password_of_the_first_person_is_random_beyond_loopback(exposed: Site, guarded: Site) -> None:
    found = [Harness(site.listeners["desk"], token=TOKEN).default.personas.list() for site in (exposed, guarded)]
    (strange,), (known,) = found
    assert (known.email, known.password) == (strange.email, "Helpdesk-2026")
    assert strange.password != known.password


@pytest.mark.threat("An application of elsewhere lets the mock call a port of its own host: proxy, logout and keys")
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "app.localhost", "localhost."])
def test_no_loopback_port_is_called_beyond_loopback_unless_allowed(exposed: Site, guarded: Site, host: str) -> None:
    url = f"http://{host}:9/"
    assert can_call(guarded.worlds.get("default"), url)
    world = exposed.worlds.create(spec=WorldSpec())
    assert not can_call(world, url)
    assert can_call(world, "https://app.example/")
    assert can_call(world, world.addresses.internal("cpms", "/screen/signin/logout"))
    world.settings.change({"allowed_targets": ["localhost", "127.0.0.1", "::1"]})
    assert can_call(world, url)


def test_the_token_opens_pages_and_calls(guarded: Site) -> None:
    desk = guarded.listeners["desk"]
    assert requests.get(desk + "/", auth=("me", TOKEN), timeout=30).ok
    assert Harness(desk, token=TOKEN).default.clock.now()
    with pytest.raises(ProblemError, match="token"):
        Harness(desk, token="another").worlds.list()
