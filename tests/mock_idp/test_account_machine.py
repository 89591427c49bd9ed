"""The life of an account, to its deletion: no walk reaches a state that the model forbids."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from mock_idp.account_management.account_deletion import delete_account, delete_all_factors
from mock_idp.account_management.configuration import Configuration, configure
from mock_idp.account_management.device_deletion import remove_device
from mock_idp.account_management.email_change import confirm_email, waiting_link
from mock_idp.account_management.password_change import put_password
from mock_idp.account_management.registration import SignUp, register
from mock_idp.accounts.people import find_account
from mock_idp.common.strength_names import BY_APP
from mock_idp.factors.devices.enrolment import DeviceDescription, enrol
from mock_idp.factors.devices.rules import add_device, devices_of
from mock_idp.factors.second_factors import second_factors
from mock_idp.signin.login import authenticate
from mock_idp.signin.sessions import find_session, start_session
from mock_world.server import Site
from tests.mock_idp.machine import outcome, walk
from tests.mock_idp.test_passwords_machine import EMAIL, LINK_LIFE, PASSWORDS, ModelAccount, PasswordsMachine

FIRST = "Lantern 1!"
ADDRESSES = st.sampled_from([EMAIL, "ada@clinic.example", "ada@house.example"])


@dataclass
class EmailLink:
    email: str
    token: str
    sent_at: datetime
    used: bool = False
    ended: bool = False


class AccountMachine(PasswordsMachine):
    """What may become of passwords and their links, and of address, factors and sessions beside them."""

    changed = PasswordsMachine.changed | {"link.requests": 100}
    requests = 100

    @initialize()
    def begin(self) -> None:
        super().begin()
        put_password(self.world, self.account, FIRST)
        self.model.passwords, self.model.set_at = [FIRST], self.now
        self.former_uids: list[str] = []
        self.dead_tokens: list[str] = []
        self.ended: list[str] = []
        self._is_new()

    def _is_new(self) -> None:
        self.devices, self.always = 0, False
        self.email_links: list[EmailLink] = []
        self.sessions: list[str] = []

    @rule(password=PASSWORDS)
    def leaves_and_comes_back(self, password: str) -> None:
        account, expected = self.account, self.model.try_password(password, self.now)
        with outcome(expected):
            delete_account(self.world, account, password)
        if expected is None:
            self.former_uids.append(account.uid)
            self.dead_tokens += [link.token for link in self.email_links]
            self._end_sessions()
            self._is_new()
            self.model, self.links = ModelAccount(), []
            register(self.world, SignUp("Ada", "Berg", self.email, self.email))
            self._sent()

    @rule(right=st.booleans(), password=PASSWORDS)
    def signs_in_to_a_session(self, right: bool, password: str) -> None:
        password = self.model.passwords[0] if right and self.model.passwords else password
        expected = self.model.try_password(password, self.now) or self._disabled()
        with outcome(expected):
            authenticate(self.world, self.account, password)
            self.sessions.append(start_session(self.world, self.account, "PASSWORD").id)

    def _disabled(self) -> str | None:
        return "account.disabled" if self.model.disabled else None

    def _end_sessions(self) -> None:
        self.ended += self.sessions
        self.sessions.clear()

    def _end_links(self, refused: str | None) -> None:
        super()._end_links(refused)
        if refused is None:
            self._keeps_address()
            self._end_sessions()

    # The address.

    @rule(email=ADDRESSES)
    def changes_the_address(self, email: str) -> None:
        configure(self.world, self.account, self._configuration(email=email))
        if email != self.email:
            self.email_links.append(EmailLink(email, self._mailed(email), self.now))
        else:
            self._keeps_address()

    def _keeps_address(self) -> None:
        for link in self.email_links:
            link.ended = True

    def _configuration(self, **changes: object) -> Configuration:
        return Configuration(**(vars(Configuration.of(self.account)) | changes))

    @precondition(lambda self: self.email_links)
    @rule(data=st.data())
    def confirms_the_address(self, data: st.DataObject) -> None:
        link = data.draw(st.sampled_from(self.email_links))
        expected = self._email_outcome(link)
        with outcome(expected):
            confirm_email(self.world, link.token)
        if expected is None:
            link.used, self.email = True, link.email
            super()._end_links(None)

    def _email_outcome(self, link: EmailLink) -> str | None:
        if link.used:
            return "email.link_used"
        if link.ended:
            return "email.link_ended"
        if link is not self.email_links[-1]:
            return "email.link_superseded"
        if self.now - link.sent_at >= LINK_LIFE:
            return "email.link_expired"
        return "account.email_taken" if link.email == self.email else self._disabled()

    # Factors.

    @precondition(lambda self: self.devices < 3)
    @rule()
    def links_a_phone(self) -> None:
        device = add_device(self.world, self.account.uid, name="Phone", pin="1234")
        enrol(self.world, device.enrolment, pin="1234", description=DeviceDescription())
        self.devices += 1

    @precondition(lambda self: self.devices)
    @rule()
    def deletes_a_phone(self) -> None:
        with outcome("factor.last" if self.always and self.devices == 1 else None):
            remove_device(self.world, devices_of(self.world, self.account.uid)[0])
            self.devices -= 1

    @rule(always=st.booleans())
    def wants_two_factors_always(self, always: bool) -> None:
        lacks = always and not self.always and not self.devices
        with outcome("factor.none_yet" if lacks else None):
            configure(self.world, self.account, self._configuration(always_two_factors=always))
            self.always = always
            self._keeps_address()

    @rule()
    def panics(self) -> None:
        delete_all_factors(self.world, self.account)
        if self.devices:
            self.devices, self.always = 0, False
            self._end_sessions()

    # What must hold, whatever was done.

    def the_account_opens_with_its_newest_password_alone(self) -> None:
        """No invariant here: it takes a hash a password, and the walks of passwords alone hold it."""

    @invariant()
    def the_account_is_as_the_model_says(self) -> None:
        account = self.account
        assert (account.disabled, account.always_two_factors) == (self.model.disabled, self.always)
        assert account.password_set_at == self.model.set_at
        assert len(devices_of(self.world, account.uid)) == self.devices

    @invariant()
    def who_always_requires_two_factors_has_one(self) -> None:
        if self.account.always_two_factors:
            assert second_factors(self.world, self.account.uid) == BY_APP

    @invariant()
    def sessions_last_unless_disabled(self) -> None:
        alive = [bool(find_session(self.world, session)) for session in self.sessions]
        assert all(alive) if not self.model.disabled else not any(alive)
        assert [session for session in self.ended if find_session(self.world, session)] == []

    @invariant()
    def the_address_that_waits_is_the_newest_in_time(self) -> None:
        newest = self.email_links[-1] if self.email_links else None
        waits = newest is not None and not newest.used and not newest.ended and self.now - newest.sent_at < LINK_LIFE
        link = waiting_link(self.world, self.account)
        assert (link and link.email) == (newest.email if newest and waits else None)

    @invariant()
    def a_deleted_account_never_comes_back(self) -> None:
        assert [uid for uid in self.former_uids if find_account(self.world, uid)] == []
        for token in self.dead_tokens:
            with outcome("email.link_unknown"):
                confirm_email(self.world, token)


@pytest.mark.slow
def test_an_account_obeys_its_model(site: Site) -> None:
    walk(AccountMachine, site)
