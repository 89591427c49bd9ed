"""One behaviour, three faces: the same table of behaviours through the Python object, the control API and the pages."""

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
from pydantic import TypeAdapter

from eulogin_harness.client import Harness
from eulogin_harness.client import World as Client
from eulogin_harness.site import open_site
from mock_idp.devices.rules import delete_device, devices_of
from mock_world.server import Site
from tests.eulogin_harness.faces import ByApi, ByObject, ByPages, Face
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
    """Something that the owner of the phone does. says: part of the refusal; empty where it is done.

    leads: page and state to which the phone's pages lead in place of the sentence, where they do.
    """

    name: str
    given: dict[str, Any]
    says: str = ""
    leads: str = ""


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
    home: str
    shown: str = "ada"
    desktop: tuple[str, str] | None = None
    devices: tuple[str, ...] = ("active",)


def do(name: str, says: str = "", leads: str = "", /, **given: Any) -> Deed:
    return Deed(name, given, says, leads)


CODE, SIGN_IN = "CODE", "SIGN_IN"  # in the place of the addresses in QR codes
asks, asks_on_mobile, answered = map(Event, ("asks", "asks_on_mobile", "answered"))
deleted, half_an_hour, digits = map(Event, ("deleted", "half_an_hour", "digits"))
approve, wrong = do("approve", pin=PIN), do("approve", "Enter your PIN again", pin=WRONG)
link = (do("scan", payload=CODE), do("initialise", pin=PIN))

