"""A sign-in that was tried: what was asked for, and the messages so far."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, mapped_column

from mock_world import RefusalKind
from mock_world.database import Base
from mock_world.i18n import N_
from mock_world.journal import Event

if TYPE_CHECKING:
    from mock_world import World

APPLICATION, BROWSER, EU_LOGIN = N_("Application"), N_("Browser"), N_("EU Login")
UNKNOWN_TRIAL = RefusalKind(
    "trial.unknown",
    message=N_("Start again: no such sign-in was tried in this world."),
    expected="the id of a sign-in that the debugger began",
    remedy="start one on the debugger's page",
    status=404,
)


@dataclass(frozen=True)
class Check:
    """What a client would look at. good: whether it would be content; None: worth knowing, nothing is wrong."""

    good: bool | None
    words: str
    remedy: str = ""


@dataclass(frozen=True)
class Message:
    """One message. parts: headings, each with rows of name and value; body: as it came."""

    title: str
    sender: str
    receiver: str
    line: str
    parts: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    body: str = ""
    checks: list[Check] = field(default_factory=list)


class Trial(Base):
    """A sign-in of the debugger. kept: what a client remembers until the browser comes back (state, nonce ...).

    since: the journal's newest event when it began.
    """

    __tablename__ = "desk_trial"

    id: Mapped[str] = mapped_column(primary_key=True)
    protocol: Mapped[str]
    asked: Mapped[dict[str, str]]
    kept: Mapped[dict[str, str]]
    messages: Mapped[dict[str, Any]]
    since: Mapped[int]
    made_at: Mapped[datetime]

    @property
    def told(self) -> list[Message]:
        """The messages so far, in order."""
        return [_message(one) for one in self.messages["items"]]


def _message(document: dict[str, Any]) -> Message:
    checks = [Check(**check) for check in document["checks"]]
    parts = [(heading, [(name, value) for name, value in rows]) for heading, rows in document["parts"]]
    return Message(**document | {"checks": checks, "parts": parts})


def begin_trial(world: "World", protocol: str, asked: dict[str, str]) -> Trial:
    """A new one; parameters that were left empty are not asked for."""
    with world.database.session() as db:
        trial = Trial(
            id=world.random.token(12),
            protocol=protocol,
            asked={name: value for name, value in asked.items() if value},
            kept={},
            messages={"items": []},
            since=db.scalar(select(func.max(Event.id))) or 0,
            made_at=world.clock.now(),
        )
        db.add(trial)
    return trial


def get_trial(world: "World", trial_id: str) -> Trial:
    """Raises Refusal (trial.unknown)."""
    with world.database.session() as db:
        trial = db.get(Trial, trial_id)
    if trial is None:
        raise world.refuse(UNKNOWN_TRIAL, got="an unknown id")
    return trial


def trial_of_state(world: "World", state: str) -> Trial:
    """The trial to which a browser comes back with this `state`. Raises Refusal (trial.unknown)."""
    with world.database.session() as db:
        trials = db.scalars(select(Trial).where(Trial.protocol == "oidc").order_by(Trial.made_at.desc())).all()
    found = next((trial for trial in trials if state and trial.kept.get("state") == state), None)
    if found is None:
        raise world.refuse(UNKNOWN_TRIAL, got="a state that was not given out")
    return found


def add(world: "World", trial: Trial, *messages: Message, kept: dict[str, str] | None = None) -> None:
    """Write down messages, and what the client remembers from now on."""
    with world.database.session() as db:
        trial.messages = {"items": [*trial.messages["items"], *map(asdict, messages)]}
        trial.kept = trial.kept if kept is None else kept
        db.merge(trial)
