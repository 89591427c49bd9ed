"""The journeys: each a whole story of one person, by pages, phone and mailbox."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from eulogin_harness.client.urls import CpmsUrls, EuLoginUrls
from eulogin_harness.documents.events import Mail
from eulogin_harness.documents.people import Persona
from eulogin_harness.load.browser import Browser, origin_of
from eulogin_harness.load.forms import qr_code_of
from eulogin_harness.load.relying_party import REDIRECT_URI, Transaction, subject_of
from eulogin_harness.load.steps import StepFailed
from eulogin_harness.load.visitor import Visitor, new_address

_WAIT = 30.0  # seconds for a mail, and for a request to reach the phone
_PIN = "PASSWORD_MOBILE_APP"
_CODE = "PASSWORD_SOFTWARE_TOKEN"
ASKED_BY = {"ticket": "ticket.validated", "code": "token.issued"}
_PROFILE: dict[str, str | list[str]] = {
    "country": "AT",
    "hospital": "St. Anna Children's Hospital / CCRI",
    "role": "Physician",
    "specialty": "Paediatric oncology",
    "networks": ["PaedCAN"],
    "terms": "y",
}


@dataclass(frozen=True)
class Trace:
    """By what a journey is found in the journal. correlation_id: of its sign-in; empty where the person did no other.

    further: events beside those that every such journey has.
    """

    person: str
    correlation_id: str = ""
    further: tuple[str, ...] = ()


@dataclass(frozen=True)
class Journey:
    """A story that can be told again and again. events: what the journal has of it, each as often as it stands here."""

    events: tuple[str, ...]
    go: Callable[[Visitor], Trace]


def sign_up(visitor: Visitor) -> Trace:
    """Somebody new creates an account and, by the link of the mail, a password."""
    email, password = new_address(), "Crowd-4711"
    with visitor.browser() as browser:
        browser.open("EU Login: register", _eu_login(visitor).register_url)
        names = {"firstName": "Robin", "lastName": "Berg", "privacy": "y"}
        browser.send("EU Login: sign-up-sent", names | {"email": email, "emailConfirm": email})
        with visitor.api("Mailbox: mail with the link"):
            link = _link(visitor.world.mails.wait(to=email, seconds=_WAIT))
        browser.open("EU Login: new-password", link)
        browser.send("EU Login: password-set", {"newPassword": password, "newPasswordConfirm": password})
    return Trace(email)


def enrolment(visitor: Visitor) -> Trace:
    """Somebody with a password links a phone: app, QR code, PIN."""
    person, pin = visitor.newcomer("registered"), "4711"
    phone = visitor.phone(person)
    with visitor.browser() as browser:
        browser.open("EU Login: whoami", _eu_login(visitor).add_device_url)
        _give_password(browser, person, "EU Login: add-device", "PASSWORD")
        browser.send("EU Login: device-qr", {"deviceName": "My phone", "pin": pin, "pinConfirm": pin})
        with visitor.api("Phone: app installed"):
            phone.install()
        with visitor.api("Phone: QR code scanned"):
            phone.scan(_qr_code(browser))
        with visitor.api("Phone: PIN entered"):
            phone.initialise(pin)
        browser.wait("EU Login: waits for the phone")
        browser.open("EU Login: device-qr", browser.url)
    return Trace(person.email)


def pin(visitor: Visitor) -> Trace:
    """Somebody signs in by the PIN on the phone."""
    with visitor.browser() as browser:
        return _sign_in(visitor, browser)


def one_time_code(visitor: Visitor) -> Trace:
    """Somebody signs in by the one-time password that the phone shows."""
    with visitor.browser() as browser:
        _begin(visitor, browser)
        _give_password(browser, visitor.person, "EU Login: one-time-code", _CODE)
        phone = visitor.phone(visitor.person)
        with visitor.api("Phone: QR code scanned"):
            phone.scan(_qr_code(browser))
        with visitor.api("Phone: one-time password shown"):
            code = phone.one_time_code()
        name, origin = _application(visitor)
        browser.send(name, {"otp": code}, origin=origin)
        return _trace(visitor, browser)


def openid(visitor: Visitor) -> Trace:
    """An application signs somebody in by OpenID Connect, reads who it is, and refreshes its tokens."""
    party, transaction, person = visitor.party(), Transaction(), visitor.person
    with visitor.browser() as browser:
        browser.open("EU Login: whoami", party.authorization_url(transaction))
        _give_password(browser, person, "EU Login: waiting", _PIN)
        _approve(visitor, browser, person)
        browser.open("OpenID Connect: code", browser.url, until=REDIRECT_URI)
    with visitor.api("OpenID Connect: tokens"):
        tokens = party.redeem(party.code_of(browser.came_by[-1], transaction), transaction)
        _check_subject(subject_of(tokens), person)
    if party.has_userinfo:
        with visitor.api("OpenID Connect: userinfo"):
            _check_subject(party.userinfo(tokens["access_token"]).get("sub"), person)
    with visitor.api("OpenID Connect: refresh"):
        party.refresh(tokens["refresh_token"])
    return Trace(person.email, browser.correlation_id)


def access_request(visitor: Visitor) -> Trace:
    """Somebody new at CPMS signs in by the PIN, completes the profile and asks for access."""
    person = visitor.newcomer("enrolled")
    with visitor.browser() as browser:
        _begin_at_cpms(visitor, browser)
        _give_password(browser, person, "EU Login: waiting", _PIN)
        _approve(visitor, browser, person)
        browser.open("CPMS: complete-profile", browser.url)
        browser.send("CPMS: access-request", _PROFILE)
        browser.send("CPMS: access-status", {"comment": "Please."})
    return Trace(person.email)


def sign_out(visitor: Visitor) -> Trace:
    """Somebody signs in by the PIN on the phone, and out again at EU Login."""
    with visitor.browser() as browser:
        trace = _sign_in(visitor, browser)
        browser.open("EU Login: logout", _eu_login(visitor).logout_url)
        browser.send("EU Login: logged-out", {})
        return trace


def _eu_login(visitor: Visitor) -> EuLoginUrls:
    return EuLoginUrls(f"{visitor.world.addresses.idp}/cas")


def _sign_in(visitor: Visitor, browser: Browser) -> Trace:
    """From the application's first page to the one after signing in by the PIN on the phone."""
    _begin(visitor, browser)
    _give_password(browser, visitor.person, "EU Login: waiting", _PIN)
    _approve(visitor, browser, visitor.person)
    name, origin = _application(visitor)
    browser.open(name, browser.url, origin=origin)
    return _trace(visitor, browser)


