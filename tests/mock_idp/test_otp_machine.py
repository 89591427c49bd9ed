"""One-time passwords in two browsers: no walk signs in by a code that the model forbids."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.factors.devices import enrolment, rules
from mock_idp.factors.otp import challenges, codes
from mock_idp.factors.otp.model import CodeChallenge
from mock_world.server import Site
from tests.mock_idp.machine import WorldMachine, outcome, walk
from tests.mock_idp.one_time_codes import app_code

PIN = "1234"
LIFE, FORGET = timedelta(minutes=4), timedelta(minutes=15)
TRIES, MOST = 2, 3
_ADA = NewAccount("Ada", "Berg", "ada@hospital.example", password="x", notifications=False)
WHERE = st.sampled_from(["desk", "laptop"])


@dataclass
class ModelPage:
    where: str
    asked_at: datetime
    state: str = "pending"
    failures: int = 0
    counts: bool = True

    def seen(self, now: datetime) -> str:
        over = self.state == "pending" and now - self.asked_at >= LIFE
        return "timed-out" if over else self.state


_REFUSED = {"timed-out": "otp.lapsed", "failed": "otp.too_many_tries", "used": "otp.ended"}


class CodesMachine(WorldMachine):
    """The codes of the app, or the digits of an authenticator, as the setting says."""

    changed = {  # noqa: RUF012
        "device.pin_tries": TRIES,
        "device.requests": MOST,
        "challenge.life": LIFE,
        "lockout.forget": FORGET,
    }

    @initialize(digits=st.booleans())
    def begin(self, digits: bool) -> None:
        self.digits = digits
        self.world.settings.change({"one_time_code": "totp" if digits else "eulogin"})
        self.account = create_account(self.world, _ADA)
        device = rules.add_device(self.world, self.account.uid, name="My phone", pin=PIN)
        self.phone = enrolment.enrol(
            self.world, device.enrolment, pin=PIN, description=enrolment.DeviceDescription("My phone")
        )
        self.totp = pyotp.TOTP(enrolment.authenticator_secret(device))
        self.pages: dict[str, ModelPage] = {}
        self.newest_step = 0
        self.accepted = 0

    @rule(where=WHERE)
    def ask(self, where: str) -> None:
        lately = [page for page in self.pages.values() if page.counts and self.now - page.asked_at < FORGET]
        with outcome("otp.too_many_requests" if len(lately) >= MOST else None):
            asked = challenges.ask_code(self.world, self.account, browser=where, address="")
            self.pages[asked.id] = ModelPage(where, self.now)

    @precondition(lambda self: self.pages)
    @rule(data=st.data(), right=st.booleans(), half_minutes=st.sampled_from([-2, -1, 0, 1, 2]))
    def answer(self, data: st.DataObject, right: bool, half_minutes: int) -> None:
        number, model = self._any(data)
        challenge = self._challenge(number)
        step = int(self.now.timestamp()) // 30 + half_minutes
        fits, is_new = self._judged(right, half_minutes, step)
        code = self._code(challenge, step) if right else self._wrong(challenge)
        expected = _REFUSED.get(model.seen(self.now)) or self._outcome(model, fits=fits, is_new=is_new, step=step)
        with outcome(expected):
            challenges.use_code(self.world, self.account, challenge, code)

    def _judged(self, right: bool, half_minutes: int, step: int) -> tuple[bool, bool]:
        if not self.digits:
            return right, right
        return right and abs(half_minutes) <= 1, step > self.newest_step

    def _outcome(self, model: ModelPage, *, fits: bool, is_new: bool, step: int) -> str | None:
        if not fits:
            model.failures += 1
            model.state = "failed" if model.failures >= TRIES else "pending"
            return "otp.too_many_tries" if model.state == "failed" else "otp.wrong"
        if not is_new:
            return "otp.used_before"
        model.state, self.newest_step, self.accepted = "used", step, self.accepted + 1
        for page in self.pages.values():
            page.counts = False
        return None

    def _code(self, challenge: CodeChallenge, step: int) -> str:
        if self.digits:
            return self.totp.generate_otp(step)
        return app_code(self.phone.secret, codes.payload(self.world, self.account.email, challenge.challenge))

    def _wrong(self, challenge: CodeChallenge) -> str:
        """A code of the right form that no moment near now gives."""
        near = int(self.now.timestamp()) // 30
        if self.digits:
            given = {self.totp.generate_otp(near + offset) for offset in range(-3, 4)}
            return next(code for code in ("000000", *(f"{n:06}" for n in range(1, 9))) if code not in given)
        right = self._code(challenge, near)
        return right[:-1] + ("2" if right[-1] != "2" else "3")

    @precondition(lambda self: self.pages)
    @rule()
    def another_password(self) -> None:
        challenges.end_codes(self.world, self.account.uid)
        for page in self.pages.values():
            page.state = "used"

    @precondition(lambda self: self.pages)
    @rule(data=st.data(), typed=st.sampled_from(["", "12345", "<b>", "ABCDEFG0", "x" * 300]))
    def slip(self, data: st.DataObject, typed: str) -> None:
        number, model = self._any(data)
        form = "otp.digits" if self.digits else "otp.form"
        with outcome(_REFUSED.get(model.seen(self.now), form)):
            challenges.use_code(self.world, self.account, self._challenge(number), typed)

    @invariant()
    def pages_are_as_the_model_says(self) -> None:
        found = {number: challenges.state_of(self.world, self._challenge(number)) for number in self.pages}
        assert found == {number: page.seen(self.now) for number, page in self.pages.items()}

    @invariant()
    def each_code_signed_in_once(self) -> None:
        assert len(self.world.journal.events(types=["otp.accepted"])) == self.accepted

    def _any(self, data: st.DataObject) -> tuple[str, ModelPage]:
        number = data.draw(st.sampled_from(list(self.pages)))  # in their order: ids are random
        return number, self.pages[number]

    def _challenge(self, number: str) -> CodeChallenge:
        return challenges.challenge_of(self.world, number, self.pages[number].where)


@pytest.mark.slow
def test_one_time_passwords_obey_their_model(site: Site) -> None:
    walk(CodesMachine, site)
