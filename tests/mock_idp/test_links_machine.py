"""Links of mails and the passwords set by them: no walk reaches a state that the model forbids."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from mock_idp.accounts import links, registration
from mock_idp.accounts.model import Account
from mock_idp.accounts.passwords import is_right
from mock_world.server import Site
from tests.mock_idp.machine import WorldMachine, outcome, walk

EMAIL, OTHER = "ada.berg@hospital.example", "ben.kurz@hospital.example"
PASSWORDS = ["Abcdef-12", "Bcdefg-23", "Cdefgh-34", "short"]
LINK_LIFE, LEAST_AGE, WINDOW = timedelta(minutes=5), timedelta(minutes=1), timedelta(minutes=10)
TRIES, MAILS, HISTORY = 2, 3, 2


@dataclass
class ModelLink:
    token: str
    sent_at: datetime
    used: bool = False
    wrong_names: int = 0


class LinksMachine(WorldMachine):
    changed = {  # noqa: RUF012
        "link.life": LINK_LIFE,
        "link.tries": TRIES,
        "link.requests": MAILS,
        "lockout.forget": WINDOW,
        "password.min_age": LEAST_AGE,
        "password.history": HISTORY,
    }

    @initialize()
    def begin(self) -> None:
        for first, email in (("Ada", EMAIL), ("Ben", OTHER)):
            registration.register(self.world, registration.SignUp(first, "Berg", email, email))
        self.links = [ModelLink(self._newest(), self.now)]
        self.passwords: list[str] = []
        self.set_at: datetime | None = None

    # What the person does.

    @rule(login=st.sampled_from([EMAIL, "nobody@hospital.example"]))
    def ask_for_password(self, login: str) -> None:
        expected = "account.unknown" if login != EMAIL else self._flood()
        with outcome(expected):
            registration.ask_for_password(self.world, login)
            self._sent()

    @rule(data=st.data(), login=st.sampled_from([EMAIL, EMAIL.upper(), OTHER, "nobody@hospital.example", ""]))
    def renew(self, data: st.DataObject, login: str) -> None:
        link = data.draw(st.sampled_from(self.links))
        with outcome(self._renew_outcome(link, login)):
            links.renew(self.world, link.token, login)
            self._sent()

    def _renew_outcome(self, link: ModelLink, login: str) -> str | None:
        if login.lower() == EMAIL and link.wrong_names < TRIES:
            return self._flood()
        link.wrong_names = min(link.wrong_names + 1, TRIES)
        return "link.closed" if link.wrong_names == TRIES else "link.wrong_name"

    @rule(data=st.data(), password=st.sampled_from(PASSWORDS))
    def set_password(self, data: st.DataObject, password: str) -> None:
        link = data.draw(st.sampled_from(self.links))
        with outcome(self._problem(link) or self._password_problem(password)):
            links.set_password(self.world, link.token, password)
            link.used, self.set_at = True, self.now
            self.passwords.insert(0, password)

    @rule(password=st.sampled_from(PASSWORDS))
    def follow_a_link_that_was_never_sent(self, password: str) -> None:
        with outcome("link.unknown"):
            links.set_password(self.world, "nonsense", password)

    def _newest(self) -> str:
        mails = [mail for mail in self.world.mailbox.mails(to=EMAIL) if mail.links]
        return mails[-1].links[0]["url"].partition("?")[2]

    # The model.

    def _flood(self) -> str | None:
        lately = [link for link in self.links if self.now - link.sent_at < WINDOW]
        return "link.too_many" if len(lately) >= MAILS else None

    def _sent(self) -> None:
        self.links.append(ModelLink(self._newest(), self.now))

    def _problem(self, link: ModelLink) -> str | None:
        checks = {
            "link.closed": link.wrong_names >= TRIES,
            "link.used": link.used,
            "link.superseded": link is not self.links[-1],
            "link.expired": self.now - link.sent_at >= LINK_LIFE,
        }
        return next((code for code, applies in checks.items() if applies), None)

    def _password_problem(self, password: str) -> str | None:
        if password == "short":
            return "password.too_weak"
        if self.set_at is not None and self.now - self.set_at < LEAST_AGE:
            return "password.too_young"
        return "password.used_before" if password in self.passwords[:HISTORY] else None

    # What must hold, whatever was done.

    @invariant()
    def links_open_what_the_model_says(self) -> None:
        for link in self.links:
            refusal = links.look_at(self.world, link.token).refusal
            assert (refusal.code if refusal else None) == self._problem(link)

    @invariant()
    def one_link_works_at_most(self) -> None:
        assert sum(links.look_at(self.world, link.token).refusal is None for link in self.links) <= 1

    @precondition(lambda self: self.passwords)
    @invariant()
    def only_the_last_password_is_right(self) -> None:
        stored = self._account().password_hash
        assert [password for password in PASSWORDS if is_right(stored, password)] == [self.passwords[0]]

    @invariant()
    def every_mail_is_there(self) -> None:
        assert len([mail for mail in self.world.mailbox.mails(to=EMAIL) if mail.links]) == len(self.links)

    def _account(self) -> Account:
        account = links.look_at(self.world, self.links[0].token).account
        assert account is not None
        return account


def test_links_and_passwords_obey_their_model(site: Site) -> None:
    walk(LinksMachine, site)
