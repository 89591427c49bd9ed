"""Login transactions: the client sends its parameters itself, and the browser carries an id alone."""

import re
from xml.etree import ElementTree as ET

import pytest
import requests
from defusedxml.ElementTree import fromstring

from mock_idp.accounts.model import Account
from mock_idp.signin.login_requests import StoredLoginRequest
from mock_idp.signin.services import NewService, register_service
from mock_world import World
from tests.mock_idp.accounts_pages import LOST, NEW, REGISTER, link_to, the_link
from tests.mock_idp.at_once import at_once
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.signed_in import sign_in as is_signed_in
from tests.mock_idp.signing_in import (
    APP,
    SERVICE,
    answer_page,
    change,
    go_on,
    opened,
    sign_in,
    tab,
    target,
    ticket,
    told,
)
from tests.mock_idp.test_registration import fill

NS = {"cas": "https://ecas.ec.europa.eu/cas/schemas"}
NOT_ALLOWED = "You are using an invalid service to access EU Login: ['https://shop.evil/']"


def post(browser: Browser, **form: str) -> requests.Response:
    return requests.post(f"{browser.base}/cas/login/init", data=form, timeout=5)


def read(response: requests.Response) -> ET.Element:
    root: ET.Element = fromstring(response.content)
    return root


def begin(browser: Browser, **form: str) -> str:
    """Begin a transaction as a client does; the id for the browser."""
    found = read(post(browser, **({"service": SERVICE} | form)))
    return found.findtext("cas:loginRequestSuccess/cas:loginRequestId", default="", namespaces=NS)


def by_id(browser: Browser, **form: str) -> dict[str, str]:
    """What the browser carries: the id and nothing else."""
    return {"loginRequestId": begin(browser, **form)}


# The answer.


def test_the_answer_holds_an_id_of_the_documented_shape(browser: Browser) -> None:
    response = post(browser, service=SERVICE)
    root = read(response)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert root.tag == "{https://ecas.ec.europa.eu/cas/schemas}loginRequest"
    assert (list(root.attrib), root.get("version")) == (["server", "date", "version"], "8.3")
    assert "<cas:loginRequestSuccess><cas:loginRequestId>" in response.text
    found = root.findtext("cas:loginRequestSuccess/cas:loginRequestId", default="", namespaces=NS)
    assert re.fullmatch(r"ECAS_LR-\d{7,8}-[\w-]{150,200}", found)
    response = post(browser, service=SERVICE, format="JSON")
    assert response.headers["Content-Type"] == "application/json"
    assert list(response.json()["loginRequest"]) == ["server", "date", "version", "loginRequestSuccess"]
    failed = post(browser, service="https://shop.evil/", format="json").json()["loginRequest"]["loginRequestFailure"]
    assert failed == {"code": "INVALID_SERVICE", "description": NOT_ALLOWED}


FAILURES: list[tuple[dict[str, str], str, str, str]] = [
    ({}, "INVALID_REQUEST", "Parameter 'service' is required", "login_request.incomplete"),
    ({"service": " "}, "INVALID_REQUEST", "Parameter 'service' is required", "login_request.incomplete"),
    ({"service": "https://shop.evil/"}, "INVALID_SERVICE", NOT_ALLOWED, "service.invalid"),
    ({"service": "http://\x01\ufffe.evil/"}, "INVALID_SERVICE", "['http://.evil/']", "service.invalid"),
    ({"service": SERVICE + "x" * 10_000}, "INVALID_SERVICE", "must not have more than 2000", "service.too_long"),
    (
        {"service": SERVICE, "clientFingerprint": "x" * 2_001},
        "INVALID_REQUEST",
        "Parameter 'clientFingerprint' must not have more than 2000 characters",
        "login_request.too_much",
    ),
]


def test_each_failure_has_its_code_and_a_line_in_the_journal(world: World, browser: Browser) -> None:
    for form, code, text, kind in FAILURES:
        response = post(browser, **form)
        failed = read(response).find("cas:loginRequestFailure", NS)
        assert failed is not None
        assert (response.status_code, failed.get("code"), text in (failed.text or "")) == (200, code, True)
        assert told(world, kind)
    assert begin(browser, locale="x" * 2_000)


