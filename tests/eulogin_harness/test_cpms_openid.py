"""CPMS signs people in by OpenID Connect at this mock's own EU Login, whole: over HTTP, the phone answered."""

from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from markupsafe import escape

from eulogin_harness.client import World
from eulogin_harness.client.names import FaultName
from eulogin_harness.documents.events import Event
from eulogin_harness.documents.people import Persona
from tests.eulogin_harness.test_session import APP, browser_with
from tests.mock_idp.accounts_pages import link_to
from tests.mock_idp.conftest import Browser

BY_OPENID: dict[str, Any] = {"cpms.sign_in": "oidc", "oidc.signing_alg": "ES256"}  # keys of this kind are made at once
IN = ("complete-profile", "ready")
pytestmark = pytest.mark.eulogin_world(settings=BY_OPENID)


@pytest.fixture
def doctor(world: World) -> Persona:
    return world.personas.create("enrolled")


@pytest.fixture
def visitor(world: World, doctor: Persona) -> Browser:
    """The doctor's, signed in at EU Login by phone."""
    return browser_with(world, world.personas.session(doctor))


def cpms(visitor: Browser, world: World, path: str = "/screen/signin") -> Browser:
    return visitor.open(world.addresses.cpms + path)


def begun(visitor: Browser, world: World) -> str:
    """The address of EU Login to which CPMS sends a browser."""
    page = visitor.http.get(world.addresses.cpms + "/screen/signin", allow_redirects=False, timeout=30)
    address: str = page.headers["Location"]
    assert "acr_values=https%3A%2F%2Fecas.ec.europa.eu%2Floa%2Fmedium" in address
    return address


def state_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["state"][0]


def uid_of(event: Event) -> str:
    return str((event.model_extra or {})["uid"])


def is_signed_in(visitor: Browser, world: World) -> bool:
    return cpms(visitor, world, "/screen/profile").at == IN


def refusal(world: World) -> tuple[str, str]:
    """Code of CPMS's last refusal, and what it got."""
    event = [event for event in world.events.refusals() if event.type.startswith("cpms.")][-1]
    assert event.expected
    assert event.remedy
    return event.type, str(event.got)


# The way there.


def test_somebody_signs_in_by_phone_and_completes_the_profile(world: World, doctor: Persona) -> None:
    visitor = cpms(Browser(world.addresses.idp), world)
    assert (visitor.at, "CPMS 2.0" in visitor.text) == (("whoami", "ready"), True)
    visitor.send(username=doctor.email)
    visitor.send(password=str(doctor.password), loginStrength=APP)
    assert visitor.at == ("waiting", "pending")
    world.phones.get(doctor.phone_id).approve(str(doctor.pin))
    assert visitor.open(visitor.page.url).at == IN
    assert all(f'value="{escape(name)}"' in visitor.page.text for name in (doctor.first_name, doctor.last_name))
    assert doctor.email in visitor.page.text
    assert "ticket=" not in visitor.page.url + str([reply.url for reply in visitor.page.history])
    (signed_in,) = world.events.list(type="cpms.signed_in")
    assert (signed_in.person, uid_of(signed_in)) == (doctor.email, doctor.uid)
    assert world.events.list(type="ticket.issued") == []


def test_cpms_takes_every_way_of_signing(world: World, visitor: Browser) -> None:
    for alg in ("PS512", "RS256", "ES256"):
        world.settings.change({"oidc.signing_alg": alg})
        assert cpms(visitor, world).at == IN, alg
    assert len(world.events.list(type="cpms.signed_in")) == 3


def test_whoever_is_there_already_is_recognised_when_they_come_by_the_other_way(world: World, visitor: Browser) -> None:
    """CAS and OpenID Connect name the same person alike."""
    for way in ("oidc", "cas", "oidc"):
        world.settings.change({"cpms.sign_in": way})
        assert cpms(visitor, world).at == IN
    assert len({uid_of(event) for event in world.events.list(type="cpms.signed_in")}) == 1


