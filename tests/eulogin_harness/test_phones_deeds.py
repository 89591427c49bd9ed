"""What the owner of a phone does by the control API at the whole mock: done, or refused by which sentence.

The rules behind it, and the pages, have their tests in tests/mock_phone.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from eulogin_harness.client import Harness, Phone, ProblemError
from eulogin_harness.client import World as Client
from eulogin_harness.client.names import StageWithPin
from eulogin_harness.site import open_site
from mock_idp.factors.devices.rules import delete_device, devices_of
from mock_world.server import Site
from tests.mock_idp.conftest import Browser as Desktop
from tests.qr_codes import screenshot

APP = "PASSWORD_MOBILE_APP"
PIN, OTHER_PIN, WRONG = "8305", "9417", "0000"
PASSWORD = "Lantern-42"
BO = "bo@hospital.example"
CHALLENGE = bytes(range(64))
SIGNED_IN, DENIED, PENDING = ("successful-login", "ready"), ("waiting", "denied"), ("waiting", "pending")


@dataclass(frozen=True)
class Deed:
    """A method of the client's phone, and what it is given. says: part of the refusal; empty where it is done."""

    name: str
    given: dict[str, Any]
    says: str = ""


@dataclass(frozen=True)
class Event:
    """Something that happens elsewhere: a method of Stage."""

    name: str


Act = Deed | Event


@dataclass(frozen=True)
class Behaviour:
    """What is done, and what is so afterwards.

    begins: on a new phone, one that is `linked` to Ada's account, or to those of `two` people. home: state of the home
    screen. shown: whose account it shows, `ada`, `bo` or nobody's. desktop: page and state of the desktop that asked
    last. devices: states of Ada's devices at EU Login.
    """

    begins: str
    acts: tuple[Act, ...]
    home: str = "ready"
    shown: str = "ada"
    desktop: tuple[str, str] | None = None
    devices: tuple[str, ...] = ("active",)


def do(name: str, says: str = "", /, **given: Any) -> Deed:
    return Deed(name, given, says)


def new(*acts: Act, home: str = "welcome") -> Behaviour:
    """On a new phone, which is linked to nobody afterwards either."""
    return Behaviour("new", acts, home, "", None, ("waiting",))


def linked(*acts: Act, home: str = "ready", desktop: tuple[str, str] | None = None) -> Behaviour:
    return Behaviour("linked", acts, home, desktop=desktop)


CODE = "CODE"  # in the place of the address in a QR code
asks, asks_on_mobile, answered, deleted = map(Event, ("asks", "asks_on_mobile", "answered", "deleted"))
install, approve = do("install"), do("approve", pin=PIN)
wrong = do("approve", "Enter your PIN again", pin=WRONG)

