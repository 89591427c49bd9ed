"""One correlation id joins what happens for a sign-in at every actor; events of one person are found by that person."""

from typing import Any

import pytest
import requests

from eulogin_harness.client import Harness, World
from eulogin_harness.client.names import SettingValues
from eulogin_harness.documents.events import Event
from eulogin_harness.documents.people import Persona
from tests.eulogin_harness.test_session import APP
from tests.mock_idp.conftest import Browser

BY_EACH = pytest.mark.parametrize(
    ("settings", "issued"),
    [
        ({"cpms.sign_in": "cas"}, ["ticket.issued", "ticket.validated"]),
        ({"cpms.sign_in": "oidc", "oidc.signing_alg": "ES256"}, ["code.issued", "token.issued"]),
    ],
    ids=["cas", "oidc"],
)


def to_cpms(world: World, doctor: Persona, browser: Browser | None = None) -> Browser:
    """Sign in to CPMS by the phone."""
    browser = browser or Browser(world.addresses.idp)
    browser.open(world.addresses.cpms + "/screen/signin")
    if browser.at[0] == "whoami":
        browser.send(username=doctor.email)
        browser.send(password=str(doctor.password), loginStrength=APP)
        world.phones.get(doctor.phone_id).approve(str(doctor.pin))
        browser.open(browser.page.url)
    assert browser.at[0] == "complete-profile"
    return browser


def own(world: World, correlation_id: str | None) -> list[str]:
    assert correlation_id
    return [event.type for event in world.events.list(correlation_id=correlation_id)]


def last(world: World, kind: str) -> Event:
    return world.events.list(type=kind)[-1]


@BY_EACH
def test_all_of_a_sign_in_is_joined_at_browser_phone_application_and_its_end(
    world: World, settings: SettingValues, issued: list[str]
) -> None:
    world.settings.change(settings)
    doctor = world.personas.create("enrolled")
    browser = to_cpms(world, doctor)
    steps = ["request.sent", "request.answered", "phone.approved", "session.signed_in", *issued, "cpms.signed_in"]
    assert own(world, last(world, "request.sent").correlation_id) == steps
    browser.open("/cas/logout")
    browser.send()
    assert last(world, "session.signed_out").correlation_id == last(world, "request.sent").correlation_id


@BY_EACH
def test_a_second_sign_in_has_an_id_of_its_own_and_says_which_session_served_it(
    world: World, settings: SettingValues, issued: list[str]
) -> None:
    world.settings.change(settings)
    doctor = world.personas.create("enrolled")
    browser = to_cpms(world, doctor)
    to_cpms(world, doctor, browser)
    first, second = (event.correlation_id for event in world.events.list(type=issued[0]))
    assert own(world, second) == [*issued, "cpms.signed_in"]
    assert first != second
    sentence = last(world, issued[0]).sentence
    assert "without a page: by the session that began at " in sentence
    assert sentence.endswith(f" with {APP}.")
    assert "without a page" not in world.events.list(type=issued[0])[0].sentence


def test_two_tabs_are_two_sign_ins_and_a_reload_is_none(world: World) -> None:
    doctor = world.personas.create("registered")
    browser = Browser(world.addresses.idp)
    for service in ("http://one.example/", "http://two.example/", "http://one.example/"):
        browser.open(f"/cas/login?service={service}&unknown=1&authenticationLevel=LOUD")
    one, two, again = (event.correlation_id for event in world.events.list(type="signin.parameter_ignored"))
    assert one == again != two
    browser.send(username=doctor.email)
    browser.send(follow=False, password=str(doctor.password))
    assert last(world, "ticket.issued").correlation_id == one
    assert browser.page.headers["X-Correlation-ID"] == one


def test_whoever_signs_in_after_a_sign_out_begins_another(world: World) -> None:
    browser = Browser(world.addresses.idp)
    for name in ("ada@hospital.example", "bob@hospital.example"):
        person = world.personas.create("registered", email=name)
        browser.open("/cas/login?service=http://one.example/")
        browser.send(username=name)
        browser.send(follow=False, password=str(person.password))
        browser.open("/cas/logout")
        browser.send()
    ada, bob = (event.correlation_id for event in world.events.list(type="ticket.issued"))
    assert ada != bob


def test_a_form_that_is_too_large_is_refused_within_a_sign_in_too(world: World) -> None:
    answer = requests.post(
        f"{world.addresses.idp}/cas/login",
        data={"username": "x" * 17_000_000},
        headers={"X-Correlation-ID": "signin-1"},
        timeout=60,
    )
    assert answer.status_code == 413


def test_a_refusal_at_the_token_endpoint_names_person_and_client(world: World) -> None:
    doctor, client = (
        world.personas.create("registered"),
        world.clients.create(
            client_name="Rare Disease Portal",
            redirect_uris=["http://client.example/cb"],
            token_endpoint_auth_method="none",
        ),
    )
    asked: dict[str, Any] = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": "http://client.example/cb",
        "scope": "openid",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    browser = Browser(world.addresses.idp)
    address = requests.Request("GET", world.addresses.idp + "/cas/oauth2/authorize", params=asked).prepare().url
    browser.open(str(address))
    browser.send(username=doctor.email)
    browser.send(follow=False, password=str(doctor.password))
    while "code=" not in browser.page.headers["Location"]:
        browser.page = browser.http.get(browser.page.headers["Location"], allow_redirects=False, timeout=30)
    code = browser.page.headers["Location"].partition("code=")[2].partition("&")[0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://client.example/other"}
    for more in ({"client_id": client.client_id}, {"client_id": "nobody"}):
        refused = requests.post(f"{world.addresses.idp}/cas/oauth2/token", data=form | more, timeout=30)
        assert refused.status_code >= 400
    issued = last(world, "code.issued")
    for kind in ("token.redirect_differs", "client.not_registered"):
        refusal = last(world, kind)
        assert (refusal.person, refusal.correlation_id) == (doctor.email, issued.correlation_id)
        assert (refusal.model_extra or {})["client"] == "Rare Disease Portal"


def test_a_person_is_found_under_a_former_address_too(world: World) -> None:
    doctor = world.personas.create("registered")
    browser = Browser(world.addresses.idp)
    browser.open("/cas/userdata/configureMyAccount.cgi")
    browser.send(username=doctor.email)
    browser.send(password=str(doctor.password))
    first, second = str(doctor.first_name), str(doctor.last_name)
    browser.send(firstName=first, lastName=second, email="new@hospital.example", emailLanguage="en")
    link = world.mails.wait(to="new@hospital.example").links[0].url
    browser.open(link)
    browser.send()
    assert last(world, "email.changed").person == "new@hospital.example"
    found = [event.type for event in world.events.list(person="new@hospital.example")]
    assert found[0] == "persona.made"
    assert {"email.change_asked", "email.changed"} < {*found}


def test_the_same_seed_and_the_same_deeds_give_the_same_journal_to_the_byte(harness: Harness) -> None:
    journals = []
    for _ in "ab":
        world = harness.worlds.create("twin", seed=7, now="2026-11-27T10:00:00+01:00", frozen=True)
        to_cpms(world, world.personas.create("enrolled"))
        requests.get(f"{world.addresses.idp}/cas/laxValidate", params={"ticket": "x", "service": "y"}, timeout=30)
        journals.append(world.connection.send("GET", "/api/events").content)
        world.delete()
    assert len(journals[0]) > 3000
    assert journals[0] == journals[1]
