"""Failed attempts in a row, and the lock that follows them (facts, limits)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from mock_idp.common import settings as s
from mock_world import World
from mock_world.database import Base, cached
from mock_world.settings import Setting


class FailedAttempts(Base):
    """Failed attempts of one kind by one account, since the last right one."""

    __tablename__ = "idp_failed_attempts"

    uid: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]


_THESE = (FailedAttempts.uid == bindparam("uid")) & (FailedAttempts.kind == bindparam("kind"))
_LOCKED_AT = select(FailedAttempts.locked_at).where(_THESE)
_FORGET = delete(FailedAttempts).where(_THESE).execution_options(synchronize_session=False)


@dataclass(frozen=True)
class Secret:
    """What is tried, and the setting that says how often it may be wrong."""

    kind: str
    limit: Setting[int]


PASSWORD = Secret("password", s.LOCKOUT_TRIES)
KEY = Secret("key", s.KEY_TRIES)


@cached(FailedAttempts)
def _counted(world: World, uid: str, kind: str) -> Sequence[datetime | None]:
    """When each row of failed attempts was locked: there is one, or none."""
    with world.database.reading() as db:
        return db.scalars(_LOCKED_AT, {"uid": uid, "kind": kind}).all()


def locked_until(world: World, uid: str, secret: Secret) -> datetime | None:
    """When the lock ends; None where there is none (any more)."""
    locked_at = next(iter(_counted(world, uid, secret.kind)), None)
    if locked_at is None:
        return None
    until = locked_at + world.settings[s.LOCKOUT_TIME]
    return until if world.clock.now() < until else None


def count_failure(world: World, uid: str, secret: Secret) -> int:
    """Count a failed attempt; returns how many are left, none is a lock. Commits unless in a transaction."""
    now, most = world.clock.now(), world.settings[secret.limit]
    with world.database.session() as db:
        attempts = db.get(FailedAttempts, (uid, secret.kind))
        if attempts is None or _is_over(world, attempts, now):
            attempts = db.merge(FailedAttempts(uid=uid, kind=secret.kind, failures=0, last_at=now, locked_at=None))
        attempts.failures, attempts.last_at = min(attempts.failures + 1, most), now
        if attempts.failures >= most:
            attempts.locked_at = now
        return most - attempts.failures


def _is_over(world: World, attempts: FailedAttempts, now: datetime) -> bool:
    """Whether the failed attempts are forgotten: too long ago, or their lock has ended."""
    remembered: timedelta = world.settings[s.LOCKOUT_TIME if attempts.locked_at else s.LOCKOUT_FORGET]
    return now - (attempts.locked_at or attempts.last_at) >= remembered


def forget_failures(world: World, uid: str, secret: Secret) -> None:
    """Forget the failed attempts after a right one: counting starts again."""
    if not _counted(world, uid, secret.kind):
        return
    with world.database.session() as db:
        db.execute(_FORGET, {"uid": uid, "kind": secret.kind})
