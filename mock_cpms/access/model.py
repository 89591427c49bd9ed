"""Access requests and what happened to them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import JSON, Dialect, ForeignKey, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mock_cpms.people import Person
from mock_world.database import Base

State = Literal["draft", "submitted", "info_requested", "approved", "rejected", "withdrawn", "expired"]
STATES: tuple[State, ...] = get_args(State)
OPEN: frozenset[State] = frozenset({"submitted", "info_requested"})  # waiting for the helpdesk or the person
OVER: frozenset[State] = frozenset({"rejected", "withdrawn", "expired"})  # may be asked again


@dataclass(frozen=True)
class Step:
    """One step of a request's history. `by` is an e-mail address, or who else decided.

    reason: what was written with it: a comment, a question, an answer, why not.
    """

    at: datetime
    state: State
    by: str
    reason: str = ""


class _History(TypeDecorator[tuple[Step, ...]]):
    """Steps as JSON: they are only ever read with their request, and never change."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[Step, ...] | None, dialect: Dialect) -> list[dict[str, str]]:  # noqa: ARG002
        return [asdict(step) | {"at": step.at.isoformat()} for step in value or ()]

    def process_result_value(self, value: list[Any] | None, dialect: Dialect) -> tuple[Step, ...]:  # noqa: ARG002
        return tuple(Step(**step | {"at": datetime.fromisoformat(step["at"])}) for step in value or ())


class AccessRequest(Base):
    """One person's request to one network. A draft has no times yet.

    due_at: when the helpdesk is to decide, counted from the last step of the person. guest_until: when access that was
    approved ends, where it does.
    """

    __tablename__ = "cpms_access_request"
    __table_args__ = (
        UniqueConstraint("uid", "network"),
        {"sqlite_autoincrement": True},  # what is scheduled for a request that was deleted must meet no other one
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    uid: Mapped[str] = mapped_column(ForeignKey("cpms_person.uid"))
    network: Mapped[str] = mapped_column(index=True)
    state: Mapped[State]
    submitted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    guest_until: Mapped[datetime | None]
    history: Mapped[tuple[Step, ...]] = mapped_column(_History)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def over(self) -> bool:
        """Whether it may be asked again."""
        return self.state in OVER

    @property
    def comment(self) -> str:
        """What the person wrote when asking, the last time."""
        before = (None, *(step.state for step in self.history))
        steps = zip(before, self.history, strict=False)
        submissions = [step for state, step in steps if step.state == "submitted" and state != "info_requested"]
        return submissions[-1].reason if submissions else ""

    @property
    def reason(self) -> str:
        """The reason or question of the last step."""
        return self.history[-1].reason if self.history else ""

    def overdue(self, now: datetime) -> bool:
        """Whether the helpdesk is late; while it waits for the person's answer it is not."""
        return self.state == "submitted" and self.due_at is not None and now > self.due_at
