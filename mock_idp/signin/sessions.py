"""Single sign-on: sessions of a browser at EU Login."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mock_idp.accounts.model import Account
from mock_idp.common import settings as s
from mock_idp.common.page_expiry import is_too_old
from mock_idp.common.strength_names import PASSWORD
from mock_idp.factors.second_factors import second_factors
from mock_idp.signin.strengths import LEVELS, level_of
from mock_world import World
from mock_world.correlation import correlation_column, follow
from mock_world.database import Base
from mock_world.events import EventType

_TOLD = timedelta(days=1)  # for which a session that is over is found, and said to be
SIGNED_IN = EventType(
    "session.signed_in",
    "{person} signed in to EU Login by {strength}.",
)
SIGNED_OUT = EventType(
    "session.signed_out",
    "{person} signed out of EU Login.",
)
SESSION_EXPIRED = EventType(
    "session.expired",
    "The session of {person}, which began at {began}, was found to be over by its age: EU Login asks again.",
)


class SsoSession(Base):
    """A sign-in that lasts until `expires_at`; `id` is the cookie's value.

    fresh_for: the service for which it was made, until that is reached (empty: EU Login itself); a ticket is then
    none of single sign-on, and `renew` is satisfied. sid: stays while the same person proves more or proves it again,
    and ties tickets and tokens to the session, so that applications learn of its end. moniker: what was typed as user
    name, the e-mail address where nothing was.
    """

    __tablename__ = "idp_session"

    id: Mapped[str] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(index=True)
    strengths: Mapped[list[str]]
    login_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    fresh_for: Mapped[str | None]
    sid: Mapped[str] = mapped_column(index=True)
    moniker: Mapped[str] = mapped_column(default="")
    correlation_id: Mapped[str] = correlation_column()


@dataclass(frozen=True)
class SignedIn:
    """A session with its account."""

    session: SsoSession
    account: Account


def described(signed_in: SignedIn, *, sso: bool) -> dict[str, str | bool]:
    """For the journal: whether a session that was there before served, and since when, with which strengths."""
    session = signed_in.session
    if not sso:
        return {"sso": False}
    return {
        "sso": True,
        "session_since": session.login_at.isoformat(),
        "session_strengths": ", ".join(session.strengths),
    }


def start_session(
    world: World,
    account: Account,
    strength: str,
    former: str | None = None,
    fresh_for: str | None = None,
    moniker: str = "",
) -> SsoSession:
    """Sign an account in. `former` is the browser's session until now: while it lasts, the same person keeps its
    strengths, and a weaker sign-in does not make them last longer. `fresh_for`, `moniker`: see SsoSession.
    """
    now = world.clock.now()
    expires_at = now + world.settings[s.SSO_LIFE]
    with world.database.session() as db:
        before = db.get(SsoSession, former) if former else None
        same = before is not None and before.uid == account.uid and before.expires_at > now
        kept = [old for old in before.strengths if old != strength] if before is not None and same else []
        if before is not None:
            stronger = LEVELS.index(level_of(kept)) > LEVELS.index(level_of([strength]))
            expires_at = min(expires_at, before.expires_at) if stronger else expires_at
            db.delete(before)
        session = SsoSession(
            id=world.random.plain_token(48),
            uid=account.uid,
            strengths=[*kept, strength],
            login_at=now,
            expires_at=expires_at,
            fresh_for=fresh_for,
            sid=before.sid if before is not None and same else world.random.token(16),
            moniker=moniker or account.email,
        )
        world.database.put(db, session)
        world.journal.record(SIGNED_IN, person=account.email, strength=strength)
    return session


def find_session(world: World, session_id: str | None) -> SignedIn | None:
    """The session of a cookie, while it lasts and its account is not disabled."""
    if not session_id:
        return None
    with world.database.session() as db:
        session = db.get(SsoSession, session_id)
        if session is None:
            return None
        account = db.get(Account, session.uid)
        if session.expires_at <= world.clock.now():
            db.delete(session)
            began = session.login_at.isoformat()
            world.journal.record(SESSION_EXPIRED, person=account.email if account else None, began=began)
            return None
        return SignedIn(session, account) if account is not None and not account.disabled else None


def forget_old_sessions(world: World) -> None:
    """Delete those that have been over for a day: nobody came back who could be told that they are."""
    with world.database.session() as db:
        db.execute(delete(SsoSession).where(SsoSession.expires_at <= world.clock.now() - _TOLD))


def is_fresh(world: World, signed_in: SignedIn, service: str) -> bool:
    """Whether the person has just proved who it is for this very service, and has not reached it yet."""
    return signed_in.session.fresh_for == service and not is_too_old(world, signed_in.session.login_at)


def arrive(world: World, signed_in: SignedIn) -> None:
    """The service was reached: from now on the session is one of single sign-on."""
    if signed_in.session.fresh_for is None:
        return
    with world.database.session() as db:
        db.execute(update(SsoSession).where(SsoSession.id == signed_in.session.id).values(fresh_for=None))


def end_session(world: World, signed_in: SignedIn) -> None:
    """Sign out of EU Login; applications that are open already stay open."""
    follow(signed_in.session.correlation_id, person=signed_in.account.email)
    with world.database.session() as db:
        db.execute(delete(SsoSession).where(SsoSession.id == signed_in.session.id))
        world.journal.record(SIGNED_OUT, person=signed_in.account.email)


def end_sessions(world: World, uid: str, *, spare: str | None = None) -> None:
    """End all sessions of an account but `spare`, in every browser: its password changed, or it is gone."""
    with world.database.session() as db:
        db.execute(delete(SsoSession).where(SsoSession.uid == uid, SsoSession.id != spare))


def forget_lost_factors(world: World, uid: str) -> None:
    """After a factor has gone: sessions keep no strength that the account cannot reach any more."""
    left = {PASSWORD} | second_factors(world, uid)
    with world.database.session() as db:
        for session in db.scalars(select(SsoSession).where(SsoSession.uid == uid)):
            session.strengths = [strength for strength in session.strengths if strength in left] or [PASSWORD]
