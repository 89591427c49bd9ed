"""The app's life: whatever people do in whatever order, the phone shows what a plain model says."""

from dataclasses import dataclass

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from mock_phone import Phone
from mock_world.server import Site
from tests.mock_idp.machine import WorldMachine, outcome, walk
from tests.mock_phone.conftest import ANNA
from tests.mock_phone.fake_eu_login import FakeEuLogin
from tests.mock_phone.test_accounts import BEN, PASSWORD

PEOPLE = st.sampled_from([ANNA, BEN])
PINS = st.sampled_from(["1234", "1234", "2468"])


@dataclass
class ModelAccount:
    """An account of the app. `known`: as far as the app knows."""

    name: str
    device: str
    known: bool = True


class LifeMachine(WorldMachine):
    """One phone for two people; what EU Login knows stands in its own small self."""

    eu_login: FakeEuLogin

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.eu_login.reset()
        self.phone = Phone.create(self.world)
        self.installed = False
        self.notifications = True
        self.biometrics = ""
        self.accounts: list[ModelAccount] = []
        self.shown: ModelAccount | None = None
        self.lost: set[str] = set()
        self.scanned: tuple[str, str] | None = None  # its kind, and the enrolment or the account

    def of(self, name: str) -> ModelAccount | None:
        return next((account for account in self.accounts if account.name == name), None)

    def missing(self, name: str | None = None) -> str | None:
        """Why there is no such account, or none at all."""
        if not self.installed:
            return "phone.not_installed"
        if self.of(name) if name else self.accounts:
            return None
        if name in self.lost or (name is None and self.lost):
            return "phone.reinstalled"
        return "phone.account_unknown" if name else "phone.not_initialised"

    def remove(self, account: ModelAccount) -> None:
        self.accounts.remove(account)
        if self.shown is account:
            self.shown = self.accounts[-1] if self.accounts else None

    def look(self) -> None:
        """EU Login tells which devices it knows no longer."""
        for account in self.accounts:
            account.known = account.known and account.device in self.eu_login.devices

    def blocked(self, account: ModelAccount) -> bool:
        return account.known and not self.eu_login.devices[account.device].tries_left

    def waiting(self) -> list[str]:
        """Whom requests reach on this phone, one by one."""
        reached = {one.name for one in self.accounts if one.known and not self.blocked(one)}
        return [one.account for one in self.eu_login.open.values() if one.state == "open" and one.account in reached]

    def cannot_answer(self) -> str | None:
        if missing := self.missing():
            return missing
        if not any(account.known for account in self.accounts):
            return "phone.device_unknown"
        self.look()
        assert self.shown is not None
        waiting = self.waiting()
        if not waiting:
            if any(self.blocked(account) for account in self.accounts):
                return "phone.device_blocked"
            return "phone.no_request" if self.shown.known else "phone.device_unknown"
        if self.shown.name not in waiting:
            return "phone.other_account"
        return "phone.several_requests" if waiting.count(self.shown.name) > 1 else None

    def wrong_pin(self, device: str, pin: str) -> str | None:
        known = self.eu_login.devices[device]
        if known.pin == pin and known.tries_left:
            return None
        return "phone.pin_wrong" if known.tries_left > 1 else "phone.device_blocked"

    @rule()
    def install(self) -> None:
        self.phone.install()
        self.notifications = self.notifications or not self.installed
        self.installed = True

    @rule()
    @precondition(lambda self: self.accounts)
    def uninstall(self) -> None:
        self.phone.uninstall()
        self.lost |= {account.name for account in self.accounts if account.known}
        self.accounts, self.shown, self.scanned, self.biometrics = [], None, None, ""
        self.installed = False

    @rule(on=st.booleans())
    def turn_notifications(self, on: bool) -> None:
        self.phone.change_settings(notifications=on)
        self.notifications = on

    @rule(kind=st.sampled_from(["", "fingerprint", "face"]))
    def turn_biometrics(self, kind: str) -> None:
        self.phone.change_settings(biometrics=kind)
        self.biometrics = kind

    @rule(person=PEOPLE)
    def scan_device(self, person: str) -> None:
        payload = self.eu_login.add_device(self.world, person)
        off = None if self.notifications else "phone.notifications_off"
        refusal = off if self.installed else "phone.not_installed"
        with outcome(refusal):
            self.phone.scan(payload=payload)
        if refusal is None:
            self.scanned = ("device", list(self.eu_login.devices)[-1])

    @rule(person=PEOPLE)
    def scan_sign_in(self, person: str) -> None:
        refusal = self.cannot_show(person)
        with outcome(refusal):
            self.phone.scan(payload=self.eu_login.sign_in_code(person))
        if refusal is None:
            self.scanned = ("sign-in", person)

    def cannot_show(self, person: str) -> str | None:
        account, missing = self.of(person), self.missing(person)
        if account is not None:
            return None if account.known else "phone.device_unknown"
        if missing == "phone.account_unknown":
            return "phone.code_of_other_account" if self.accounts else "phone.code_of_sign_in"
        return missing

    @rule()
    def one_time_code(self) -> None:
        kind, of = self.scanned or ("", "")
        refusal = {"": "phone.nothing_scanned", "device": "phone.code_of_device"}.get(kind) or self.cannot_show(of)
        with outcome(refusal if self.installed else "phone.not_installed"):
            assert len(self.phone.one_time_code()) == 8

    @rule(pin=PINS)
    def initialise(self, pin: str) -> None:
        refusal = self.cannot_initialise(pin)
        with outcome(refusal):
            self.phone.initialise(pin)
        if refusal is None and self.scanned is not None:
            device = self.scanned[1]
            name = self.eu_login.devices[device].account
            if before := self.of(name):
                self.remove(before)
            self.shown = ModelAccount(name, device)
            self.accounts.append(self.shown)
            self.lost.discard(name)
        if refusal in {None, "phone.code_unknown", "phone.code_used", "phone.device_blocked"}:
            self.scanned = None

    def cannot_initialise(self, pin: str) -> str | None:
        if not self.installed:
            return "phone.not_installed"
        if not self.notifications:
            return "phone.notifications_off"
        kind, of = self.scanned or ("", "")
        if kind != "device":
            return "phone.code_of_sign_in" if kind else "phone.nothing_scanned"
        return self.wrong_pin(of, pin) if of in self.eu_login.devices else "phone.code_unknown"

    @rule(person=PEOPLE)
    def switch(self, person: str) -> None:
        with outcome(self.missing(person)):
            self.phone.switch_account(person)
        self.shown = self.of(person) or self.shown

    @rule(person=st.one_of(st.none(), PEOPLE))
    def unlink(self, person: str | None) -> None:
        refusal = self.missing(person)
        with outcome(refusal):
            self.phone.unlink(person)
        account = self.of(person) if person else self.shown
        if refusal is None and account is not None:
            self.remove(account)
            if self.scanned == ("sign-in", account.name):
                self.scanned = None

    @rule(password=st.sampled_from([PASSWORD, "wrong"]), pin=PINS)
    def change_pin(self, password: str, pin: str) -> None:
        refusal = self.missing()
        account = self.shown
        if account is not None and refusal is None:
            account.known = account.known and account.device in self.eu_login.devices
            if not account.known:
                refusal = "phone.device_unknown"
            elif self.blocked(account):
                refusal = "phone.device_blocked"
            elif password != PASSWORD:
                refusal = "phone.password_wrong"
        with outcome(refusal):
            self.phone.change_pin(password, pin)
        if refusal is None:
            self.biometrics = ""

    @rule(person=PEOPLE)
    def sign_in(self, person: str) -> None:
        self.eu_login.ask(self.world, person)

    @rule(pin=PINS)
    def approve(self, pin: str) -> None:
        refusal = self.cannot_answer()
        if refusal is None and self.shown is not None:
            refusal = self.wrong_pin(self.shown.device, pin)
        with outcome(refusal):
            self.phone.approve(pin)

    @rule()
    def approve_with_biometrics(self) -> None:
        with outcome(self.cannot_answer() if self.biometrics else "phone.biometrics_off"):
            self.phone.approve_with_biometrics()

    @rule()
    def deny(self) -> None:
        with outcome(self.cannot_answer()):
            self.phone.deny()

    @rule(person=PEOPLE)
    def delete_devices_at_eu_login(self, person: str) -> None:
        for device in [name for name, one in self.eu_login.devices.items() if one.account == person]:
            del self.eu_login.devices[device]

    @rule()
    def requests_lapse(self) -> None:
        self.eu_login.open.clear()

    @invariant()
    def the_phone_shows_what_the_model_says(self) -> None:
        accounts = self.phone.accounts()
        assert [(one.account, one.known) for one in accounts] == [(one.name, one.known) for one in self.accounts]
        assert [one.account for one in accounts if one.active] == ([self.shown.name] if self.shown else [])
        assert (self.phone.installed, set(self.phone.lost)) == (self.installed, self.lost)
        assert self.phone.settings.biometrics == self.biometrics
        assert (self.phone.scanned is None) == (self.scanned is None)


@pytest.mark.slow
def test_no_walk_leads_the_phone_astray(site: Site, eu_login: FakeEuLogin) -> None:
    LifeMachine.eu_login = eu_login
    walk(LifeMachine, site)
