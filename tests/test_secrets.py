"""Secrets leave the phone's store only in the world's state document: no page, header, journal, log or error has one.

A phone's life is lived through, by pages and by API, with what can go wrong; all that anybody could read of it is
kept, and looked through for each secret in each form that it may have.
"""

import base64
import json
import logging
import re
from collections.abc import Iterator
from html import unescape
from itertools import product
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests

from eulogin_harness.client import World
from mock_idp.factors.devices import enrolment
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.pages import app_interface
from mock_phone import create_app
from tests.mock_idp.conftest import Browser as Desktop
from tests.qr_codes import picture_on, read, screenshot

PIN, OTHER_PIN, WRONG_PIN = "8305", "9417", "7926"  # that nothing else is
PASSWORD, WRONG_PASSWORD = "Lantern-in-the-Fog-42", "Candle-in-the-Wind-17"
APP = "PASSWORD_MOBILE_APP"
HIDDEN = {"secret", "challenge", "enrolment", "scanned"}  # columns of the state document
LINK = re.compile(r'(?:href|action|src|data-[a-z]+)="([^"]+)"')


class Witness:
    """Keeps all that was answered, by the call that it answered."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.opened: set[str] = set()
        self.secrets: dict[str, str] = {"PIN": PIN, "another PIN": OTHER_PIN, "a wrong PIN": WRONG_PIN}
        self.secrets |= {"password": PASSWORD, "a wrong password": WRONG_PASSWORD}

    def keep(self, answer: requests.Response, *_: object, **__: object) -> None:
        what = f"{answer.request.method} {urlsplit(answer.url).path} {answer.status_code}"
        if answer.ok and answer.request.method == "GET":
            self.opened.add(answer.url)
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.seen.append((what, f"{headers}\n{answer.text}"))

    def session(self) -> requests.Session:
        session = requests.Session()
        session.hooks["response"].append(self.keep)
        return session

    def learn(self, state: dict[str, Any]) -> None:
        """Take all secrets out of a state document."""
        for table, rows in state["tables"].items():
            for row in rows:
                for name in HIDDEN & row.keys():
                    if row[name] and isinstance(row[name], str):
                        self.secrets[f"{table}.{name} {row.get('id', '')}"] = row[name]

    def leaks(self) -> set[str]:
        """Which secret stands where."""
        forms = [(name, form.lower()) for name, secret in self.secrets.items() for form in _forms(secret)]
        seen = [(what, text.lower()) for what, text in self.seen]
        return {f"{name} in {what}" for what, text in seen for name, form in forms if _has(text, form)}


def _has(text: str, form: str) -> bool:
    """Whether it stands there as a word. An expression alone takes long to find nothing, which is the rule."""
    return form in text and bool(re.search(rf"(?<![a-z0-9]){re.escape(form)}(?![a-z0-9])", text))


def _forms(secret: str) -> set[str]:
    """As it is, as an address has it, and, where it is bytes in base64url, in other alphabets too."""
    texts = {secret, quote(secret, safe=""), quote(secret)}
    if re.fullmatch(r"[A-Za-z0-9_-]{43,}", secret):
        raw = base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
        texts |= {base64.b64encode(raw).decode().rstrip("="), raw.hex(), base64.b32encode(raw[:20]).decode()}
        texts |= {repr(raw)[2:-1]}
    return texts


class Person:
    """Somebody at computer and phone. `base`: address of the phone's pages."""

    def __init__(self, world: World, witness: Witness) -> None:
        self.world, self.witness = world, witness
        self.doctor = world.personas.create("registered", password=PASSWORD, pin=PIN)
        self.desktop = Desktop(world.addresses.idp)
        self.desktop.http = witness.session()
        self.http = witness.session()
        self.phone = self.send("POST", "/api/phones", {"installed": False}).json()["id"]
        self.path = f"/phones/{self.phone}"
        self.token = self.spare = ""

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """A call of the control API."""
        if body is not None:
            more["json"] = body
        return self.http.request(method, self.world.addresses.desk + path, timeout=30, **more)

    def does(self, deed: str, **body: Any) -> requests.Response:
        return self.send("POST", f"/api/phones/{self.phone}/{deed}", body)

    def open(self, path: str = "") -> requests.Response:
        """A page of the phone."""
        page = self.http.get(self.world.addresses.phone + self.path + path, timeout=30)
        found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page.text)
        self.token = found[1] if found else self.token
        return page

    def types(self, path: str, **fields: str) -> requests.Response:
        """A form of the phone."""
        data = {"csrf_token": self.token, **fields}
        return self.http.post(self.world.addresses.phone + self.path + path, data=data, timeout=30)

    def shows_the_camera(self, payload: str) -> requests.Response:
        """A frame of the phone's camera, with a QR code."""
        address, data = f"{self.world.addresses.phone}{self.path}/camera", {"csrf_token": self.token}
        return self.http.post(address, data=data, files={"image": ("frame.png", screenshot(payload))}, timeout=30)

    def installs(self) -> None:
        """The app, with all that it asks for."""
        self.open("/store/eu-login")
        self.types("/store/eu-login")
        for name in ("notifications", "camera"):
            self.open(f"/permissions/{name}")
            self.types(f"/permissions/{name}", answer="allow")

    def looks_around(self) -> None:
        """Open all that the phone's pages lead to, and the desk's pages about it."""
        left, opened = [self.path, f"{self.path}/home"], set[str]()
        while left:
            path = left.pop()
            opened.add(path)
            page = self.http.get(self.world.addresses.phone + path, timeout=30)
            for link in LINK.findall(page.text):
                found = unescape(link).removeprefix(self.prefix)
                if found.startswith(self.path) and "/live" not in found and found not in {*opened, *left}:
                    left.append(found)
        self.open("/live?mark=outdated")  # which is answered at once
        self.send("GET", f"/api/phones/{self.phone}")
        self.send("GET", "/api/phones")
        self.desktop.open("/cas/userdata/mobileApp/manageMyMobileDevices.cgi")
        self.witness.learn(self.world.state())

    def never_opened(self) -> set[str]:
        """Pages of the phone's app that were not opened."""
        base, pages = self.world.addresses.phone, create_app().url_map
        paths = [urlsplit(url.removeprefix(base)).path for url in self.witness.opened if url.startswith(base)]
        known = {rule.endpoint for rule in pages.iter_rules() if "GET" in (rule.methods or ())}
        opened = {pages.bind("").match(path)[0] for path in paths}
        return {name for name in known - opened if not name.startswith("world.") and not name.endswith("static")}

    @property
    def prefix(self) -> str:
        return urlsplit(self.world.addresses.phone).path

    def signs_in(self) -> None:
        self.desktop.http.cookies.clear()
        self.desktop.open("/cas/login").send(username=self.doctor.email).send(password=PASSWORD)
        assert self.desktop.at == ("successful-login", "ready")

    def adds_a_device(self) -> str:
        """What its QR code holds, read from the picture as a camera does."""
        self.desktop.open("/cas/mobile").send(deviceName="My phone", pin=PIN, pinConfirm=PIN)
        assert self.desktop.at == ("device-qr", "waiting")
        return self.qr_code()

    def qr_code(self) -> str:
        """What the picture on the desktop holds."""
        self.witness.learn(self.world.state())
        return read(picture_on(self.desktop.page.text))

    def asks_the_phone(self) -> str:
        """A request that waits; its id."""
        self.desktop.http.cookies.clear()
        self.desktop.open("/cas/login").send(username=self.doctor.email)
        self.desktop.send(password=WRONG_PASSWORD, loginStrength=APP).send(password=PASSWORD, loginStrength=APP)
        assert self.desktop.at == ("waiting", "pending")
        self.witness.learn(self.world.state())
        return self.desktop.page.url.rpartition("request=")[2]

    def device(self) -> dict[str, str]:
        """The phone's own account, from where alone it may be known."""
        found: dict[str, str] = self.world.state()["tables"]["phone_account"][-1]
        return found


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def person(
    world: World, witness: Witness, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[Person]:
    """After the test: what the journal, the log and both outputs say must hold no secret either, nor any answer."""
    caplog.set_level(logging.INFO)
    person = Person(world, witness)
    yield person
    person.send("GET", "/api/events")
    person.send("GET", "/api/openapi.json")
    witness.learn(world.state())
    output, errors = capfd.readouterr()
    witness.seen += [("the log", caplog.text), ("standard output", output), ("standard error", errors)]
    assert [name for name in witness.secrets if name.startswith("idp_device.secret")]
    assert witness.leaks() == set()


@pytest.fixture
def linked(person: Person) -> Person:
    """With a phone that is ready, and the QR code of one more device."""
    person.signs_in()
    person.installs()
    person.spare = person.adds_a_device()
    assert person.does("scan", payload=person.adds_a_device()).ok
    assert person.does("initialise", pin=PIN).ok
    return person


def test_adding_a_phone_tells_nothing(person: Person) -> None:
    person.signs_in()
    person.looks_around()
    code = person.adds_a_device()
    for payload in (code, code.replace("enrolment", "other"), code.replace("http", "ftp"), f"x{code}"):
        person.does("scan", payload=payload)
        person.open("/scan")
        person.types("/scan", payload=payload)
        person.looks_around()
        person.types("/scan/forget")
    person.installs()
    for payload in (code.replace("enrolment", "other"), code.replace("http", "ftp"), f"x{code}"):
        person.open("/scan")
        assert "otpauth" not in person.types("/scan", payload=payload).text
        assert not person.does("scan", payload=payload).ok
    assert person.does("scan", payload=code).ok
    person.looks_around()
    person.open("/pin")
    for pin in (WRONG_PIN, PIN * 2, PIN[:3], f"<b>{PIN}</b>"):
        person.types("/pin", pin=pin)
        person.does("initialise", pin=pin)
    person.types("/pin", pin=PIN)
    assert "configured" in person.open("/configured").text
    person.looks_around()
    person.does("scan", payload=code)
    person.does("initialise", pin=PIN)


def test_no_screen_tells_anything(linked: Person) -> None:
    code, phone = linked.spare, linked.world.addresses.phone
    linked.world.settings.change({"one_time_code": "totp"})
    linked.http.get(f"{phone}/", timeout=30)
    for name in ("notifications", "camera"):
        linked.open(f"/permissions/{name}")
    for path in ("/store", "/scan", "/initialise", "/configured", "/unlink", "/code/next"):
        linked.open(path)
    for path in ("/forgot-pin", "/forgot-pin/changed"):
        linked.open(path)
    assert linked.shows_the_camera(code.replace("enrolment", "other")).json()["message"]
    assert linked.shows_the_camera(code).json()["next"]
    assert 'name="pin"' in linked.open("/pin").text
    request = linked.asks_the_phone()
    linked.looks_around()
    linked.http.get(f"{phone}/open", params={"request": request, "account": linked.doctor.email}, timeout=30)
    linked.http.get(f"{phone}/open", params={"request": "1", "account": linked.doctor.email}, timeout=30)
    prompt = linked.types("/sensor", kind="fingerprint")
    assert "data-options=" in prompt.text
    question = prompt.url.rpartition("/")[2]
    linked.types(f"/sensor/{question}", credential=PIN)
    linked.types(f"/sensor/{question}", problem=PASSWORD)
    assert linked.never_opened() == set()


@pytest.mark.threat("A password, PIN, ticket or code is read in journal, log or error text")
def test_signing_in_tells_nothing(linked: Person) -> None:
    linked.asks_the_phone()
    linked.looks_around()
    linked.does("approve", pin=WRONG_PIN)
    linked.does("approve", pin=PIN, request="1")
    assert linked.does("approve", pin=PIN).ok
    request = linked.asks_the_phone()
    linked.open()
    linked.open(f"/requests/{request}/pin")
    for pin in (WRONG_PIN, PIN, PIN):
        linked.types(f"/requests/{request}/pin", pin=pin)
    linked.asks_the_phone()
    assert linked.does("deny").ok
    linked.looks_around()
    linked.desktop.http.cookies.clear()
    linked.desktop.open("/cas/login").send(username=linked.doctor.email)
    linked.desktop.send(password=PASSWORD, loginStrength="PASSWORD_SOFTWARE_TOKEN")
    page, code = linked.desktop.page.url, linked.qr_code()
    linked.witness.secrets["challenge"] = code.rpartition("challenge=")[2]
    linked.does("scan", payload=code.replace("challenge", "other"))
    linked.open("/scan")
    linked.types("/scan", payload=code.replace("challenge", "other"))
    assert linked.does("scan", payload=code).ok
    linked.looks_around()
    linked.desktop.open(page).send(otp="2222-2222")
    linked.desktop.send(otp=linked.does("one-time-code").json()["code"])
    assert linked.desktop.at == ("successful-login", "ready")


def test_the_rest_of_its_life_tells_nothing(linked: Person) -> None:
    linked.does("pin", password=WRONG_PASSWORD, pin=OTHER_PIN)
    linked.does("pin", password=PASSWORD, pin=PIN * 2)
    assert linked.does("pin", password=PASSWORD, pin=OTHER_PIN).ok
    linked.looks_around()
    linked.send("GET", "/api/mails")
    linked.does("one-time-code")
    linked.does("scan", payload=f"eulogin-mock://sign-in?account={linked.doctor.email}&challenge={'A' * 86}")
    linked.looks_around()
    assert linked.does("one-time-code").ok
    linked.does("scan", payload=linked.spare)
    linked.does("one-time-code")
    assert linked.does("unlink").ok
    linked.looks_around()
    assert linked.does("uninstall").ok
    linked.looks_around()
    assert linked.does("install", allowed=False).ok
    linked.looks_around()


WRONG_BODIES: list[Any] = [
    {"pin": PIN, "biometrics": True},
    {"pin": int(PIN)},
    {"pin": {"pin": PIN}},
    {"PIN": PIN},
    [PIN],
    {"payload": [f"otpauth://totp/x?pin={PIN}"]},
    {"payload": f"otpauth://totp/x?pin={PIN}", "image": ""},
    {"password": [PASSWORD], "pin": [PIN]},
]


def test_a_body_that_does_not_fit_is_not_repeated(linked: Person) -> None:
    for body, deed in product(WRONG_BODIES, ("scan", "initialise", "approve", "deny", "pin")):
        assert not linked.send("POST", f"/api/phones/{linked.phone}/{deed}", body).ok
        cut_off = {"data": json.dumps(body)[:-1], "headers": {"Content-Type": "application/json"}}
        assert not linked.send("POST", f"/api/phones/{linked.phone}/{deed}", **cut_off).ok
    enrolment = linked.world.state()["tables"]["idp_device"][-1]["enrolment"]
    headers = {"Authorization": f"Device {linked.device()['device_identifier']} {'0' * 128}"}
    bodies = [f'{{"pin": {PIN}}}', f'{{"pin": ["{PIN}"]}}', f'{{"pin": "{PIN}"', f'"{PIN}"']
    for method, path, body in product(("POST", "PUT"), (f"enrolments/{enrolment}", "requests/1", "pin"), bodies):
        url = f"{linked.world.addresses.idp}/cas/app/{path}"
        linked.http.request(method, url, data=body, headers=headers, timeout=30)


def test_a_crash_in_the_phone_tells_nothing(linked: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    linked.does("scan", payload=linked.spare)
    linked.world.settings.change({"one_time_code": "totp"})
    for rule in (
        "scanning.enrol",  # first, while the spare device is not linked yet
        "sign_in_requests.answer_request",
        "sign_in_requests.open_requests",
        "eu_login.change_pin",
        "one_time_codes.of_time",
    ):
        linked.asks_the_phone()
        seen = len(linked.witness.seen)
        with monkeypatch.context() as broken:
            broken.setattr(f"mock_phone.{rule}", _crash)
            linked.open("/home")
            linked.types("/pin", pin=PIN)
            linked.does("initialise", pin=PIN)
            linked.does("approve", pin=PIN)
            linked.does("pin", password=PASSWORD, pin=OTHER_PIN)
            linked.does("one-time-code")
            linked.send("GET", f"/api/phones/{linked.phone}")
        assert any(what.endswith("500") for what, _ in linked.witness.seen[seen:]), rule


def _crash(*given: object, **more: object) -> object:
    raise RuntimeError("a bug")


@pytest.mark.parametrize("broken", ["device_identifier", "secret", "account"])
def test_an_odd_answer_of_eu_login_is_not_repeated(
    linked: Person, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked.does("scan", payload=linked.spare)

    def enrol(*given: Any, **more: Any) -> Enrolled:
        enrolled = enrolment.enrol(*given, **more)
        change: Any = {broken: None if broken == "account" else f"{getattr(enrolled, broken)} <b>"}
        return Enrolled(**{**enrolled.__dict__, **change})

    monkeypatch.setattr(app_interface, "enrol", enrol)
    answer = linked.does("initialise", pin=PIN)
    assert (answer.status_code, answer.json()["type"]) == (502, "phone.eu_login_answer")


def test_each_form_of_a_secret_would_be_found() -> None:
    raw = bytes(range(190, 254))
    secret = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    for form in (
        base64.urlsafe_b64encode(raw).decode(),
        base64.b64encode(raw).decode(),
        raw.hex().upper(),
        f"secret={base64.b32encode(raw[:20]).decode()}&issuer=x",
    ):
        witness = Witness()
        witness.learn({"tables": {"phone_account": [{"id": 1, "secret": secret}]}})
        witness.seen.append(("a page", f'<p data-x="{form}">'))
        assert witness.leaks() == {"phone_account.secret 1 in a page"}
