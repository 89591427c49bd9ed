"""A grant's life: codes, refreshing, revoking, using things twice - no walk gets a token that the model forbids."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from mock_idp.account_management.revocation import revoke_sign_ins
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.oidc import authorize
from mock_idp.oidc.authorize_redirect import RedirectTarget
from mock_idp.oidc.introspection import revoke
from mock_idp.oidc.tokens import Issued, find_access, redeem_code, redeem_refresh
from mock_idp.signin.sessions import SignedIn, start_session
from mock_world.server import Site
from tests.mock_idp.machine import WorldMachine, outcome, walk
from tests.mock_idp.oidc import BACK, VERIFIER, challenge, client_of

CODE_LIFE, ACCESS_LIFE, REFRESH_LIFE = timedelta(minutes=5), timedelta(minutes=5), timedelta(minutes=1)
ASKED = {
    "redirect_uri": BACK,
    "response_mode": "query",
    "state": "",
    "scope": "openid",
    "code_challenge": challenge(),
    "prompt": "none",
    "max_age": "",
    "level": "",
}
WHICH = st.integers(0, 5)
CLIENTS = st.sampled_from([0, 0, 0, 1])  # mostly the right one


@dataclass
class ModelToken:
    """A token that was issued; `used` of a refresh token alone."""

    value: str
    expires_at: datetime
    used: bool = False
    revoked: bool = False


@dataclass
class ModelGrant:
    """What a code and all that came from it are worth."""

    code: str
    made_at: datetime
    used: bool = False
    ended: bool = False
    access: list[ModelToken] = field(default_factory=list)
    refresh: list[ModelToken] = field(default_factory=list)


class GrantsMachine(WorldMachine):
    @initialize()
    def begin(self) -> None:
        person = NewAccount("Ada", "Berg", "ada@hospital.example", password="x")
        self.account = create_account(self.world, person)
        self.clients = [client_of(self.world), client_of(self.world)]
        self.grants: list[ModelGrant] = []

    @rule()
    def sign_in(self) -> None:
        found = SignedIn(start_session(self.world, self.account, "PASSWORD"), self.account)
        told = authorize.answer_silently(self.world, RedirectTarget(self.clients[0], BACK), ASKED, found)
        self.grants.append(ModelGrant(told["code"], self.now))

    def _grant(self, which: int) -> ModelGrant:
        """Of the newest ones, so that walks come back to what lives."""
        return self.grants[-1 - which % len(self.grants)]

    def _got(self, grant: ModelGrant, issued: Issued) -> None:
        assert issued.refresh is not None
        grant.access.append(ModelToken(issued.access.value, self.now + ACCESS_LIFE))
        grant.refresh.append(ModelToken(issued.refresh.value, self.now + REFRESH_LIFE))

    @precondition(lambda self: self.grants)
    @rule(which=WHICH, client=CLIENTS, verifier=st.sampled_from([VERIFIER, VERIFIER, "w" * 43]))
    def redeem(self, which: int, client: int, verifier: str) -> None:
        grant = self._grant(which)
        with outcome(self._of_code(grant, client, verifier)):
            form = {"code": grant.code, "redirect_uri": BACK, "code_verifier": verifier}
            issued = redeem_code(self.world, self.clients[client], form)
            grant.used = True
            self._got(grant, issued)

    def _of_code(self, grant: ModelGrant, client: int, verifier: str) -> str | None:
        """A used code ends what it gave, whatever else is wrong with it."""
        if client:
            return "token.code_unknown"
        if grant.used:
            grant.ended = True
            return "token.code_used"
        if grant.ended:
            return "token.code_ended"
        if self.now - grant.made_at >= CODE_LIFE:
            return "token.code_expired"
        return None if verifier == VERIFIER else "token.verifier_wrong"

    @precondition(lambda self: any(grant.refresh for grant in self.grants))
    @rule(which=WHICH, back=st.sampled_from([0, 0, 0, 1, 2]), client=CLIENTS)
    def refresh(self, which: int, back: int, client: int) -> None:
        """Mostly by the newest token, sometimes by one from before."""
        living = [grant for grant in self.grants if grant.refresh]
        grant = living[-1 - which % len(living)]
        token = grant.refresh[-1 - back % len(grant.refresh)]
        with outcome(self._of_refresh(grant, token, client)):
            issued = redeem_refresh(self.world, self.clients[client], {"refresh_token": token.value})
            token.used = True
            self._got(grant, issued)

    def _of_refresh(self, grant: ModelGrant, token: ModelToken, client: int) -> str | None:
        if client:
            return "token.refresh_unknown"
        if token.used:
            grant.ended = True
            return "token.refresh_used"
        if grant.ended:
            return "token.refresh_ended"
        return "token.refresh_expired" if self.now >= token.expires_at else None

    @precondition(lambda self: any(grant.access for grant in self.grants))
    @rule(which=WHICH, kind=st.sampled_from(["access", "refresh"]), client=CLIENTS)
    def revoke(self, which: int, kind: str, client: int) -> None:
        given = [grant for grant in self.grants if grant.access]
        grant = given[-1 - which % len(given)]
        token = (grant.access if kind == "access" else grant.refresh)[-1]
        found = kind == "refresh" or self._lives(grant, token)
        with outcome("token.of_another_client" if client and found else None):
            revoke(self.world, self.clients[client], token.value)
            if kind == "access":
                token.revoked = True
            else:
                grant.ended = True

    @rule()
    def the_password_changes(self) -> None:
        revoke_sign_ins(self.world, self.account.uid)
        for grant in self.grants:
            grant.ended = True

    def _lives(self, grant: ModelGrant, token: ModelToken) -> bool:
        return not (grant.ended or token.revoked) and self.now < token.expires_at

    @invariant()
    def tokens_are_worth_what_the_model_says(self) -> None:
        for grant in self.grants:
            for token in grant.access:
                assert (find_access(self.world, token.value) is not None) is self._lives(grant, token)
            assert [token for token in grant.refresh if find_access(self.world, token.value)] == []
            assert find_access(self.world, grant.code) is None


@pytest.mark.slow
def test_grants_obey_their_model(site: Site) -> None:
    walk(GrantsMachine, site)