# One of each deed that is done, and one that is refused.
BEHAVIOURS = {
    "no app": new(do("scan", "Install the EU Login app", payload=CODE), home="not-installed"),
    "initialised by a picture": Behaviour("new", (install, do("scan", image=CODE), do("initialise", pin=PIN))),
    "no code in the picture": new(install, do("scan", "Try again with the whole QR code", image="")),
    "a scan is forgotten": new(
        install, do("scan", payload=CODE), do("forget_scan"), do("initialise", "Scan the QR code", pin=PIN)
    ),
    "another PIN at initialising": new(
        install, do("scan", payload=CODE), do("initialise", "Tries left: 4.", pin=WRONG)
    ),
    "installed again": Behaviour("linked", (do("uninstall"), install), "reinstalled", ""),
    "unlinked": Behaviour("linked", (do("unlink"),), "welcome", ""),
    "a wrong PIN, then the right one": linked(asks, wrong, approve, desktop=SIGNED_IN),
    "denied": linked(asks, do("deny"), desktop=DENIED),
    "blocked by five wrong PINs": Behaviour(
        "linked",
        (asks, *[wrong] * 4, do("approve", "Delete this device in EU Login", pin=WRONG)),
        "blocked",
        desktop=("waiting", "blocked"),
        devices=("blocked",),
    ),
    "answered twice": linked(
        asks,
        do("deny"),
        do("approve", "Start again on the computer", pin=PIN, request="LAST"),
        desktop=DENIED,
    ),
    "one of two requests": linked(
        asks, asks, do("approve", pin=PIN, request="LAST"), home="waiting", desktop=SIGNED_IN
    ),
    "by fingerprint": linked(
        asks, do("change", biometrics="fingerprint"), do("approve_with_biometrics"), desktop=SIGNED_IN
    ),
    "by a face that is not known": linked(
        asks, do("approve_with_biometrics", "Enter your PIN instead"), home="waiting", desktop=PENDING
    ),
    "approved by itself": linked(asks, do("change", auto_approve=True), answered, desktop=SIGNED_IN),
    "offline": linked(
        asks,
        do("change", online=False),
        do("approve", "Go online first", pin=PIN),
        home="trouble",
        desktop=PENDING,
    ),
    "a device that was deleted": Behaviour(
        "linked",
        (asks, deleted, do("approve", "Add this phone again", pin=PIN)),
        "not-linked",
        desktop=("waiting", "blocked"),
        devices=(),
    ),
    "answered under another account": Behaviour(
        "two", (asks, do("approve", "Switch to", pin=PIN)), "other-account", "bo", PENDING
    ),
    "switched and approved": Behaviour("two", (asks, do("switch_account", account="ADA"), approve), desktop=SIGNED_IN),
    "another one than the shown is unlinked": Behaviour("two", (do("unlink", account="ADA"),), shown="bo"),
    "On Mobile picks the account that is asked": Behaviour("two", (asks_on_mobile, approve), desktop=SIGNED_IN),
    "a one-time code for nothing": linked(do("one_time_code", "Scan the QR code on your computer")),
    "the PIN is changed": linked(
        do("change_pin", password=PASSWORD, pin=OTHER_PIN), asks, do("approve", pin=OTHER_PIN), desktop=SIGNED_IN
    ),
    "a change with a wrong password": linked(
        do("change_pin", "that was not the right one", password="Candle-17", pin=OTHER_PIN)
    ),
}


class Stage:
    """A world with Ada, who has a device, and Bo where two are needed; what happens beside the phone."""

    def __init__(self, site: Site, client: Client, begins: str) -> None:
        self.client, self.world = client, site.worlds.get(client.name)
        stage: StageWithPin = "device_added" if begins == "new" else "enrolled"
        self.ada = client.personas.create(stage, email="ada@hospital.example", password=PASSWORD, pin=PIN)
        self.phone = client.phones.create(installed=False).id if begins == "new" else self.ada.phone_id
        enrolment = devices_of(self.world, self.ada.uid)[0].enrolment
        self.code = f"otpauth://totp/x:{self.ada.email}?enrolment={enrolment}&server={self.client.addresses.idp}"
        self.desktop: Desktop | None = None
        self.request = ""
        if begins == "two":
            phone = client.phones.get(self.phone)
            bo = client.personas.create("device_added", email=BO, password=PASSWORD, pin=PIN)
            phone.scan(payload=bo.qr_payload)
            phone.initialise(PIN)

    def given(self, given: dict[str, Any]) -> dict[str, Any]:
        """With what the table can only name."""
        names = {CODE: self.code, "ADA": self.ada.email, "LAST": self.request}
        found = {name: names.get(value, value) if isinstance(value, str) else value for name, value in given.items()}
        if "image" in found:
            found["image"] = screenshot(found["image"]) if found["image"] else BLANK
        return found

    def asks(self) -> None:
        self.desktop = Desktop(self.client.addresses.idp)
        self.desktop.open("/cas/login").send(username=self.ada.email).send(password=PASSWORD, loginStrength=APP)
        assert self.desktop.at == PENDING
        self.request = self.desktop.page.url.rpartition("request=")[2]

    def asks_on_mobile(self) -> None:
        """The browser of the phone itself, which the app would hand back to `back`."""
        self.desktop = Desktop(self.client.addresses.idp)
        self.desktop.http.headers["User-Agent"] = "Mobile"
        self.desktop.open("/cas/login").send(username=self.ada.email)
        self.desktop.send(follow=False, password="", loginStrength="MOBILE_APP")
        asked = parse_qs(urlsplit(self.desktop.page.headers["Location"]).query)
        self.desktop.open(asked["back"][0])
        (self.request,) = asked["request"]

    def answered(self) -> None:
        """What asked has learnt of the answer."""
        assert self.desktop
        address = f"{self.client.addresses.idp}/cas/login/state"
        state = self.desktop.http.get(address, params={"request": self.request}, timeout=30).json()
        assert state == {"state": "approved"}

    def deleted(self) -> None:
        delete_device(self.world, devices_of(self.world, self.ada.uid)[0])

    def secret(self) -> bytes:
        """What Ada's device proves itself by."""
        return base64.urlsafe_b64decode(devices_of(self.world, self.ada.uid)[0].secret + "==")