def test_only_a_post_of_a_form_begins_a_transaction(world: World, browser: Browser) -> None:
    url, sent = f"{browser.base}/cas/login/init", {"service": SERVICE}
    response = requests.get(url, params=sent, timeout=5)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert "Login requests are begun by POST" in response.text
    assert "application's server call /cas/login/init by POST" in told(world, "login_request.not_posted")["remedy"]
    for answer in (requests.post(url, json=sent, timeout=5), requests.post(url, params=sent, timeout=5)):
        assert "INVALID_REQUEST" in answer.text
    assert "INVALID_REQUEST" in requests.post(url, data=b"\xff\x00=%", timeout=5).text
    assert "in the body of the POST" in told(world, "login_request.incomplete")["remedy"]


def test_what_nobody_reads_is_left_aside_and_no_secret_is_in_the_journal(world: World, browser: Browser) -> None:
    found = begin(browser, domain="eu.europa.ec", version="CURRENT", clientFingerprint="abc=", renew="true")
    with world.database.session() as db:
        kept = db.get_one(StoredLoginRequest, found)
    assert (kept.parameters, kept.fingerprint) == ({"service": SERVICE, "renew": "true"}, "abc=")
    (begun,) = world.journal.events(types=["login_request.begun"])
    assert begun.fields == {"service": SERVICE}


def test_clients_that_begin_at_the_same_time_get_an_id_each(browser: Browser) -> None:
    assert len({*at_once(6, lambda: begin(browser))} - {""}) == 6


# Signing in with the id alone.


def test_the_password_leads_to_the_service_with_the_fingerprint_in_the_ticket(
    world: World, account: Account, browser: Browser
) -> None:
    change(world, account, warns=True)
    wanted = by_id(browser, clientFingerprint="abc=")
    assert sign_in(browser, account, **wanted).at[0] == "warn"
    assert target(answer_page(browser, "warn")).startswith(f"{SERVICE}?ticket=ST-")
    assert (ticket(world, browser).fingerprint, ticket(world, browser).sso) == ("abc=", False)


def test_every_page_carries_the_id_and_nothing_else(account: Account, browser: Browser) -> None:
    wanted = by_id(browser, authenticationLevel="MEDIUM")
    opened(browser, **wanted)
    carried = f"loginRequestId={wanted['loginRequestId']}"
    assert "to continue to cpms.example" in browser.text
    assert link_to(browser, "Create an account").partition("?")[2] == carried
    browser.send(username=account.email)
    assert browser.page.url.partition("?")[2] == carried
    assert SERVICE not in browser.page.text
    assert carried in browser.open(link_to(browser, "Lost your password?")).page.text


@pytest.mark.parametrize("demand", [{"authenticationLevel": "MEDIUM"}, {"acceptStrengths": APP}])
def test_the_password_is_not_enough_where_the_request_says_so(
    account: Account, browser: Browser, demand: dict[str, str]
) -> None:
    assert sign_in(browser, account, **by_id(browser, **demand)).at[0] == "second-factor-needed"


def test_what_the_request_says_counts_as_in_the_address_however_often_the_id_is_used(
    world: World, account: Account, browser: Browser
) -> None:
    assert target(opened(browser, **by_id(browser, gateway="true"))) == SERVICE
    register_service(world, NewService("http://cpms.example", name="Clinic"))
    opened(browser, **by_id(browser, locale="fr"))
    assert '<html lang="fr"' in browser.page.text
    assert "Clinic" in browser.text
    wanted = by_id(browser)
    is_signed_in(browser, world, account)
    first, second = (ticket(world, opened(tab(browser), **wanted)) for _ in range(2))
    assert (first.sso, first.id != second.id) == (True, True)
    assert opened(browser, **by_id(browser, renew="true")).at[0] == "whoami"


