"""Passwords, the links that set them and the lock: no walk reaches a state that the model forbids."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from mock_idp.account_management import password_links
from mock_idp.account_management.password_change import change_password
from mock_idp.account_management.registration import ask_for_password
from mock_idp.accounts.model import Account
from mock_idp.accounts.passwords import check_password, is_right
from mock_idp.accounts.people import NewAccount, create_account, get_account
from mock_world.server import Site
from tests.mock_idp.machine import WorldMachine, outcome, walk

EMAIL = "ada@hospital.example"
LINK_LIFE, MIN_AGE = timedelta(minutes=5), timedelta(minutes=1)
LOCK, FORGET = timedelta(minutes=15), timedelta(minutes=10)
HISTORY, LINK_TRIES, LINK_REQUESTS, TRIES = 2, 2, 3, 2
WEAK = "weak"
PASSWORDS = st.sampled_from([WEAK, "Lantern 1!", "Lantern 2!", "Lantern 3!", "Lantern 4!"])


@dataclass
class ModelLink:
    token: str
    sent_at: datetime
    used: bool = False
    ended: bool = False
    wrong_names: int = 0


@dataclass
class ModelAccount:
    """What is known of the account: the passwords newest first, when the newest was set, and the lock."""

    passwords: list[str] = field(default_factory=list)
    set_at: datetime | None = None
    disabled: bool = False
    failures: int = 0
    failed_at: datetime | None = None
    locked_at: datetime | None = None

    def new_password(self, password: str, now: datetime, *, by_link: bool = False) -> str | None:
        """The refusal that a new password meets; without one it is taken."""
        if password == WEAK:
            return "password.too_weak"
        if not by_link and self.set_at is not None and now - self.set_at < MIN_AGE:
            return "password.too_young"
        if password in self.passwords[:HISTORY]:
            return "password.used_before"
        self.passwords.insert(0, password)
        self.set_at = now
        self._unlock()
        return None

    def try_password(self, password: str, now: datetime) -> str | None:
        """The refusal that a password meets at a sign-in."""
        if not self.passwords:
            return "signin.no_password_yet"
        if self.locked_at is not None and now - self.locked_at < LOCK:
            return "signin.locked"
        if password == self.passwords[0]:
            self._unlock()
            return None
        if self.locked_at is not None or (self.failed_at is not None and now - self.failed_at >= FORGET):
            self._unlock()
        self.failures, self.failed_at = self.failures + 1, now
        if self.failures < TRIES:
            return "signin.wrong_password"
        self.locked_at = now
        return "signin.locked"

    def _unlock(self) -> None:
        self.failures, self.failed_at, self.locked_at = 0, None, None


class PasswordsMachine(WorldMachine):
    changed = {  # noqa: RUF012
        "link.life": LINK_LIFE,
        "link.tries": LINK_TRIES,
        "link.requests": LINK_REQUESTS,
        "lockout.tries": TRIES,
        "lockout.time": LOCK,
        "lockout.forget": FORGET,
        "password.history": HISTORY,
        "password.min_age": MIN_AGE,
    }

    requests = LINK_REQUESTS

    @initialize()
    def begin(self) -> None:
        self.email = EMAIL
        create_account(self.world, NewAccount("Ada", "Berg", EMAIL))
        self.model = ModelAccount()
        self.links: list[ModelLink] = []

    @property
    def account(self) -> Account:
        return get_account(self.world, self.email)

    def _one(self, data: st.DataObject) -> ModelLink:
        return data.draw(st.sampled_from(self.links))

    def _problem(self, link: ModelLink) -> str | None:
        if self.model.disabled:
            return "account.disabled"
        if link.wrong_names >= LINK_TRIES:
            return "link.closed"
        if link.used:
            return "link.used"
        if link.ended:
            return "link.ended"
        if link is not self.links[-1]:
            return "link.superseded"
        return "link.expired" if self.now - link.sent_at >= LINK_LIFE else None

    def _sending(self) -> str | None:
        """The refusal that a request for a mail meets."""
        if self.model.disabled:
            return "account.disabled"
        lately = [link for link in self.links if self.now - link.sent_at < FORGET]
        return "link.too_many" if len(lately) >= self.requests else None

    def _sent(self) -> None:
        self.links.append(ModelLink(self._mailed(self.email), self.now))

    def _mailed(self, to: str) -> str:
        """The secret of the newest link that was mailed to an address."""
        return str(self.world.mailbox.mails(to=to)[-1].links[0]["url"]).partition("?")[2]

    @rule()
    def asks_for_a_password(self) -> None:
        expected = self._sending()
        with outcome(expected):
            ask_for_password(self.world, self.email)
        if expected is None:
            self._sent()

    @precondition(lambda self: self.links)
    @rule(data=st.data(), right=st.booleans())
    def enters_a_user_name_behind_a_link(self, data: st.DataObject, *, right: bool) -> None:
        link = self._one(data)
        expected = "link.closed" if link.wrong_names >= LINK_TRIES else self._sending()
        if not right and link.wrong_names < LINK_TRIES:
            link.wrong_names += 1
            expected = "link.closed" if link.wrong_names >= LINK_TRIES else "link.wrong_name"
        with outcome(expected):
            password_links.renew(self.world, link.token, self.email if right else "somebody@else.example")
        if expected is None:
            self._sent()

    @precondition(lambda self: self.links)
    @rule(data=st.data(), password=PASSWORDS)
    def sets_a_password_by_a_link(self, data: st.DataObject, password: str) -> None:
        link = self._one(data)
        expected = self._problem(link) or self.model.new_password(password, self.now, by_link=True)
        with outcome(expected):
            password_links.set_password(self.world, link.token, password)
        link.used = link.used or expected is None
        self._end_links(expected)

    def _end_links(self, refused: str | None) -> None:
        """With a new password; without one nothing changes."""
        for link in self.links if refused is None else []:
            link.ended = True

    @rule(current=PASSWORDS, password=PASSWORDS)
    def changes_the_password(self, current: str, password: str) -> None:
        expected = self.model.try_password(current, self.now)
        if expected is None and self.model.disabled:
            expected = "account.disabled"
        expected = expected or self.model.new_password(password, self.now)
        with outcome(expected):
            change_password(self.world, self.account, current, password, confirm=password)
        self._end_links(expected)

    @rule(password=PASSWORDS)
    def signs_in(self, password: str) -> None:
        with outcome(self.model.try_password(password, self.now)):
            check_password(self.world, self.account, password)

    @rule(disabled=st.booleans())
    def administrators_decide(self, *, disabled: bool) -> None:
        with self.world.database.session() as db:
            db.get_one(Account, self.account.uid).disabled = disabled
        self.model.disabled = disabled

    @invariant()
    def the_account_opens_with_its_newest_password_alone(self) -> None:
        stored, newest = self.account.password_hash, self.model.passwords[:1]
        known = {*self.model.passwords, WEAK}
        assert [password for password in known if is_right(stored, password)] == newest

    @invariant()
    def each_link_is_as_the_model_says(self) -> None:
        for link in self.links:
            refusal = password_links.look_at(self.world, link.token).refusal
            assert (refusal.code if refusal else None) == self._problem(link)


@pytest.mark.slow
def test_passwords_and_links_obey_their_model(site: Site) -> None:
    walk(PasswordsMachine, site)