BEHAVIOURS = {
    # The app's life.
    "no app": Behaviour(
        "new",
        (do("scan", "Install the EU Login app", "phone-store ready", payload=CODE),),
        "not-installed",
        "",
        None,
        ("waiting",),
    ),
    "installed": Behaviour("new", (do("install"),), "welcome", "", None, ("waiting",)),
    "installed without permissions": Behaviour(
        "new",
        (do("install", allowed=False), do("scan", "Allow notifications", payload=CODE)),
        "welcome",
        "",
        None,
        ("waiting",),
    ),
    "initialised by the address": Behaviour("new", (do("install"), *link), "ready"),
    "initialised by a picture": Behaviour(
        "new", (do("install"), do("scan", image=CODE), do("initialise", pin=PIN)), "ready"
    ),
    "removed": Behaviour("linked", (do("uninstall"),), "not-installed", ""),
    "installed again": Behaviour("linked", (do("uninstall"), do("install")), "reinstalled", ""),
    "unlinked": Behaviour("linked", (do("unlink"),), "welcome", ""),
    "deleted at EU Login": Behaviour("linked", (deleted,), "not-linked", "ada", None, ()),
    # Scanning.
    "no code in the picture": Behaviour(
        "new",
        (do("install"), do("scan", "Try again with the whole QR code", image="")),
        "welcome",
        "",
        None,
        ("waiting",),
    ),
    "a code of a shop": Behaviour(
        "new",
        (do("install"), do("scan", "Scan the QR code that EU Login shows", payload="https://shop.example/")),
        "welcome",
        "",
        None,
        ("waiting",),
    ),
    "a code that is too old": Behaviour(
        "new",
        (do("install"), do("scan", payload=CODE), half_an_hour, do("initialise", "Ask for a new QR code", pin=PIN)),
        "welcome",
        "",
        None,
        ("waiting",),
    ),
    "a code that was used": Behaviour(
        "linked", (do("scan", payload=CODE), do("initialise", "Delete the device in EU Login", pin=PIN)), "ready"
    ),
    "the code of a sign-in, without an account": Behaviour(
        "new",
        (do("install"), do("scan", "Scan the QR code of a new mobile device first", payload=SIGN_IN)),
        "welcome",
        "",
        None,
        ("waiting",),
    ),
    "another PIN at initialising": Behaviour(
        "new",
        (do("install"), do("scan", payload=CODE), do("initialise", "Tries left: 4.", pin=WRONG)),
        "welcome",
        "",
        None,
        ("waiting",),
    ),
    "a PIN of three digits": Behaviour(
        "new",
        (do("install"), do("scan", payload=CODE), do("initialise", "Enter the four digits", pin="123")),
        "welcome",
        "",
        None,
        ("waiting",),
    ),
    "initialised offline": Behaviour(
        "new",
        (
            do("install"),
            do("scan", payload=CODE),
            do("change_settings", online=False),
            do("initialise", "Go online first", pin=PIN),
        ),
        "welcome",
        "",
        None,
        ("waiting",),
    ),
    "no camera": Behaviour(
        "new",
        (do("install"), do("change_settings", camera=False), do("scan", "Allow the camera", image=CODE)),
        "welcome",
        "",
        None,
        ("waiting",),
    ),
    "no screen lock": Behaviour(
        "new",
        (do("install"), do("change_settings", screen_lock=False), do("scan", "Set a screen lock", payload=CODE)),
        "welcome",
        "",
        None,
        ("waiting",),
    ),
    # Requests.
    "a request": Behaviour("linked", (asks,), "waiting", desktop=PENDING),
    "approved": Behaviour("linked", (asks, approve), "ready", desktop=SIGNED_IN),
    "denied": Behaviour("linked", (asks, do("deny")), "ready", desktop=DENIED),
    "lapsed": Behaviour("linked", (asks, half_an_hour), "ready", desktop=("waiting", "timed-out")),
    "a wrong PIN": Behaviour("linked", (asks, wrong, approve), "ready", desktop=SIGNED_IN),
    "blocked by five wrong PINs": Behaviour(
        "linked",
        (asks, *[wrong] * 4, do("approve", "Delete this device in EU Login", pin=WRONG)),
        "blocked",
        desktop=("waiting", "blocked"),
        devices=("blocked",),
    ),
    "answered twice": Behaviour(
        "linked",
        (asks, do("deny"), do("approve", "Start again on the computer", "phone-home closed", pin=PIN, request="LAST")),
        "ready",
        desktop=DENIED,
    ),
    "one of two requests": Behaviour(
        "linked", (asks, asks, do("approve", pin=PIN, request="LAST")), "waiting", desktop=SIGNED_IN
    ),
    "by fingerprint": Behaviour(
        "linked",
        (asks, do("change_settings", biometrics="fingerprint"), do("approve_with_biometrics")),
        "ready",
        desktop=SIGNED_IN,
    ),
    "by a face that is not known": Behaviour(
        "linked", (asks, do("approve_with_biometrics", "Enter your PIN instead")), "waiting", desktop=PENDING
    ),
    "offline": Behaviour(
        "linked",
        (asks, do("change_settings", online=False), do("approve", "Go online first", pin=PIN)),
        "trouble",
        desktop=PENDING,
    ),
    "notifications off": Behaviour(
        "linked", (asks, do("change_settings", notifications=False), approve), "ready", desktop=SIGNED_IN
    ),
    "a device that was deleted": Behaviour(
        "linked",
        (asks, deleted, do("approve", "Add this phone again", pin=PIN)),
        "not-linked",
        desktop=("waiting", "blocked"),
        devices=(),
    ),
    # Several accounts.
    "the last linked account is shown": Behaviour("two", (), "ready", "bo"),
    "a request of another account": Behaviour("two", (asks,), "other-account", "bo", PENDING),
    "answered under another account": Behaviour(
        "two", (asks, do("approve", "Switch to", pin=PIN)), "other-account", "bo", PENDING
    ),
    "switched and approved": Behaviour(
        "two", (asks, do("switch_account", account="ADA"), approve), "ready", "ada", SIGNED_IN
    ),
    "one of two unlinked": Behaviour("two", (do("unlink"),), "ready", "ada"),
    "another one than the shown is unlinked": Behaviour("two", (do("unlink", account="ADA"),), "ready", "bo"),
    "one that is not there is unlinked": Behaviour(
        "two", (do("unlink", "Choose an account of this phone", account="nobody@hospital.example"),), "ready", "bo"
    ),
    "On Mobile picks the account that is asked": Behaviour("two", (asks_on_mobile, approve), "ready", "ada", SIGNED_IN),
    "On Mobile, denied": Behaviour("two", (asks_on_mobile, do("deny")), "ready", "ada", DENIED),
    # By itself.
    "approved by itself": Behaviour(
        "linked", (asks, do("change_settings", auto_approve=True), answered), "ready", desktop=SIGNED_IN
    ),
    # One-time passwords.
    "a scan is forgotten": Behaviour(
        "new",
        (do("install"), do("scan", payload=CODE), do("forget_scan"), do("initialise", "Scan the QR code", pin=PIN)),
        "welcome",
        "",
        None,
        ("waiting",),
    ),
    "a one-time code for nothing": Behaviour(
        "linked", (do("one_time_code", "Scan the QR code on your computer", "phone-scan ready"),), "ready"
    ),
    "a one-time code for a new device": Behaviour(
        "linked",
        (do("scan", payload=CODE), do("one_time_code", "Scan the QR code of a sign-in", "phone-pin ready")),
        "ready",
    ),
    "six digits without an account": Behaviour(
        "new",
        (digits, do("install"), do("one_time_code", "Initialise the app first", "phone-scan ready")),
        "welcome",
        "",
        None,
        ("waiting",),
    ),
    # Another PIN.
    "the PIN is changed": Behaviour(
        "linked",
        (do("change_pin", password=PASSWORD, pin=OTHER_PIN), asks, do("approve", pin=OTHER_PIN)),
        "ready",
        desktop=SIGNED_IN,
    ),
    "the old PIN after a change": Behaviour(
        "linked",
        (do("change_pin", password=PASSWORD, pin=OTHER_PIN), asks, do("approve", "Enter your PIN again", pin=PIN)),
        "waiting",
        desktop=PENDING,
    ),
    "a change resets biometrics": Behaviour(
        "linked",
        (
            do("change_settings", biometrics="face"),
            do("change_pin", password=PASSWORD, pin=OTHER_PIN),
            asks,
            do("approve_with_biometrics", "Enter your PIN instead"),
        ),
        "waiting",
        desktop=PENDING,
    ),
    "a change with a wrong password": Behaviour(
        "linked", (do("change_pin", "that was not the right one", password="Candle-17", pin=OTHER_PIN),), "ready"
    ),
    "a change without a password": Behaviour(
        "linked",
        (do("change_pin", "Enter the password of your EU Login account", password="", pin=OTHER_PIN),),
        "ready",
    ),
    "a change to a PIN of three digits": Behaviour(
        "linked", (do("change_pin", "Enter the four digits", password=PASSWORD, pin="123"),), "ready"
    ),
}