@pytest.mark.eulogin_world(frozen=True, settings=BY_OPENID | {"recognition.delay": "PT5M"})
def test_a_new_account_waits_by_the_time_that_eu_login_tells(world: World, visitor: Browser) -> None:
    world.clock.advance("PT4M59S")
    assert cpms(visitor, world).at == ("not-recognised", "ready")
    world.clock.advance("PT1S")
    assert cpms(visitor, world).at == IN


# Why it fails.


def test_the_password_alone_is_asked_for_more(world: World, doctor: Persona) -> None:
    visitor = browser_with(world, world.personas.session(doctor, strength="PASSWORD"))
    assert cpms(visitor, world).at[0] == "password"


@pytest.mark.eulogin_world(frozen=True, settings=BY_OPENID)
def test_a_sign_in_that_proves_too_little_is_refused(world: World, doctor: Persona) -> None:
    """A client's request may be changed on its way through the browser; CPMS looks at what the token says."""
    visitor = browser_with(world, world.personas.session(doctor, strength="PASSWORD"))
    assert visitor.open(begun(visitor, world).replace("loa%2Fmedium", "loa%2Fbasic")).at == (
        "sign-in-refused",
        "level-too-low",
    )
    assert refusal(world) == ("cpms.level_too_low", "https://ecas.ec.europa.eu/loa/basic")


def test_a_wrong_secret_is_told_as_a_matter_of_those_who_run_cpms(world: World, visitor: Browser) -> None:
    world.clients.create(f"{world.addresses.cpms}/screen/signin", client_id="cpms", client_secret="t" * 40)
    world.settings.change({"cpms.client_secret": "not-" * 10})
    assert cpms(visitor, world).at == ("sign-in-refused", "client-refused")
    assert refusal(world) == ("cpms.client_refused", "invalid_client")
    assert "not-not-" not in str(world.events.list())
    world.settings.change({"cpms.client_secret": "t" * 40})
    assert cpms(visitor, world).at == IN


def test_a_fault_of_the_tokens_is_noticed_and_the_next_sign_in_works(world: World, visitor: Browser) -> None:
    world.settings.change({"loop.tickets": 0})
    noticed: dict[FaultName, str] = {
        "token.wrong_issuer": "InvalidClaimError iss",
        "token.wrong_audience": "InvalidClaimError aud",
        "token.wrong_nonce": "InvalidClaimError nonce",
        "token.wrong_signature": "BadSignatureError",
        "token.expired": "ExpiredTokenError exp",
    }
    for fault, got in noticed.items():
        world.faults.arm(fault)
        assert cpms(visitor, world).at == ("sign-in-refused", "token-refused")
        assert refusal(world) == ("cpms.token_refused", got)
        assert not is_signed_in(visitor, world)
    world.faults.arm("token.malformed")
    assert cpms(visitor, world).at == ("sign-in-refused", "unreachable")
    assert refusal(world) == ("cpms.eulogin_unreachable", "no JSON from the token endpoint")
    assert cpms(visitor, world).at == IN


@pytest.mark.parametrize(
    ("fault", "state", "kind", "got"),
    [
        ("keys.foreign", "token-refused", "cpms.token_refused", "InvalidKeyIdError"),
        ("keys.unreachable", "unreachable", "cpms.eulogin_unreachable", "HTTPError"),
        ("validation.failed", "unreachable", "cpms.eulogin_unreachable", "HTTPError"),
        ("attributes.missing", "attributes-missing", "cpms.attributes_missing", "no email, firstName, lastName"),
    ],
)
def test_what_is_wrong_behind_the_code_is_noticed_and_belongs_to_the_sign_in(
    world: World, visitor: Browser, fault: FaultName, state: str, kind: str, got: str
) -> None:
    world.faults.arm(fault)
    assert cpms(visitor, world).at == ("sign-in-refused", state)
    assert refusal(world) == (kind, got)
    (struck,) = world.events.list(type="fault.struck")
    assert struck.correlation_id == world.events.list(type=kind)[-1].correlation_id
    assert cpms(visitor, world).at == IN


