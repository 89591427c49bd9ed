"""Single sign-on in two browsers by two people: no walk reaches a session that the model forbids."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.common.strength_names import BY_APP, PASSWORD
from mock_idp.signin.sessions import arrive, end_session, find_session, is_fresh, start_session
from mock_world.server import Site
from tests.mock_idp.conftest import START
from tests.mock_idp.machine import WorldMachine, walk

LIFE = timedelta(minutes=10)
PAGE_LIFE = timedelta(minutes=5)
PEOPLE = ("ada", "bo")
WHO = st.sampled_from(PEOPLE)
WHERE = st.sampled_from(["desk", "laptop"])
SERVICES = ("", "http://cpms.example/")


@dataclass
class ModelSession:
    """What a browser is signed in as, until when, and by which strengths."""

    who: str
    expires_at: datetime
    strengths: set[str] = field(default_factory=set)
    login_at: datetime = START
    fresh_for: str | None = None


class SessionsMachine(WorldMachine):
    changed = {"sso.life": LIFE, "login_page.life": PAGE_LIFE}  # noqa: RUF012

    @initialize()
    def begin(self) -> None:
        self.accounts = {
            who: create_account(self.world, NewAccount(who, "Berg", f"{who}@hospital.example", password="x"))
            for who in PEOPLE
        }
        self.disabled: set[str] = set()
        self.cookies: dict[str, str] = {}
        self.sessions: dict[str, ModelSession] = {}
        self.ended: list[str] = []

    @rule(
        who=WHO,
        where=WHERE,
        strength=st.sampled_from([PASSWORD, *sorted(BY_APP)]),
        service=st.sampled_from([None, *SERVICES]),
    )
    def sign_in(self, who: str, where: str, strength: str, service: str | None) -> None:
        """The same person keeps what was proved before, and a weaker sign-in does not prolong it."""
        former = self.sessions.get(where)
        expires_at, kept = self.now + LIFE, set[str]()
        if former is not None and former.who == who and former.expires_at > self.now:
            kept = former.strengths - {strength}
            weaker = strength == PASSWORD and kept != set()
            expires_at = min(expires_at, former.expires_at) if weaker else expires_at
        session = start_session(
            self.world, self.accounts[who], strength, former=self.cookies.get(where), fresh_for=service
        )
        self._forget(where)
        self.cookies[where] = session.id
        self.sessions[where] = ModelSession(who, expires_at, kept | {strength}, self.now, service)

    @rule(where=WHERE)
    def reach_the_service(self, where: str) -> None:
        found = find_session(self.world, self.cookies.get(where))
        if found is not None:
            arrive(self.world, found)
            self.sessions[where].fresh_for = None

    @rule(where=WHERE)
    def sign_out(self, where: str) -> None:
        found = find_session(self.world, self.cookies.get(where))
        if found is not None:
            end_session(self.world, found)
            self._forget(where)

    def _forget(self, where: str) -> None:
        if where in self.cookies:
            self.ended.append(self.cookies.pop(where))
            del self.sessions[where]

    @rule(who=WHO, disabled=st.booleans())
    def administrators_decide(self, who: str, disabled: bool) -> None:
        with self.world.database.session() as db:
            db.get_one(Account, self.accounts[who].uid).disabled = disabled
        (self.disabled.add if disabled else self.disabled.discard)(who)

    @invariant()
    def browsers_are_signed_in_as_the_model_says(self) -> None:
        for where, cookie in self.cookies.items():
            model, found = self.sessions[where], find_session(self.world, cookie)
            if model.expires_at <= self.now or model.who in self.disabled:
                assert found is None
            else:
                assert found is not None
                assert found.account.uid == self.accounts[model.who].uid
                assert set(found.session.strengths) == model.strengths
                fresh = {model.fresh_for} if self.now - model.login_at < PAGE_LIFE else set()
                assert {name for name in SERVICES if is_fresh(self.world, found, name)} == fresh - {None}

    @invariant()
    def a_session_that_ended_never_comes_back(self) -> None:
        assert [cookie for cookie in self.ended if find_session(self.world, cookie)] == []


@pytest.mark.slow
def test_sessions_obey_their_model(site: Site) -> None:
    walk(SessionsMachine, site)
