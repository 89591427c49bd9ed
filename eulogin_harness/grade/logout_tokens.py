"""Back-channel logout: messages to an application that a session at EU Login has ended, right and wrong ones."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import select

from eulogin_harness.grade.outcomes import NotApplicable, NotDone, Unsound
from eulogin_harness.grade.tokens import Claims
from mock_idp.oidc.claims import issuer
from mock_idp.oidc.clients import find_client, metadata_of
from mock_idp.oidc.keys import alg_of_id_tokens, sign
from mock_idp.oidc.model import Grant

if TYPE_CHECKING:
    import requests

    from eulogin_harness.grade.people import User
    from eulogin_harness.grade.trial import Trial

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYPE = "logout+jwt"
NO_EFFECT = "no message of back-channel logout ends a session, not even a right one (openid.logout-ignored)"
_LIFE = 120  # seconds
Make = Callable[[Claims], str]


def logout_claims(trial: "Trial", user: "User") -> Claims:
    """What EU Login says when the last session of that user ends. Raises NotDone where the user has none."""
    of_user = Grant.uid == user.uid, Grant.client_id == trial.application.client_id
    with trial.world.database.reading() as db:
        sid = db.scalar(select(Grant.sid).where(*of_user).order_by(Grant.made_at.desc()))
    if sid is None:
        raise NotDone(f"expected {user.uid} to have signed in at {trial.application.client_id}")
    now = int(trial.world.protocol_now().timestamp())
    return {
        "iss": issuer(trial.world),
        "sub": user.uid,
        "aud": trial.application.client_id,
        "iat": now,
        "exp": now + _LIFE,
        "jti": trial.world.random.token(16),
        "sid": sid,
        "events": {EVENT: {}},
    }


def logout_token(trial: "Trial", claims: Claims, *, alien: bool = False) -> str:
    """A logout token. alien: by a key that nobody published, with the `kid` of one."""
    client = find_client(trial.world, trial.application.client_id)
    alg = alg_of_id_tokens(trial.world, client) if client else None
    return sign(trial.world, claims, alg=alg, typ=TYPE, alien=alien)


def send(trial: "Trial", token: str) -> "requests.Response":
    """Send a logout token to the application. Raises NotApplicable where it has no address for them."""
    client = find_client(trial.world, trial.application.client_id)
    address = metadata_of(client).backchannel_logout_uri if client else None
    if address is None:
        raise NotApplicable("it is registered without backchannel_logout_uri")
    return trial.request(address, method="POST", data={"logout_token": token})


def expect_ignored(trial: "Trial", make: Make, after: str) -> None:
    """Raises Unsound where a wrong logout token ends the session that it names.

    make: the wrong token of right claims. Raises NotApplicable where right tokens end nothing either.
    """
    user = trial.user()
    visitor = trial.signed_in(user)
    send(trial, make(logout_claims(trial, user)))
    seen = visitor.look()
    if not seen.signed_in:
        raise Unsound(f"after {after}: {seen}; the session was ended")
    send(trial, logout_token(trial, logout_claims(trial, user)))
    if visitor.look().signed_in:
        raise NotApplicable(NO_EFFECT)