def test_an_expired_password_is_changed_and_the_sign_in_goes_on(
    world: World, account: Account, browser: Browser
) -> None:
    advance(world, minutes(1))
    world.settings.change({"password.max_age": "PT0S"})
    assert sign_in(browser, account, **by_id(browser)).at == ("password-expires", "expired")
    world.settings.change({"password.max_age": "P90D"})
    browser.open(link_to(browser, "Change password"))
    browser.send(follow=False, currentPassword=PASSWORD, newPassword=NEW, newPasswordConfirm=NEW)
    assert target(go_on(browser)).startswith(f"{SERVICE}?ticket=ST-")


def test_a_newcomer_signs_up_and_the_mails_link_leads_to_the_service(world: World, browser: Browser) -> None:
    opened(browser, **by_id(browser))
    browser.open(link_to(browser, "Create an account")).send(**fill())
    other = Browser(browser.base).open(the_link(world)).send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    other.page = other.http.get(link_to(other, "Proceed to cpms.example"), allow_redirects=False)
    assert target(go_on(other)).startswith(f"{SERVICE}?ticket=ST-")


# An id that has died.


def test_an_id_lives_for_an_hour_and_is_explained_afterwards(world: World, account: Account, browser: Browser) -> None:
    wanted = by_id(browser)
    opened(browser, **wanted).send(username=account.email)
    typing = tab(browser)
    advance(world, minutes(60) - minutes(1 / 60))
    assert opened(browser, **wanted).at[0] == "whoami"
    advance(world, minutes(1 / 60))
    assert (opened(browser, **wanted).at[0], browser.page.status_code) == ("error", 410)
    assert "Go back to the application and sign in from there" in browser.text
    assert told(world, "login_request.unknown")["got"] == "an id that is too old"
    assert typing.send(password=PASSWORD).page.status_code == 410
    assert world.journal.events(types=["session.signed_in"]) == []
    assert browser.open(link_to(browser, "Go to the first page")).at[0] == "whoami"
    for unknown in ("LR-1", "x" * 10_000, "\x00é"):
        assert opened(browser, loginRequestId=unknown).page.status_code == 410
        assert told(world, "login_request.unknown")["got"] == "an unknown id"


def test_pages_beside_the_sign_in_bear_an_id_that_has_died(world: World, account: Account, browser: Browser) -> None:
    dead = begin(browser)
    advance(world, minutes(60))
    is_signed_in(browser, world, account)
    for page in (REGISTER, LOST, "/cas/init/passwordSet.cgi"):
        browser.open(f"{page}?loginRequestId={dead}")
        assert (browser.page.status_code, "cpms.example" in browser.text) == (200, False)
        assert dead not in re.sub(r'name="next" value="[^"]*"', "", browser.page.text)
    assert world.journal.events(types=["login_request.unknown"]) == []


def test_a_mails_link_outlives_the_id_and_leads_on_without_it(world: World, browser: Browser) -> None:
    world.settings.change({"login_request.life": "PT1M"})
    opened(browser, **by_id(browser))
    browser.open(link_to(browser, "Create an account")).send(**fill())
    advance(world, minutes(2))
    browser.open(the_link(world)).send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    assert browser.at == ("password-set", "ready")
    assert browser.open(link_to(browser, "Continue")).page.status_code == 200


def test_a_mails_link_that_is_too_old_leads_on_without_a_dead_id(world: World, browser: Browser) -> None:
    opened(browser, **by_id(browser))
    browser.open(link_to(browser, "Create an account")).send(**fill())
    advance(world, minutes(60))
    assert browser.open(the_link(world)).at == ("link-expired", "ready")
    assert browser.open(link_to(browser, "Go to the sign-in page")).at == ("whoami", "ready")


def test_a_password_changed_after_its_death_leads_to_the_persons_own_page(
    world: World, account: Account, browser: Browser
) -> None:
    world.settings.change({"password.max_age": "PT0S", "login_request.life": "PT1M"})
    sign_in(browser, account, **by_id(browser))
    world.settings.change({"password.max_age": "P90D"})
    browser.open(link_to(browser, "Change password"))
    advance(world, minutes(1))
    browser.send(currentPassword=PASSWORD, newPassword=NEW, newPasswordConfirm=NEW)
    assert browser.at == ("successful-login", "ready")