BLANK = screenshot("")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with open_site() as site:
        yield site


@pytest.fixture
def client(site: Site) -> Iterator[Client]:
    world = Harness(site.listeners["desk"]).worlds.create(now="2026-11-27T16:00:00Z", frozen=True)
    yield world
    world.delete()


def does(phone: Phone, name: str, **given: Any) -> str:
    """Do it, and say by which sentence it was refused."""
    at_once = {"seconds": 0} if name in {"approve", "approve_with_biometrics", "deny"} else {}
    try:
        getattr(phone, name)(**given, **at_once)
    except ProblemError as problem:
        return problem.title
    return ""


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_a_behaviour(site: Site, client: Client, behaviour: Behaviour) -> None:
    stage = Stage(site, client, behaviour.begins)
    phone = client.phones.get(stage.phone)
    for act in behaviour.acts:
        if isinstance(act, Event):
            getattr(stage, act.name)()
            continue
        says = does(phone, act.name, **stage.given(act.given))
        assert act.says in says, act
        assert bool(says) == bool(act.says), act
    screen = phone.screen
    shown = {"ada": stage.ada.email, "bo": BO, "": ""}[behaviour.shown]
    assert (screen.state, screen.active_account or "") == (behaviour.home, shown)
    assert tuple(device.state for device in devices_of(stage.world, stage.ada.uid)) == behaviour.devices
    if stage.desktop:
        assert stage.desktop.open(stage.desktop.page.url).at == behaviour.desktop


def test_a_one_time_code_is_shown_without_network(site: Site, client: Client) -> None:
    stage = Stage(site, client, "linked")
    phone = client.phones.get(stage.phone)
    phone.change(online=False)
    challenge = base64.urlsafe_b64encode(CHALLENGE).decode().rstrip("=")
    phone.scan(payload=f"eulogin-mock://sign-in?account={stage.ada.email}&challenge={challenge}")
    bits = int.from_bytes(hmac.digest(stage.secret(), CHALLENGE, hashlib.sha512)[:5], "big")
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    assert phone.one_time_code() == "".join(alphabet[bits >> shift & 31] for shift in range(35, -1, -5))


def test_six_digits_are_those_of_the_phones_clock(site: Site, client: Client) -> None:
    stage = Stage(site, client, "linked")
    phone = client.phones.get(stage.phone)
    client.settings.change({"one_time_code": "totp"})
    phone.change(clock_offset="-PT5M")
    totp = pyotp.TOTP(base64.b32encode(stage.secret()[:20]).decode())
    assert phone.one_time_code() == totp.at(stage.world.clock.now() - timedelta(minutes=5))
