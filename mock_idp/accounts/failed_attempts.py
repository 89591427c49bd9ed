"""Wrong tries in a row, and the lock that follows them (facts, limits)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from mock_idp.common import settings as s
from mock_world import World
from mock_world.cache import cached
from mock_world.database import Base
from mock_world.settings import Setting


class FailedAttempts(Base):
    """Wrong tries of one kind by one account, since the last right one."""

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
    """When each row of counted tries was locked: there is one, or none."""
    with world.database.session() as db:
        return db.scalars(_LOCKED_AT, {"uid": uid, "kind": kind}).all()


def locked_until(world: World, uid: str, secret: Secret) -> datetime | None:
    """When the lock ends; None where there is none (any more)."""
    locked_at = next(iter(_counted(world, uid, secret.kind)), None)
    if locked_at is None:
        return None
    until = locked_at + world.settings[s.LOCKOUT_TIME]
    return until if world.clock.now() < until else None


def count_failure(world: World, uid: str, secret: Secret) -> int:
    """Count a wrong try and say how many are left; none left is a lock. Commits unless a transaction is at hand."""
    now, most = world.clock.now(), world.settings[secret.limit]
    with world.database.session() as db:
        tries = db.get(FailedAttempts, (uid, secret.kind))
        if tries is None or _is_over(world, tries, now):
            tries = db.merge(FailedAttempts(uid=uid, kind=secret.kind, failures=0, last_at=now, locked_at=None))
        tries.failures, tries.last_at = min(tries.failures + 1, most), now
        if tries.failures >= most:
            tries.locked_at = now
        return most - tries.failures


def _is_over(world: World, tries: FailedAttempts, now: datetime) -> bool:
    """Whether the counted tries are forgotten: too long ago, or their lock has ended."""
    cached: timedelta = world.settings[s.LOCKOUT_TIME if tries.locked_at else s.LOCKOUT_FORGET]
    return now - (tries.locked_at or tries.last_at) >= cached


def forget_failures(world: World, uid: str, secret: Secret) -> None:
    """A right try: counting starts anew."""
    if not _counted(world, uid, secret.kind):
        return
    with world.database.session() as db:
        db.execute(_FORGET, {"uid": uid, "kind": secret.kind})
