"""EU Login tells CPMS that a session there ended (setting `cpms.single_logout`; facts, logout)."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mock_world import World, WorldSpec
from mock_world.server import Site
from tests.mock_cpms.conftest import FRIDAY
from tests.mock_cpms.fake_eulogin import FakeEuLogin
from tests.mock_cpms.fake_openid import signed
from tests.mock_cpms.visitor import HELGA, NORA, Visitor

MESSAGE = """<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="LR-1" Version="2.0"
 IssueInstant="2026-11-27T16:00:00Z"><saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{uid}</saml:NameID>
<samlp:SessionIndex>{ticket}</samlp:SessionIndex></samlp:LogoutRequest>"""
EVENTS: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}


@pytest.fixture
def world(site: Site) -> Iterator[World]:
    world = site.worlds.create(spec=WorldSpec(now=FRIDAY, frozen=True, settings={"cpms.single_logout": True}))
    yield world
    site.worlds.delete(world.name)


def told(world: World, **form: str) -> int:
    return requests.post(world.addresses.internal("cpms", "/screen/signin"), data=form, timeout=5).status_code


def events(world: World) -> list[str]:
    return [event.type for event in world.journal.events()]


# By CAS.


def test_a_session_ends_with_its_ticket_and_no_other_does(visitor: Visitor, world: World, eulogin: FakeEuLogin) -> None:
    visitor.sign_in()
    assert eulogin.validations[-1]["singleSignOut"] == "true"
    with Visitor(world.addresses.public("cpms"), eulogin) as other:
        other.sign_in(HELGA)
        for ticket in ("ST-99-unknown", *[eulogin.validations[0]["ticket"]] * 2):
            assert told(world, logoutRequest=MESSAGE.format(uid=NORA.uid, ticket=ticket)) == 204
        assert visitor.open("/screen/profile").name == "home"
        assert other.open("/screen/profile").name == "complete-profile"
    assert events(world).count("cpms.session_ended") == 1
    assert world.journal.events()[-1].person == NORA.email
    assert visitor.sign_in().name == "complete-profile"


def test_a_sign_in_after_it_stays(visitor: Visitor, world: World, eulogin: FakeEuLogin) -> None:
    for _ in range(2):
        visitor.sign_in()
    assert told(world, logoutRequest=MESSAGE.format(uid=NORA.uid, ticket=eulogin.validations[0]["ticket"])) == 204
    assert visitor.open("/screen/profile").name == "complete-profile"


@pytest.mark.parametrize(
    "message",
    [
        "",
        "no xml",
        MESSAGE.format(uid="u", ticket=""),
        '<!DOCTYPE a [<!ENTITY b "c">]>' + MESSAGE.format(uid="u", ticket="&b;"),
        "x" * 30_000,
        "\x00",
    ],
)
def test_what_is_no_message_is_refused(visitor: Visitor, world: World, message: str) -> None:
    visitor.sign_in()
    assert told(world, logoutRequest=message) == 400
    assert events(world)[-1] == "cpms.logout_refused"
    assert visitor.open("/screen/profile").name == "complete-profile"


def test_without_the_setting_nothing_is_asked_for_and_a_session_stays(
    visitor: Visitor, world: World, eulogin: FakeEuLogin
) -> None:
    world.settings.change({"cpms.single_logout": False})
    visitor.sign_in()
    assert "singleSignOut" not in eulogin.validations[-1]
    assert told(world, logoutRequest=MESSAGE.format(uid=NORA.uid, ticket=eulogin.validations[0]["ticket"])) == 204
    assert visitor.open("/screen/profile").name == "complete-profile"


# By OpenID Connect.


@pytest.fixture
def somebody(openid_visitor: Visitor) -> Visitor:
    openid_visitor.sign_in()
    return openid_visitor


def logout(world: World, by: str = "published", **changed: Any) -> int:
    """What EU Login would send; a claim that is None is left out."""
    now = int(time.time())
    claims = {
        "iss": world.addresses.public("idp", "/cas/oauth2"), "aud": "cpms", "sub": NORA.uid, "iat": now,
        "exp": now + 120, "jti": "1", "events": EVENTS, "sid": f"session-of-{NORA.uid}",
    }  # fmt: skip
    token = signed({name: value for name, value in (claims | changed).items() if value is not None}, by)
    address = world.addresses.internal("cpms", "/screen/signin/logout")
    return requests.post(address, data={"logout_token": token}, timeout=5).status_code


def test_a_logout_token_ends_its_session_and_no_other(somebody: Visitor, by_openid: World) -> None:
    assert logout(by_openid, sid="session-of-somebody-else") == 204
    assert somebody.open("/screen/profile").name == "complete-profile"
    assert logout(by_openid) == 204
    assert somebody.open("/screen/profile").name == "home"
    assert events(by_openid)[-1] == "cpms.session_ended"


@pytest.mark.parametrize(
    ("changed", "status", "event"),
    [
        ({"events": None}, 400, "cpms.logout_refused"),
        ({"events": "x"}, 400, "cpms.logout_refused"),
        ({"events": {"other": {}}}, 400, "cpms.logout_refused"),
        ({"nonce": "n"}, 400, "cpms.logout_refused"),
        ({"sid": None}, 400, "cpms.logout_refused"),
        ({"aud": "somebody-else"}, 403, "cpms.token_refused"),
        ({"iss": "http://other.example"}, 403, "cpms.token_refused"),
        ({"exp": 1}, 403, "cpms.token_refused"),
        ({"by": "nobody's"}, 403, "cpms.token_refused"),
    ],
)
def test_another_token_ends_nothing(
    somebody: Visitor, by_openid: World, changed: dict[str, Any], status: int, event: str
) -> None:
    assert logout(by_openid, **changed) == status
    assert events(by_openid)[-1] == event
    assert somebody.open("/screen/profile").name == "complete-profile"
