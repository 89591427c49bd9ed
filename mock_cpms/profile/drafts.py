"""What somebody typed into the profile and has not sent yet. It is theirs alone: helpdesks never see it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from mock_world import World
from mock_world.database import Base
from mock_world.events import EventType

SAVED = EventType(
    "profile.draft_saved",
    "What {person} typed into the profile was kept without being sent.",
)
DISCARDED = EventType(
    "profile.draft_discarded",
    "{person} went back to the profile as it was sent last.",
)


class ProfileDraft(Base):
    """The form as it was left: whatever was typed, right or wrong."""

    __tablename__ = "cpms_profile_draft"

    uid: Mapped[str] = mapped_column(primary_key=True)
    networks: Mapped[list[str]]
    answers: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


def draft_of(world: World, uid: str) -> ProfileDraft | None:
    with world.database.reading() as db:
        return db.get(ProfileDraft, uid)


def keep_draft(world: World, uid: str, person: str, *, networks: Sequence[str], answers: dict[str, str]) -> None:
    """Keep what `person` (an e-mail address) typed, instead of what was kept before."""
    with world.database.session() as db:
        now = world.clock.now()
        db.merge(ProfileDraft(uid=uid, networks=list(networks), answers=answers, saved_at=now))
        world.journal.record(SAVED, person=person)


def forget_draft(world: World, uid: str) -> bool:
    """Whether there was one."""
    with world.database.session() as db:
        draft = db.get(ProfileDraft, uid)
        if draft is not None:
            db.delete(draft)
        return draft is not None
