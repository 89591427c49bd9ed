"""Signing somebody in without pages: what a browser can do then, and whom it is refused."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from defusedxml.ElementTree import fromstring

from eulogin_harness.client import Session, World
from eulogin_harness.client.names import AuthenticationLevel, Strength
from eulogin_harness.client.urls import EuLoginUrls
from eulogin_harness.documents.people import Persona
from tests.eulogin_harness.conftest import Api
from tests.mock_idp.conftest import Browser

SERVICE = "https://app.example/in?tab=1#top"
APP = "PASSWORD_MOBILE_APP"


def validated(world: World, ticket: str | None, service: str = SERVICE) -> dict[str, str]:
    """What a service is told: texts by element, lists joined."""
    query = {"service": service, "ticket": str(ticket)}
    document = fromstring(requests.get(world.addresses.idp + "/cas/laxValidate", query, timeout=30).content)
    return {each.tag.partition("}")[2]: " ".join(text.strip() for text in each.itertext()) for each in document[0]}


def ticket_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["ticket"][0]


def browser_with(world: World, session: Session) -> Browser:
    browser = Browser(world.addresses.idp)
    browser.http.cookies.update(session.cookies())
    return browser


def is_signed_in(browser: Browser) -> bool:
    return browser.open("/cas/login").at == ("successful-login", "ready")


def refused(api: Api, person: Persona, **body: Any) -> tuple[int, dict[str, Any]]:
    return api.refused("POST", f"/api/personas/{person.id}/session", body)


# What a session is good for.


def test_a_browser_is_signed_in_and_my_account_opens(world: World, eulogin: EuLoginUrls) -> None:
    anna = world.personas.create("registered")
    session = world.personas.session(anna)
    assert (session.url, session.ticket) == (eulogin.login_url, None)
    browser = browser_with(world, session)
    assert is_signed_in(browser)
    page = world.addresses.idp + "/cas/userdata/myAccount.cgi"
    assert anna.email in browser.open(page).text
    session = world.personas.session(anna, service=page)
    assert (session.url, session.ticket) == (page, None)


@pytest.mark.eulogin_world(name="storage")
def test_the_state_is_one_that_playwright_takes(world: World) -> None:
    (cookie,) = world.personas.session(world.personas.create("registered")).storage_state["cookies"]
    assert len(cookie.pop("value")) == 64
    assert cookie == {
        "name": "eulogin_idp_storage_sso",
        "domain": "localhost",
        "path": "/w/storage",
        "expires": -1,
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }


def test_the_cookie_is_the_public_addresss(world: World) -> None:
    world.settings.change({"idp.public_url": "https://login.example:8443"})
    session = world.personas.session(world.personas.create("registered"))
    (cookie,) = session.storage_state["cookies"]
    assert (cookie["domain"], cookie["secure"]) == ("login.example", True)
    assert session.url == f"https://login.example:8443/w/{world.name}/cas/login"
    kept = [(one.domain, one.path, one.secure) for one in session.cookies()]
    assert kept == [("login.example", f"/w/{world.name}", True)]


def test_a_service_gets_the_ticket_of_the_sign_in_and_then_those_of_single_sign_on(world: World) -> None:
    anna = world.personas.create("enrolled")
    session = world.personas.session(anna, service=SERVICE)
    assert session.url == f"https://app.example/in?tab=1&ticket={session.ticket}#top"
    told = validated(world, session.ticket)
    assert {name: told[name] for name in ("user", "sso", "strengths", "authenticationLevel")} == {
        "user": anna.uid, "sso": "false", "strengths": APP, "authenticationLevel": "MEDIUM",
    }  # fmt: skip
    assert "user" not in validated(world, session.ticket)
    answer = browser_with(world, session).http.get(
        world.addresses.idp + "/cas/login", params={"service": SERVICE}, allow_redirects=False, timeout=30
    )
    assert validated(world, ticket_of(answer.headers["Location"]))["sso"] == "true"
    events = world.events.list(person=anna.email)
    told_apart = [event.type for event in events if event.type.endswith("signed_in")]
    assert told_apart == ["session.signed_in", "persona.signed_in"]
    assert world.events.list(type="persona.signed_in")[0].model_dump()["strength"] == APP
    journal = "".join(event.model_dump_json() for event in world.events.list())
    assert session.storage_state["cookies"][0]["value"] not in journal
    assert str(session.ticket) not in journal


def test_cpms_is_reached_without_a_form(world: World) -> None:
    anna = world.personas.create("enrolled")
    browser = browser_with(world, world.personas.session(anna))
    assert browser.open(world.addresses.cpms + "/screen/signin").at[0] == "complete-profile"
    other = Browser(world.addresses.cpms)
    service = urlsplit(world.personas.session(anna, service=world.addresses.cpms + "/screen/signin").url)
    assert other.open(service.geturl()).at[0] == "complete-profile"


def test_a_session_ends_as_any_other(world: World) -> None:
    anna = world.personas.create("registered")
    first, second = (browser_with(world, world.personas.session(anna)) for _ in range(2))
    first.open("/cas/logout").send()
    assert not is_signed_in(first)
    assert is_signed_in(second)
    world.personas.change(anna.id, password="Changed-2026")
    assert not is_signed_in(second)


def test_a_session_of_another_world_is_worth_nothing(world: World, api: Api) -> None:
    api.send("POST", "/api/worlds", {"name": "foreign-session"})
    session = world.personas.session(world.personas.create("registered"))
    (cookie,) = session.storage_state["cookies"]
    browser = Browser(world.addresses.idp.replace(world.name, "foreign-session"))
    browser.http.cookies.set("eulogin_idp_foreign-session_sso", cookie["value"])
    assert not is_signed_in(browser)
    api.send("DELETE", "/api/worlds/foreign-session")


def test_many_at_the_same_instant_have_a_session_each(world: World) -> None:
    anna = world.personas.create("enrolled")
    with ThreadPoolExecutor(8) as pool:
        sessions = list(pool.map(lambda _: world.personas.session(anna, service=SERVICE), range(8)))
    assert len({session.ticket for session in sessions}) == 8
    assert all("user" in validated(world, session.ticket) for session in sessions)
    assert all(is_signed_in(browser_with(world, session)) for session in sessions)


# Strengths.


@pytest.mark.parametrize(
    ("fields", "asked", "strength"),
    [
        ({"stage": "device_added"}, None, "PASSWORD"),
        ({"stage": "enrolled", "always_two_factors": True}, None, APP),
        ({"stage": "enrolled"}, "PASSWORD", "PASSWORD"),
        ({"stage": "enrolled"}, "PASSWORD_SOFTWARE_TOKEN", "PASSWORD_SOFTWARE_TOKEN"),
        ({"stage": "enrolled"}, "MOBILE_APP", "MOBILE_APP"),
    ],
)
def test_the_best_strength_is_taken_unless_one_is_named(
    world: World, fields: Mapping[str, Any], asked: Strength | None, strength: str
) -> None:
    session = world.personas.session(world.personas.create(**fields), service=SERVICE, strength=asked)
    assert validated(world, session.ticket)["strengths"] == strength


@pytest.mark.parametrize(
    ("fields", "strength", "has"),
    [
        ({"stage": "device_added"}, "MOBILE_APP", "PASSWORD"),
        ({"stage": "enrolled"}, "PASSWORD_WEBAUTHN", f"PASSWORD, {APP}, PASSWORD_SOFTWARE_TOKEN, MOBILE_APP"),
        (
            {"stage": "enrolled", "always_two_factors": True},
            "PASSWORD",
            f"{APP}, PASSWORD_SOFTWARE_TOKEN, MOBILE_APP",
        ),
    ],
)
def test_a_strength_that_a_person_cannot_reach_is_refused(
    world: World, api: Api, fields: Mapping[str, Any], strength: str, has: str
) -> None:
    status, problem = refused(api, world.personas.create(**fields), strength=strength)
    assert (status, problem["type"], problem["got"]) == (409, "session.not_reached", strength)
    assert problem["expected"] == f"a strength that this person reaches: {has}"
    assert "from stage enrolled on" in problem["instructions"]
    assert world.state()["tables"]["idp_session"] == []


def test_who_lost_the_factor_that_is_always_required_is_refused(world: World, api: Api) -> None:
    anna = world.personas.create("enrolled", always_two_factors=True)
    state = world.state()
    state["tables"]["idp_device"] = []
    world.load_state(state)
    status, problem = refused(api, anna)
    assert (status, problem["type"]) == (409, "session.not_reached")
    assert problem["expected"].endswith("reaches: none")


@pytest.mark.parametrize(
    ("level", "strength", "got"),
    [("MEDIUM", "PASSWORD", "PASSWORD"), ("HIGH", None, f"PASSWORD, {APP}, PASSWORD_SOFTWARE_TOKEN, MOBILE_APP")],
)
def test_a_sign_in_that_is_too_weak_for_the_service_is_refused(
    world: World, api: Api, level: AuthenticationLevel, strength: Strength | None, got: str
) -> None:
    world.services.create("https://app.example/", authentication_level=level)
    anna = world.personas.create("enrolled")
    status, problem = refused(api, anna, service=SERVICE, strength=strength)
    assert (status, problem["type"], problem["got"]) == (409, "session.too_weak", got)
    assert problem["expected"] == f"a sign-in of level {level} or higher, as the service demands"
    assert "stage enrolled or later" in problem["instructions"]
    world.personas.session(anna, strength=strength)


# Whom the pages would not sign in either.


@pytest.mark.parametrize(
    ("fields", "service", "code"),
    [
        ({"stage": "invited"}, None, "signin.no_password_yet"),
        ({"stage": "registered", "disabled": True}, None, "account.disabled"),
        ({"stage": "registered"}, "https://evil.com/", "service.invalid"),
        ({"stage": "registered"}, "https://app.example/" + "\u00e4" * 1900, "service.too_long"),
    ],
)
def test_what_the_pages_refuse_is_refused_here(
    world: World, api: Api, fields: Mapping[str, Any], service: str | None, code: str
) -> None:
    anna = world.personas.create(**fields)
    assert refused(api, anna, service=service)[1]["type"] == code
    tables = world.state()["tables"]
    assert (tables["idp_session"], tables["idp_ticket"]) == ([], [])


def test_a_locked_account_is_refused_until_the_lock_ends(world: World, api: Api) -> None:
    world.settings.change({"lockout.tries": 1})
    anna = world.personas.create("registered")
    Browser(world.addresses.idp).open("/cas/login").send(username=anna.email).send(password="wrong")
    assert refused(api, anna)[1]["type"] == "signin.locked"
    world.clock.advance("PT15M")
    assert is_signed_in(browser_with(world, world.personas.session(anna)))


@pytest.mark.eulogin_world(frozen=True)
def test_an_expired_password_is_refused(world: World, api: Api) -> None:
    world.settings.change({"password.max_age": "P30D"})
    anna = world.personas.create("registered")
    world.clock.advance("P29DT23H59M59S")
    world.personas.session(anna)
    world.clock.advance("PT1S")
    status, problem = refused(api, anna)
    assert (status, problem["type"]) == (409, "session.password_expired")
    assert "PATCH /api/personas/{id}" in problem["instructions"]


def test_a_body_that_does_not_fit_is_refused(world: World, api: Api) -> None:
    anna = world.personas.create("registered")
    for body in ({"strength": "PASSWORD_SMS"}, {"service": 7}, {"service": "x" * 10_000}, {"level": "MEDIUM"}):
        assert refused(api, anna, **body)[0] == 422
    world.personas.delete(anna.id)
    assert refused(api, anna)[0] == 404