def test_new_keys_and_a_large_token_are_no_hindrance(world: World, visitor: Browser) -> None:
    for fault in ("keys.rotated", "token.too_large"):
        world.faults.arm(fault, client_id="cpms")
    assert cpms(visitor, world).at == IN
    assert len(world.events.list(type="fault.struck")) == 2


def test_a_slow_token_endpoint_is_given_up(world: World, visitor: Browser) -> None:
    world.settings.change({"cpms.patience": "PT0.2S"})
    world.faults.arm("token.slow")
    assert cpms(visitor, world).at == ("sign-in-refused", "too-slow")
    assert refusal(world) == ("cpms.eulogin_too_slow", "nothing within 0.2 seconds")


def test_an_eu_login_that_is_not_available_is_tried_again(world: World, visitor: Browser) -> None:
    """The browser came back with its code; then EU Login fell silent."""
    state = state_of(begun(visitor, world))
    world.faults.arm("eulogin.unavailable")
    assert cpms(visitor, world, f"/screen/signin?code=x&state={state}").at == ("sign-in-refused", "unreachable")
    assert cpms(visitor, world).at == IN


def test_an_unknown_code_is_told_as_a_sign_in_that_does_not_count(world: World, visitor: Browser) -> None:
    state = state_of(begun(visitor, world))
    assert cpms(visitor, world, f"/screen/signin?code=x&state={state}").at == ("sign-in-refused", "ticket-refused")
    assert refusal(world) == ("cpms.ticket_refused", "invalid_grant")


def test_who_gives_up_at_eu_login_comes_back_to_cpms(world: World) -> None:
    """Asked for more than they have."""
    registered = world.personas.create("registered")
    visitor = browser_with(world, world.personas.session(registered, strength="PASSWORD"))
    visitor.open(begun(visitor, world).replace("loa%2Fmedium", "loa%2Fhigh"))
    visitor.send(password=str(registered.password))
    assert visitor.at == ("second-factor-needed", "no-way")
    visitor.open(link_to(visitor, "Return to the application"))
    assert visitor.at == ("sign-in-refused", "denied")
    assert refusal(world) == ("cpms.sign_in_denied", "access_denied")


def test_a_client_that_nobody_knows_is_stopped_at_eu_login(world: World, visitor: Browser) -> None:
    """CPMS of another installation, or another name than the one registered."""
    address = begun(visitor, world)
    world.settings.change({"cpms.client_id": "renamed"})
    assert visitor.open(address).at == ("oidc-refused", "ready")
    assert cpms(visitor, world).at == IN


# The end.


def log_out(visitor: Browser, world: World) -> None:
    visitor.open(world.addresses.idp + "/cas/logout").send()
    assert visitor.at == ("logged-out", "ready")


@pytest.mark.parametrize("way", ["oidc", "cas"])
def test_signing_out_at_eu_login_ends_the_session_at_cpms_and_no_other(
    world: World, doctor: Persona, visitor: Browser, way: Literal["cas", "oidc"]
) -> None:
    world.settings.change({"cpms.single_logout": True, "cpms.sign_in": way})
    other = browser_with(world, world.personas.session(world.personas.create("enrolled", email="bo@hospital.example")))
    for one in (visitor, other):
        cpms(one, world)
        assert is_signed_in(one, world)
    log_out(visitor, world)
    assert world.events.wait(type="cpms.session_ended", seconds=20).person == doctor.email
    assert (is_signed_in(visitor, world), is_signed_in(other, world)) == (False, True)


def test_without_the_setting_cpms_stays_open(world: World, visitor: Browser) -> None:
    """As applications really do."""
    cpms(visitor, world)
    log_out(visitor, world)
    assert is_signed_in(visitor, world)
    assert world.events.list(type="cpms.session_ended") == []


def test_signing_out_of_cpms_leaves_eu_login_and_signing_in_again_asks_nothing(world: World, visitor: Browser) -> None:
    cpms(visitor, world)
    visitor.page = visitor.http.post(f"{world.addresses.cpms}/screen/signout", data=dict(visitor.hidden), timeout=30)
    assert not is_signed_in(visitor, world)
    assert cpms(visitor, world).at == IN
