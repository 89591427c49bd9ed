"""The life of an account, from sign-up to deletion: no walk reaches a state that the model forbids."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from mock_idp.accounts import links
from mock_idp.accounts.model import Account
from mock_idp.accounts.new_password import set_password
from mock_idp.accounts.people import find_account
from mock_idp.accounts.registration import SignUp, register
from mock_idp.devices.deleting import remove_device
from mock_idp.devices.rules import DeviceDescription, add_device, devices_of, enrol
from mock_idp.factors import BY_APP, second_factors
from mock_idp.myaccount.configuring import Configuration, configure
from mock_idp.myaccount.email_change import confirm_email, waiting_email
from mock_idp.myaccount.leaving import delete_account, delete_all_factors
from mock_idp.signin.login import authenticate
from mock_idp.signin.sessions import find_session, start_session
from mock_world.server import Site
from tests.mock_idp.machine import WorldMachine, outcome, walk

LINK_LIFE, LOCK, FORGET, MIN_AGE = (timedelta(minutes=minutes) for minutes in (5, 10, 8, 1))
TRIES, HISTORY = 3, 2
PASSWORDS = st.sampled_from(["Lantern-1", "Lantern-2", "Lantern-3", "Lantern-4"])
ADDRESSES = st.sampled_from(["ada@hospital.example", "ada@clinic.example", "ada@house.example"])


@dataclass
class ModelLink:
    token: str
    sent_at: datetime
    email: str = ""
    used: bool = False
    ended: bool = False


@dataclass
class Model:
    """What may be known of the account."""

    email: str
    passwords: list[str] = field(default_factory=list)  # newest first
    password_at: datetime | None = None
    failures: int = 0
    failed_at: datetime | None = None
    locked_at: datetime | None = None
    disabled: bool = False
    devices: int = 0
    always: bool = False
    mail: ModelLink | None = None
    email_links: list[ModelLink] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)


class AccountMachine(WorldMachine):
    changed = {  # noqa: RUF012
        "link.life": LINK_LIFE,
        "link.requests": 100,
        "lockout.tries": TRIES,
        "lockout.time": LOCK,
        "lockout.forget": FORGET,
        "password.min_age": MIN_AGE,
        "password.history": HISTORY,
    }

    @initialize()
    def begin(self) -> None:
        self.model: Model | None = None
        self.former_uids: list[str] = []
        self.dead_tokens: list[str] = []
        self.ended: list[str] = []

    @property
    def account(self) -> Account:
        found = find_account(self.world, self._model.email)
        assert found is not None
        return found

    @property
    def _model(self) -> Model:
        assert self.model is not None
        return self.model

    # Coming and going.

    @rule(email=ADDRESSES)
    def sign_up(self, email: str) -> None:
        taken = self.model is not None and self.model.email == email
        if self.model is not None and not taken:
            return  # one account at a time
        with outcome("account.email_taken" if taken else None):
            register(self.world, SignUp("Ada", "Berg", email, email))
            self.model = Model(email, mail=ModelLink(self._mailed(email), self.now))

    def _mailed(self, to: str) -> str:
        """The secret of the newest link that was mailed to an address."""
        (url,) = (link["url"] for link in self.world.mailbox.mails(to=to)[-1].links)
        return str(url).partition("?")[2]

    @precondition(lambda self: self.model)
    @rule(password=PASSWORDS)
    def delete(self, password: str) -> None:
        account, expected = self.account, self._try(password)
        with outcome(expected):
            delete_account(self.world, account, password)
            self.former_uids.append(account.uid)
            self.dead_tokens += [link.token for link in self._model.email_links]
            self._end_sessions()
            self.model = None

    # The password.

    @precondition(lambda self: self.model)
    @rule()
    def ask_for_mail(self) -> None:
        links.send_link(self.world, self.account)
        self._model.mail = ModelLink(self._mailed(self._model.email), self.now)

    @precondition(lambda self: self.model)
    @rule(password=PASSWORDS)
    def set_by_link(self, password: str) -> None:
        link = self._model.mail
        assert link is not None
        if self._model.disabled and self._link_outcome(link):
            return  # either may be told first
        with outcome(self._link_outcome(link) or self._disabled() or self._used_before(password)):
            links.set_password(self.world, link.token, password)
            link.used = True
            self._password_is(password)

    @precondition(lambda self: self.model and self.model.passwords)
    @rule(password=PASSWORDS)
    def change_password(self, password: str) -> None:
        with outcome(self._new_password(password)):
            set_password(self.world, self.account, password)
            self._password_is(password)

    def _link_outcome(self, link: ModelLink) -> str | None:
        if link.used:
            return "link.used"
        if link.ended:
            return "link.ended"
        return "link.expired" if self.now - link.sent_at >= LINK_LIFE else None

    def _disabled(self) -> str | None:
        return "account.disabled" if self._model.disabled else None

    def _new_password(self, password: str) -> str | None:
        at = self._model.password_at
        if at is not None and self.now < at + MIN_AGE:
            return "password.too_young"
        return self._used_before(password)

    def _used_before(self, password: str) -> str | None:
        return "password.used_before" if password in self._model.passwords[:HISTORY] else None

    def _password_is(self, password: str) -> None:
        model = self._model
        model.passwords.insert(0, password)
        model.password_at = self.now
        model.failures, model.locked_at = 0, None
        self._end_sessions()
        self._end_links()

    def _end_sessions(self) -> None:
        self.ended += self._model.sessions
        self._model.sessions.clear()

    def _end_links(self) -> None:
        assert self._model.mail is not None
        for link in [self._model.mail, *self._model.email_links]:
            link.ended = True

    @precondition(lambda self: self.model)
    @rule(password=PASSWORDS)
    def sign_in(self, password: str) -> None:
        expected = self._try(password) or self._disabled()
        with outcome(expected):
            authenticate(self.world, self.account, password)
            self._model.sessions.append(start_session(self.world, self.account, "PASSWORD").id)

    def _try(self, password: str) -> str | None:
        """What comes of a password, as it is counted."""
        model = self._model
        if not model.passwords:
            return "signin.no_password_yet"
        if model.locked_at is not None and self.now - model.locked_at < LOCK:
            return "signin.locked"
        if password == model.passwords[0]:
            model.failures, model.locked_at = 0, None
            return None
        forgotten = model.locked_at is not None or (model.failed_at is None or self.now - model.failed_at >= FORGET)
        model.failures = 1 if forgotten else model.failures + 1
        model.failed_at, model.locked_at = self.now, self.now if model.failures >= TRIES else None
        return "signin.locked" if model.locked_at else "signin.wrong_password"

    # Administrators.

    @precondition(lambda self: self.model)
    @rule(disabled=st.booleans())
    def administrators_decide(self, disabled: bool) -> None:
        with self.world.database.session() as db:
            db.get_one(Account, self.account.uid).disabled = disabled
        self._model.disabled = disabled

    # The address.

    @precondition(lambda self: self.model)
    @rule(email=ADDRESSES)
    def change_email(self, email: str) -> None:
        configure(self.world, self.account, self._configuration(email=email))
        if email != self._model.email:
            self._model.email_links.append(ModelLink(self._mailed(email), self.now, email))
        else:
            self._keeps_address()

    def _keeps_address(self) -> None:
        for link in self._model.email_links:
            link.ended = True

    def _configuration(self, **changes: object) -> Configuration:
        return Configuration(**(vars(Configuration.of(self.account)) | changes))

    @precondition(lambda self: self.model and self.model.email_links)
    @rule(data=st.data())
    def confirm_email(self, data: st.DataObject) -> None:
        links_sent = self._model.email_links
        link = links_sent[data.draw(st.integers(0, len(links_sent) - 1))]
        with outcome(self._email_outcome(link, newest=link is links_sent[-1])):
            confirm_email(self.world, link.token)
            link.used = True
            self._model.email = link.email
            assert self._model.mail is not None
            self._model.mail.ended = True

    def _email_outcome(self, link: ModelLink, *, newest: bool) -> str | None:
        if link.used:
            return "email.link_used"
        if link.ended:
            return "email.link_ended"
        if not newest:
            return "email.link_superseded"
        if self.now - link.sent_at >= LINK_LIFE:
            return "email.link_expired"
        return "account.email_taken" if link.email == self._model.email else self._disabled()

    # Factors.

    @precondition(lambda self: self.model and self.model.devices < 3)
    @rule()
    def link_phone(self) -> None:
        device = add_device(self.world, self.account.uid, name="Phone", pin="1234")
        enrol(self.world, device.enrolment, pin="1234", description=DeviceDescription())
        self._model.devices += 1

    @precondition(lambda self: self.model and self.model.devices)
    @rule()
    def delete_phone(self) -> None:
        last = self._model.always and self._model.devices == 1
        with outcome("factor.last" if last else None):
            remove_device(self.world, devices_of(self.world, self.account.uid)[0])
            self._model.devices -= 1

    @precondition(lambda self: self.model)
    @rule(always=st.booleans())
    def always_two_factors(self, always: bool) -> None:
        lacks = always and not self._model.always and not self._model.devices
        with outcome("factor.none_yet" if lacks else None):
            configure(self.world, self.account, self._configuration(always_two_factors=always))
            self._model.always = always
            self._keeps_address()

    @precondition(lambda self: self.model)
    @rule()
    def panic(self) -> None:
        delete_all_factors(self.world, self.account)
        if self._model.devices:
            self._model.devices, self._model.always = 0, False
            self._end_sessions()

    # What must hold, whatever was done.

    @invariant()
    def the_account_is_as_the_model_says(self) -> None:
        if self.model is None:
            return
        account = self.account
        assert (account.disabled, account.always_two_factors) == (self.model.disabled, self.model.always)
        assert account.password_set_at == self.model.password_at
        assert len(devices_of(self.world, account.uid)) == self.model.devices

    @invariant()
    def who_always_requires_two_factors_has_one(self) -> None:
        if self.model is not None and self.account.always_two_factors:
            assert second_factors(self.world, self.account.uid) == BY_APP

    @invariant()
    def sessions_last_unless_disabled(self) -> None:
        if self.model is not None:
            alive = [bool(find_session(self.world, session)) for session in self.model.sessions]
            assert all(alive) if not self.model.disabled else not any(alive)
        assert [session for session in self.ended if find_session(self.world, session)] == []

    @invariant()
    def the_address_that_waits_is_the_newest_in_time(self) -> None:
        if self.model is None:
            return
        newest = self.model.email_links[-1] if self.model.email_links else None
        is_open = newest is not None and not newest.used and not newest.ended
        waits = newest is not None and is_open and self.now - newest.sent_at < LINK_LIFE
        assert waiting_email(self.world, self.account) == (newest.email if newest and waits else None)

    @invariant()
    def a_deleted_account_never_comes_back(self) -> None:
        assert [uid for uid in self.former_uids if find_account(self.world, uid)] == []
        for token in self.dead_tokens:
            with outcome("email.link_unknown"):
                confirm_email(self.world, token)


def test_an_account_obeys_its_model(site: Site) -> None:
    walk(AccountMachine, site)
