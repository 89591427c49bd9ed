"""Back-channel logout: clients learn from server to server that a session has ended (its own specification)."""

from functools import partial
from typing import Any

from sqlalchemy import func, select

from mock_idp.accounts.model import Account
from mock_idp.common.back_channel import PATIENCE, notify
from mock_idp.oidc.claims import issuer
from mock_idp.oidc.clients import find_client, metadata_of, name_of
from mock_idp.oidc.keys import sign
from mock_idp.oidc.model import Grant
from mock_world import RefusalKind, World
from mock_world.correlation import follow
from mock_world.events import EventType
from mock_world.world import job_handler

SENT = EventType(
    "back_channel_logout.sent",
    "The client {client} was notified that the session of {person} has ended.",
)
FAILED = RefusalKind(
    "back_channel_logout.failed",
    message="The client was not told that the session has ended",
    expected="status 200 or 204 within {seconds} seconds, for a POST of form parameter logout_token to {address}",
    remedy="let the application take that POST without a session or form token of its own, check logout_token by "
    "the published keys (typ logout+jwt, its claim events, no nonce), and answer 200",
)
_LIFE = 120  # seconds that a logout token works (as the specification recommends at most)
_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_KIND = "back_channel_logout"
_TAKEN = {200, 204}  # statuses


def announce(world: World, sid: str) -> None:
    """Notify every client with a grant in a session that it has ended, after the current transaction."""
    with world.database.session() as db:
        columns = Grant.client_id, Grant.uid, func.max(Grant.correlation_id)
        granted = select(*columns).where(Grant.sid == sid, Grant.used_at.is_not(None)).group_by(*columns[:2])
        for client_id, uid, joined in db.execute(granted.order_by(Grant.client_id)).all():
            client = find_client(world, client_id)
            if client is not None and metadata_of(client).backchannel_logout_uri:
                payload = {"client": client_id, "uid": uid, "sid": sid, "correlation_id": joined}
                world.scheduler.add(world.clock.now(), _KIND, payload)


@job_handler(_KIND)
def _call_later(world: World, payload: dict[str, Any]) -> None:
    """Notify a client in a thread of its own, so that a slow one delays nobody."""
    world.background.run(f"back-channel logout {world.random.digits(12)}", partial(_notify, world, payload))


def _notify(world: World, payload: dict[str, Any]) -> None:
    client = find_client(world, payload["client"])
    address = metadata_of(client).backchannel_logout_uri if client is not None else None
    if client is None or address is None:
        return  # deleted meanwhile
    follow(payload["correlation_id"])
    person = _email(world, payload["uid"])
    got = notify(world, address, {"logout_token": _token(world, payload)}, taken=_TAKEN)
    if got:
        world.refuse(FAILED, got=got, person=person, address=address.partition("?")[0], seconds=int(PATIENCE))
    elif got is not None:
        world.journal.record(SENT, person=person, client=name_of(client))


def _email(world: World, uid: str) -> str | None:
    with world.database.reading() as db:
        account = db.get(Account, uid)
    return account.email if account is not None else None


def _token(world: World, payload: dict[str, Any]) -> str:
    """The logout token (Back-Channel Logout, 2.4); signed like the client's ID tokens, and without nonce."""
    client, now = find_client(world, payload["client"]), int(world.protocol_now().timestamp())
    claims = {
        "iss": issuer(world),
        "sub": payload["uid"],
        "aud": payload["client"],
        "iat": now,
        "exp": now + _LIFE,
        "jti": world.random.token(16),
        "sid": payload["sid"],
        "events": {_EVENT: {}},
    }
    alg = metadata_of(client).id_token_signed_response_alg if client is not None else None
    return sign(world, claims, alg=alg, typ="logout+jwt")