class Stage:
    """A world with Ada, who has a device, and Bo where two are needed; what happens beside the phone."""

    def __init__(self, site: Site, client: Client, begins: str) -> None:
        self.client, self.world = client, site.worlds.get(client.name)
        stage = "device_added" if begins == "new" else "enrolled"
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
        challenge = base64.urlsafe_b64encode(CHALLENGE).decode().rstrip("=")
        names = {
            CODE: self.code,
            SIGN_IN: f"eulogin-mock://sign-in?account={self.ada.email}&challenge={challenge}",
            "ADA": self.ada.email,
            "LAST": self.request,
        }
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

    def digits(self) -> None:
        self.client.settings.change({"one_time_code": "totp"})

    def deleted(self) -> None:
        delete_device(self.world, devices_of(self.world, self.ada.uid)[0])

    def half_an_hour(self) -> None:
        self.world.advance_clock(timedelta(minutes=30))

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


FACES = pytest.mark.parametrize("face", [ByObject, ByApi, ByPages])


@FACES
@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_a_behaviour(site: Site, client: Client, behaviour: Behaviour, face: type[Face]) -> None:
    stage = Stage(site, client, behaviour.begins)
    phone = face(stage.world, client, stage.phone)
    for act in behaviour.acts:
        if isinstance(act, Event):
            getattr(stage, act.name)()
            continue
        phone.request = stage.request
        says = phone.does(act.name, stage.given(act.given))
        expected = act.leads if act.leads and face is ByPages else act.says
        assert expected in says, act
        assert bool(says) == bool(expected), act
    if behaviour.home == "not-linked":
        phone.shows()  # the app learns of it by looking
    shown = {"ada": stage.ada.email, "bo": BO, "": ""}[behaviour.shown]
    assert phone.shows() == (behaviour.home, shown)
    assert tuple(device.state for device in devices_of(stage.world, stage.ada.uid)) == behaviour.devices
    if stage.desktop:
        assert stage.desktop.open(stage.desktop.page.url).at == behaviour.desktop


ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@FACES
@pytest.mark.parametrize("online", [True, False])
def test_a_one_time_code_is_shown_without_network_too(
    site: Site, client: Client, face: type[Face], online: bool
) -> None:
    stage = Stage(site, client, "linked")
    phone = face(stage.world, client, stage.phone)
    phone.does("change_settings", {"online": online})
    assert phone.does("scan", stage.given({"payload": SIGN_IN})) == ""
    bits = int.from_bytes(hmac.digest(stage.secret(), CHALLENGE, hashlib.sha512)[:5], "big")
    assert phone.code() == "".join(ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))


@FACES
@pytest.mark.parametrize("wrong_by", ["PT0S", "-PT5M", "P1D"])
def test_six_digits_are_those_of_the_phones_clock(site: Site, client: Client, face: type[Face], wrong_by: str) -> None:
    stage = Stage(site, client, "linked")
    phone = face(stage.world, client, stage.phone)
    stage.digits()
    offset = TypeAdapter(timedelta).validate_python(wrong_by)
    assert phone.does("change_settings", {"clock_offset": offset if face is ByObject else wrong_by}) == ""
    totp = pyotp.TOTP(base64.b32encode(stage.secret()[:20]).decode())
    assert phone.code() == totp.at(stage.world.clock.now() + offset)
