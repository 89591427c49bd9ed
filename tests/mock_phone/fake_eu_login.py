"""A small EU Login for the phone's tests: the app's interface as the contract describes it, and no more."""

import base64
import hashlib
import hmac
import itertools
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote, urlencode

from flask import Flask, Response, jsonify, request

from mock_world.web import current_world
from mock_world.world import World

TOPIC = "fake"
TRIES = 5
SECRET = bytes(range(64))
CHALLENGE = bytes(range(64, 128))


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Device:
    """A device of one account. `state`: `waiting`, `active`, `expired`."""

    account: str
    pin: str = "1234"
    state: str = "waiting"
    password: str = "Right-password-1"
    tries_left: int = TRIES
    secret: bytes = SECRET
    described: dict[str, str] = field(default_factory=dict)


@dataclass
class Request:
    """A sign-in. `state`: `open`, `approved`, `denied`; `lapsed` and `answered` close while the phone looks."""

    account: str
    service: str
    strength: str = "PASSWORD_MOBILE_APP"
    state: str = "open"
    verified_by: str = ""


class FakeEuLogin:
    """What EU Login knows of phones.

    garbled: it says no base64url. holding: it keeps an answer until there are others than the requests seen. no: why
    passwords are refused, if they are.
    """

    def __init__(self) -> None:
        self.reset()
        self.app = Flask("fake_eu_login", static_folder=None)
        self.app.add_url_rule("/cas/app/enrolments/<enrolment>", view_func=self._enrol, methods=["POST"])
        self.app.add_url_rule("/cas/app/requests", view_func=self._requests)
        self.app.add_url_rule("/cas/app/requests/<number>", view_func=self._answer, methods=["POST"])
        self.app.add_url_rule("/cas/app/pin", view_func=self._change_pin, methods=["PUT"])

    def reset(self) -> None:
        """Know nobody; the next device is `enrolment-1`."""
        self.devices: dict[str, Device] = {}
        self.open: dict[str, Request] = {}
        self.broken = False
        self.garbled = False
        self.no = ""
        self.holding = threading.Event()
        self._numbers = itertools.count(1)

    def add_device(self, world: World, account: str, *, pin: str = "1234", state: str = "waiting") -> str:
        """The address in the QR code of a new device."""
        enrolment = f"enrolment-{next(self._numbers)}"
        self.devices[enrolment] = Device(account, pin, state)
        query = {
            "secret": base64.b32encode(SECRET[:20]).decode(),
            "issuer": "EU Login mock",
            "enrolment": enrolment,
            "server": world.addresses.internal("idp"),
        }
        label = quote(f"EU Login mock:{account}")
        return f"otpauth://totp/{label}?{urlencode(query, quote_via=quote)}"

    def sign_in_code(self, account: str) -> str:
        """The address in the QR code of a sign-in."""
        return f"eulogin-mock://sign-in?{urlencode({'account': account, 'challenge': base64url(CHALLENGE)})}"

    def rename(self, account: str, to: str) -> None:
        """The person changes the address of the account."""
        named: list[Device | Request] = [*self.devices.values(), *self.open.values()]
        for one in named:
            if one.account == account:
                one.account = to

    def ask(
        self,
        world: World,
        account: str,
        service: str = "http://cpms.example/screen/home",
        *,
        strength: str = "PASSWORD_MOBILE_APP",
    ) -> str:
        """Somebody signs in: a request waits for the phone."""
        number = f"request-{next(self._numbers)}"
        self.open[number] = Request(account, service, strength)
        world.signals.notify(TOPIC)
        return number

    def _change_pin(self) -> Response:
        device, body = self._signed_by(), request.get_json()
        if device is None:
            return _no(401)
        if not device.tries_left:
            return _no(403, tries_left=0)
        wrong = body["username"] != device.account or body["password"] != device.password
        if self.no or wrong:
            return _no(403, kind=self.no or "signin.wrong_password")
        device.pin, device.tries_left = body["pin"], TRIES
        return jsonify(state="changed")

    def _enrol(self, enrolment: str) -> Response:
        device, body = self.devices.get(enrolment), request.get_json()
        if device is None:
            return _no(404)
        if device.state in {"expired", "active"}:
            return _no(410 if device.state == "expired" else 409)
        if refused := self._wrong_pin(device, body["pin"]):
            return refused
        device.state, device.described = "active", body["device"]
        return jsonify(device_identifier=enrolment, account=device.account, secret=self._said(device.secret))

    def _wrong_pin(self, device: Device, pin: str) -> Response | None:
        if device.tries_left and pin == device.pin:
            return None
        device.tries_left = max(0, device.tries_left - 1)
        return _no(403, tries_left=device.tries_left)

    def _signed_by(self) -> Device | None:
        _, identifier, signature = request.headers["Authorization"].split(" ")
        device = self.devices.get(identifier)
        path, query = request.script_root + request.path, request.query_string
        message = b"\n".join([request.method.encode(), path.encode(), query, request.get_data()])
        key = device.secret if device else b""
        right = hmac.new(key, message, hashlib.sha512).hexdigest()
        return device if hmac.compare_digest(right, signature) else None

    def _requests(self) -> Response:
        device = self._signed_by()
        if self.broken:
            return jsonify(surprise="a page of another program")
        if device is None:
            return _no(401)
        if not device.tries_left:
            return _no(403, tries_left=0)
        seen, seconds = set(filter(None, request.args["seen"].split(","))), float(request.args["wait"])
        current_world().signals.wait(lambda: self._news_or_hold(device, seen, seconds), TOPIC, seconds=seconds)
        return jsonify(account=device.account, items=self._lines(device))

    def _news_or_hold(self, device: Device, seen: set[str], seconds: float) -> bool | None:
        news = {line["id"] for line in self._lines(device)} != seen
        if seconds and not news:
            self.holding.set()
        return news or None

    def _said(self, raw: bytes) -> str:
        return "a" if self.garbled else base64url(raw)

    def _lines(self, device: Device) -> list[dict[str, str]]:
        now = current_world().clock.now()
        return [
            {
                "id": number,
                "challenge": self._said(CHALLENGE),
                "account": one.account,
                "service": one.service,
                "strength": one.strength,
                "sent_at": now.isoformat(),
                "expires_at": (now + timedelta(minutes=10)).isoformat(),
            }
            for number, one in self.open.items()
            if one.account == device.account and one.state in {"open", "lapsed", "answered"}
        ]

    def _answer(self, number: str) -> Response:
        device, one, body = self._signed_by(), self.open[number], request.get_json()
        if device is None or body["proof"] != hmac.new(device.secret, CHALLENGE, hashlib.sha512).hexdigest():
            return _no(401)
        if one.state != "open":
            return _no(410 if one.state == "lapsed" else 409)
        if body.get("verified_by") == "pin" and (refused := self._wrong_pin(device, body["pin"])):
            return refused
        one.state = {"approve": "approved", "deny": "denied"}[body["decision"]]
        one.verified_by = body.get("verified_by", "")
        current_world().signals.notify(TOPIC)
        return jsonify({})


def _no(status: int, kind: str = "no", **more: int) -> Response:
    problem = jsonify(type=kind, title="No", detail="no", **more)
    problem.status_code = status
    return problem
