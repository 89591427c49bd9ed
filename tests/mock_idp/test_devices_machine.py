"""Devices and the requests to them: no walk reaches a state that the model forbids."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import select

from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.common.strength_names import BY_APP, PASSWORD_MOBILE_APP
from mock_idp.factors.devices import enrolment, rules, sign_in_requests
from mock_idp.factors.devices.model import Device, SignInRequest, secret_bytes
from mock_idp.factors.second_factors import second_factors
from mock_world.server import Site
from tests.mock_idp.machine import WorldMachine, outcome, walk

PIN, OTHER_PIN = "1234", "9999"
QR_LIFE = timedelta(minutes=5)
CHALLENGE_LIFE = timedelta(minutes=4)
PIN_TRIES, MOST_DEVICES = 2, 3
_ADA = NewAccount("Ada", "Berg", "ada@hospital.example", password="x", notifications=False)
BROWSERS = st.sampled_from(["desk", "laptop"])


@dataclass
class ModelDevice:
    enrolment: str
    added_at: datetime
    state: str = "waiting"
    failures: int = 0

    def wrong_pin(self) -> str:
        """The refusal that a wrong PIN gives, or any PIN of a blocked device."""
        self.failures += 1
        if self.state == "blocked" or self.failures >= PIN_TRIES:
            self.state = "blocked"
            return "device.blocked"
        return "device.wrong_pin"


@dataclass
class ModelRequest:
    browser: str
    sent_at: datetime
    state: str = "pending"

    def seen(self, now: datetime) -> str:
        over = self.state in {"pending", "approved"} and now - self.sent_at >= CHALLENGE_LIFE
        return "timed-out" if over else self.state


class DevicesMachine(WorldMachine):
    changed = {  # noqa: RUF012
        "device.pin_tries": PIN_TRIES,
        "device.max": MOST_DEVICES,
        "device.requests": 100,
        "qr.life": QR_LIFE,
        "challenge.life": CHALLENGE_LIFE,
    }

    @initialize()
    def begin(self) -> None:
        self.account = create_account(self.world, _ADA)
        self.devices: dict[int, ModelDevice] = {}
        self.requests: dict[str, ModelRequest] = {}

    # What the person does.

    @rule()
    def add(self) -> None:
        full = len(self.devices) >= MOST_DEVICES
        with outcome("device.too_many" if full else None):
            device = rules.add_device(self.world, self.account.uid, name="My phone", pin=PIN)
            self.devices[device.id] = ModelDevice(device.enrolment, self.now)

    @precondition(lambda self: self.devices)
    @rule(data=st.data(), pin=st.sampled_from([PIN, OTHER_PIN]))
    def scan(self, data: st.DataObject, pin: str) -> None:
        model = self.devices[data.draw(st.sampled_from(sorted(self.devices)))]
        with outcome(self._scan_outcome(model, pin)):
            enrolment.enrol(self.world, model.enrolment, pin=pin, description=enrolment.DeviceDescription("My phone"))

    def _scan_outcome(self, model: ModelDevice, pin: str) -> str | None:
        if model.state == "active":
            return "enrolment.used"
        if model.state == "waiting" and self.now - model.added_at >= QR_LIFE:
            return "enrolment.expired"
        if pin != PIN or model.state == "blocked":
            return model.wrong_pin()
        model.state, model.failures = "active", 0
        return None

    @precondition(lambda self: self.devices)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.devices)))
        rules.delete_device(self.world, self._device(number))
        del self.devices[number]

    @rule(browser=BROWSERS)
    def sign_in(self, browser: str) -> None:
        self._sent(browser, sign_in_requests.send_request(
            self.world, self.account, browser=browser, service="CPMS 2.0", strength=PASSWORD_MOBILE_APP
        ))  # fmt: skip

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        number, model = self._any_request(data)
        self._sent(model.browser, sign_in_requests.send_again(self.world, self._request(number)))

    def _sent(self, browser: str, request: SignInRequest) -> None:
        """A new request ends the open ones of the same browser."""
        for model in self.requests.values():
            if model.browser == browser and model.state in {"pending", "approved"}:
                model.state = "cancelled"
        self.requests[request.id] = ModelRequest(browser, self.now)

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        number, model = self._any_request(data)
        sign_in_requests.cancel(self.world, self._request(number))
        if model.state in {"pending", "approved"}:
            model.state = "cancelled"

    @precondition(lambda self: self.requests and self._active())
    @rule(data=st.data(), approve=st.booleans(), pin=st.sampled_from([PIN, OTHER_PIN, None]), honest=st.booleans())
    def answer(self, data: st.DataObject, approve: bool, pin: str | None, honest: bool) -> None:
        number, model = self._any_request(data)
        device = self._device(data.draw(st.sampled_from(self._active())))
        challenge = secret_bytes(self._request(number).challenge)
        proof = hmac.digest(secret_bytes(device.secret), challenge, "sha512").hex() if honest else "00"
        expected = self._answer_outcome(model, self.devices[device.id], approve=approve, pin=pin, honest=honest)
        with outcome(expected):
            sign_in_requests.answer(self.world, device, number, approve=approve, pin=pin, proof=proof)

    def _answer_outcome(
        self, model: ModelRequest, device: ModelDevice, *, approve: bool, pin: str | None, honest: bool
    ) -> str | None:
        state = model.seen(self.now)
        if state in {"timed-out", "cancelled"}:
            return "request.lapsed"
        if state != "pending":
            return "request.answered_already"
        if not honest:
            return "request.bad_proof"
        if approve and pin == OTHER_PIN:
            return device.wrong_pin()
        if approve and pin == PIN:
            device.failures = 0
        model.state = "approved" if approve else "denied"
        return None

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def take(self, data: st.DataObject) -> None:
        """The sign-in page takes the approval, as it does in a page that goes on by itself or is opened again."""
        number, model = self._any_request(data)
        request = self._request(number)
        approved = sign_in_requests.state_of(self.world, request) == "approved"
        assert approved == (model.seen(self.now) == "approved")
        if approved:
            assert sign_in_requests.use_up(self.world, request)
            model.state = "used"

    # What must hold, whatever was done.

    @invariant()
    def devices_are_as_the_model_says(self) -> None:
        found = {device.id: device.state for device in rules.devices_of(self.world, self.account.uid)}
        assert found == {number: model.state for number, model in self.devices.items()}
        assert second_factors(self.world, self.account.uid) == (BY_APP if self._active() else set())

    @invariant()
    def requests_are_as_the_model_says(self) -> None:
        with self.world.database.session() as db:
            found = {one.id: sign_in_requests.state_of(self.world, one) for one in db.scalars(select(SignInRequest))}
        assert found == {number: model.seen(self.now) for number, model in self.requests.items()}
        pending = {number for number, model in self.requests.items() if model.seen(self.now) == "pending"}
        assert {request.id for request in sign_in_requests.open_requests(self.world, self.account.uid)} == pending

    @invariant()
    def one_browser_has_one_open_request(self) -> None:
        for browser in {model.browser for model in self.requests.values()}:
            models = [model for model in self.requests.values() if model.browser == browser]
            assert sum(model.seen(self.now) in {"pending", "approved"} for model in models) <= 1

    def _device(self, number: int) -> Device:
        return rules.device_of(self.world, self.account.uid, number)

    def _request(self, number: str) -> SignInRequest:
        return sign_in_requests.request_of(self.world, number, self.requests[number].browser)

    def _any_request(self, data: st.DataObject) -> tuple[str, ModelRequest]:
        number = data.draw(st.sampled_from(list(self.requests)))  # in their order: ids are random
        return number, self.requests[number]

    def _active(self) -> list[int]:
        return sorted(number for number, model in self.devices.items() if model.state == "active")


@pytest.mark.slow
def test_devices_and_requests_obey_their_model(site: Site) -> None:
    walk(DevicesMachine, site)
