"""What integrators get wrong, lived through: the application loops, page and journal say why, and the fix works."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import pytest
import requests

from mock_idp.accounts.model import Account
from mock_world import World
from mock_world.tls import make_authority
from tests.mock_idp.application import SUCCESS
from tests.mock_idp.conftest import Browser
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import APP, told
from tests.mock_idp.small_application import NS, SmallApplication, secure
from tests.mock_idp.validating import SERVICE, ticket

SECRET = "cXVpZXQgc2VjcmV0"
EMAIL = "ada.berg@hospital.example"
YALE = "http://www.yale.edu/tp/cas"
Row = dict[str, Any]

# The application's mistake, its fix, and what the journal says: code, got, remedy.
ROWS: dict[str, tuple[Row, Row, str, str, str]] = {
    "self-registered person at serviceValidate": (
        {"validation": "serviceValidate"},
        {"validation": "laxValidate"},
        "ticket.invalid_user",
        "level 10",
        "call /laxValidate or send assuranceLevel=LOW",
    ),
    "or with its assurance level": (
        {"validation": "serviceValidate"},
        {"parameters": {"assuranceLevel": "LOW"}},
        "ticket.invalid_user",
        "level 10",
        "call /laxValidate or send assuranceLevel=LOW",
    ),
    "service differs": (
        {"other": "index"},
        {"other": ""},
        "ticket.invalid_service",
        "/index",
        "send the same service address to /cas/login and to the validation, letter by letter",
    ),
    "strength too low": (
        {"parameters": {"authenticationLevel": "MEDIUM"}},
        {"login": {"authenticationLevel": "MEDIUM"}},
        "ticket.insufficient_level",
        "PASSWORD",
        "send the same authenticationLevel to /cas/login as to the validation",
    ),
    "fingerprint missing": (
        {"secret": SECRET, "proves": False},
        {"proves": True},
        "ticket.fingerprint_missing",
        "none",
        "send the secret, in base64, that the application keeps in its cookie clientFingerprint",
    ),
    "fingerprint of another browser": (
        {"secret": SECRET, "parameters": {"clientFingerprint": "YW5vdGhlcg=="}, "proves": False},
        {"parameters": {}, "proves": True},
        "ticket.fingerprint_wrong",
        "another secret",
        "send the secret itself here and its digest there",
    ),
    "proxy call-back unanswered": (
        {"call_back": SUCCESS, "parameters": {"pgtUrl": "https://localhost:1/pgt"}},
        {"parameters": {"pgtUrl": "pgt"}},
        "proxy.callback_failed",
        "no connection",
        "and listen where this machine reaches it",
    ),
    "proxy call-back answered by a page": (
        {"call_back": b"<html>thank you</html>", "parameters": {"pgtUrl": "pgt"}},
        {"call_back": SUCCESS},
        "proxy.callback_failed",
        "status 200 with a document html",
        "let the application answer POST at its pgtUrl",
    ),
    "proxy call-back without TLS elsewhere": (
        {"call_back": SUCCESS, "parameters": {"pgtUrl": "http://app.example/pgt"}},
        {"parameters": {"pgtUrl": "pgt"}},
        "proxy.callback_invalid",
        "http://app.example/pgt",
        "send an https address of your own as pgtUrl",
    ),
}


# What EU Login sees nothing wrong in: the mistake, what the person reads, the fix, and what `ticket.validated` says.
NOTHING_REFUSED: dict[str, tuple[Row, str, Row, str, object]] = {
    "e-mail address expected as user": (
        {"people": (EMAIL,)},
        "not known here: n",
        {"named_by": "email", "parameters": {"userDetails": "true"}},
        "not_asked",
        "userDetails, groups",
    ),
    "groups not asked for": (
        {"group": "G1", "parameters": {"userDetails": "true"}},
        "not in group G1",
        {"parameters": {"groups": "*"}},
        "not_asked",
        "groups",
    ),
    "namespace of plain CAS expected": (
        {"namespace": YALE, "retries": False},
        "not signed in",
        {"namespace": NS["cas"]},
        "namespace",
        NS["cas"],
    ),
}


def change(application: SmallApplication, row: Row) -> None:
    for name, value in row.items():
        setattr(application, name, value)
    if application.parameters.get("pgtUrl") == "pgt":
        application.parameters = {"pgtUrl": application.url + "pgt"}


@pytest.mark.parametrize("name", ROWS)
def test_a_mistake_is_explained_and_its_fix_works(world: World, account: Account, browser: Browser, name: str) -> None:
    mistake, fix, code, got, remedy = ROWS[name]
    sign_in(browser, world, account)
    with SmallApplication(browser.base + "/cas/") as application:
        change(application, mistake)
        assert browser.open(application.url).at == ("loop", "ready")
        fields = told(world, code)
        assert (got in fields["got"], remedy in fields["remedy"]) == (True, True)
        assert all(fields[part] in browser.text for part in ("expected", "got", "remedy"))
        assert SECRET not in str([event.fields for event in world.journal.events()])
        change(application, fix)
        sign_in(browser, world, account, APP)
        assert browser.open(application.url).page.text == f"signed in: {account.uid}"


@pytest.mark.parametrize("name", NOTHING_REFUSED)
def test_what_is_not_refused_is_told_by_the_event(world: World, account: Account, browser: Browser, name: str) -> None:
    mistake, read, fix, field, value = NOTHING_REFUSED[name]
    sign_in(browser, world, account)
    with SmallApplication(browser.base + "/cas/") as application:
        change(application, mistake)
        assert read in browser.open(application.url).text
        fields = world.journal.events(types=["ticket.validated"])[-1].fields
        assert (fields[field], fields["user"]) == (value, account.uid)
        change(application, fix)
        sign_in(browser, world, account, APP)
        assert "signed in: " in browser.open(application.url).text


def test_an_ordinary_client_finds_everything_in_plain_answers(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"dialect": "cas"})
    sign_in(browser, world, account)
    with SmallApplication(browser.base + "/cas/", namespace=YALE, named_by="attributes/cas:email") as application:
        assert browser.open(application.url).text == f"signed in: {EMAIL}"
    fields = world.journal.events(types=["ticket.validated"])[-1].fields
    assert (fields["namespace"], fields["not_asked"]) == (YALE, "")


@pytest.mark.slow
def test_a_call_back_of_an_authority_that_is_not_trusted_is_told_apart(
    world: World, account: Account, browser: Browser, tmp_path: Path
) -> None:
    authority = make_authority(["localhost"])
    (tmp_path / "theirs.pem").write_text(authority.pem, encoding="ascii")
    sign_in(browser, world, account)
    with (
        SmallApplication(browser.base + "/cas/", call_back=SUCCESS) as application,
        secure(application, authority) as url,
    ):
        application.parameters = {"pgtUrl": f"{url}/pgt"}
        assert browser.open(application.url).at == ("loop", "ready")
        assert "setting back_channel.ca" in told(world, "call.authority_not_trusted")["remedy"]
        assert told(world, "proxy.callback_failed")["got"]
        world.settings.change({"back_channel.ca": str(tmp_path / "theirs.pem")})
        sign_in(browser, world, account, APP)
        assert browser.open(application.url).page.text == f"signed in: {account.uid}"


@pytest.mark.parametrize("path", ["/laxValidate", "/cas/cas/laxValidate", "/cas/laxValidate%3FuserDetails=true"])
def test_a_ticket_that_comes_to_no_address_is_told_and_still_good(
    world: World, account: Account, browser: Browser, path: str
) -> None:
    query = {"service": SERVICE, "ticket": ticket(world, account)}
    assert requests.get(browser.base + path, params=query, timeout=5).status_code == 404
    fields = told(world, "validation.address_unknown")
    assert (fields["got"], query["ticket"] in str(fields)) == (
        world.prefix + unquote(path).removesuffix("=true"),
        False,
    )
    assert account.uid in requests.get(f"{browser.base}/cas/laxValidate", params=query, timeout=5).text


@pytest.mark.parametrize(("path", "meant"), [("/login", "login"), ("/cas/log-in", "login"), ("/logout", "logout")])
def test_a_browser_that_is_sent_to_no_address_is_told_with_the_right_one(
    world: World, browser: Browser, path: str, meant: str
) -> None:
    assert requests.get(browser.base + path, params={"service": SERVICE}, timeout=5).status_code == 404
    fields = told(world, "cas.address_unknown")
    assert (fields["got"], fields["expected"].endswith(f"/cas/{meant}")) == (world.prefix + path, True)


def test_what_came_in_place_of_a_parameter_is_told(world: World, browser: Browser) -> None:
    address = f"{browser.base}/cas/laxValidate"
    requests.get(address, params={"ticket": "ST-1-x", "url": SERVICE}, timeout=5)
    assert told(world, "ticket.invalid_request")["got"] == "no service, but ticket, url"
    requests.post(address, json={"ticket": "ST-1-x", "service": SERVICE}, timeout=5)
    got = "no service; the body is application/json, which is not read"
    assert told(world, "ticket.invalid_request")["got"] == got


def test_an_application_that_asks_with_gateway_is_told_that_nobody_is_signed_in(world: World, browser: Browser) -> None:
    query = {"service": SERVICE, "gateway": "true"}
    address = f"{browser.base}/cas/login"
    assert requests.get(address, params=query, allow_redirects=False, timeout=5).headers["Location"] == SERVICE
    (event,) = world.journal.events(types=["signin.gateway_without_ticket"])
    assert event.fields["service"] == SERVICE


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"redirect": SERVICE}, "the parameter is called service, or url"),
        ({"service": "https://real.int/"}, "https://real.int/ may not use EU Login; take an address of the"),
        ({"service": SERVICE}, None),
        ({}, None),
    ],
)
def test_who_is_not_led_back_after_signing_out_is_told(
    world: World, account: Account, browser: Browser, query: dict[str, str], reason: str | None
) -> None:
    sign_in(browser, world, account)
    browser.open(f"/cas/logout?{urlencode(query)}")
    told = [event.fields["reason"] for event in world.journal.events(types=["logout.no_return"])]
    assert [text[: len(reason or "")] for text in told] == ([reason] if reason else [])


def test_a_page_that_does_not_exist_is_no_mistake_of_a_client(world: World, browser: Browser) -> None:
    assert requests.get(f"{browser.base}/cas/nowhere", timeout=5).status_code == 404
    assert [event for event in world.journal.events() if "remedy" in event.fields] == []