def _begin(visitor: Visitor, browser: Browser) -> None:
    if visitor.plan.application:
        browser.open("EU Login: whoami", visitor.plan.application)
    else:
        _begin_at_cpms(visitor, browser)


def _begin_at_cpms(visitor: Visitor, browser: Browser) -> None:
    cpms = visitor.world.addresses.cpms
    browser.open("CPMS: home", CpmsUrls(cpms).home_url)
    browser.open("EU Login: whoami", f"{cpms}/screen/signin")


def _give_password(browser: Browser, person: Persona, name: str, strength: str) -> None:
    browser.send("EU Login: password", {"username": person.email})
    browser.send(name, {"password": person.password or "", "loginStrength": strength})


def _approve(visitor: Visitor, browser: Browser, person: Persona) -> None:
    with visitor.api("Phone: PIN entered"):
        visitor.phone(person).approve(person.pin or "", request=browser.awaited("request"), seconds=_WAIT)
    browser.wait("EU Login: waits for the phone")


def _application(visitor: Visitor) -> tuple[str, str]:
    """Name of the page to which a sign-in leads, and its origin where any page of it will do."""
    if address := visitor.plan.application:
        return "Application: signed in", origin_of(address)
    return "CPMS: dashboard", ""


def _trace(visitor: Visitor, browser: Browser) -> Trace:
    """The application has asked EU Login who it is, by the ticket or the code that the browser brought."""
    outside = [url for url in browser.came_by if not url.startswith(visitor.world.addresses.idp)]
    brought = {name for url in outside for name in parse_qs(urlsplit(url).query)}
    further = tuple(event for name, event in ASKED_BY.items() if name in brought)
    return Trace(visitor.person.email, browser.correlation_id, further)


def _check_subject(subject: object, person: Persona) -> None:
    if subject != person.uid:
        raise StepFailed("expected what belongs to the person who signed in, got somebody else's")


def _link(mail: Mail) -> str:
    if not mail.links:
        raise StepFailed("expected a mail with a link, got one without")
    return mail.links[0].url


def _qr_code(browser: Browser) -> bytes:
    return base64.b64decode(qr_code_of(browser.page.text))


_BY_PHONE = ("request.sent", "request.answered", "session.signed_in")
JOURNEYS: dict[str, Journey] = {
    "sign-up": Journey(("account.registered", "password.set", "session.signed_in"), sign_up),
    "enrolment": Journey(("session.signed_in", "device.added", "device.initialised"), enrolment),
    "pin": Journey(_BY_PHONE, pin),
    "one-time-code": Journey(("otp.accepted", "session.signed_in"), one_time_code),
    "openid": Journey((*_BY_PHONE, "code.issued", "token.issued", "token.issued"), openid),
    "access-request": Journey((*_BY_PHONE, "profile.completed", "access.requested"), access_request),
    "sign-out": Journey((*_BY_PHONE, "session.signed_out"), sign_out),
}
