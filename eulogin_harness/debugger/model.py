"""A sign-in that was tried: what was asked for, and the messages so far."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from mock_world import RefusalKind, World
from mock_world.database import Base
from mock_world.i18n import N_
from mock_world.journal import Event

APPLICATION, BROWSER, EU_LOGIN = N_("Application"), N_("Browser"), N_("EU Login")
UNKNOWN_TRIAL = RefusalKind(
    "trial.unknown",
    message=N_("Start again: no such sign-in was tried in this world, or it was long ago."),
    expected="a sign-in that the debugger of this world began, among its newest {most}",
    remedy="start one on the debugger's page, and change neither its address nor its state on the way",
    status=404,
)
_MOST = 50  # trials that are kept
_MOST_MESSAGES = 60  # of a trial, whose address may be opened again and again


@dataclass(frozen=True)
class Check:
    """What a client would look at. good: whether it would be content; None: worth knowing, nothing is wrong.

    detail: the values that it is about, as they are.
    """

    good: bool | None
    words: str
    remedy: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Explanation:
    """A refusal as the journal has it."""

    code: str
    expected: str
    got: str
    remedy: str


@dataclass(frozen=True)
class Message:
    """One message. parts: headings, each with rows of name and value; body: as it came; command: the same by curl."""

    title: str
    sender: str
    receiver: str
    line: str
    parts: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    body: str = ""
    command: str = ""
    checks: list[Check] = field(default_factory=list)
    refusals: list[Explanation] = field(default_factory=list)


class Trial(Base):
    """A sign-in of the debugger. parameters: what was chosen, by the form's names. since: the journal's newest event
    when the last message was written. kept: what a client remembers until the browser comes back (state, nonce ...),
    `url` to which the browser was sent, `came`: ticket or code that came last.
    """

    __tablename__ = "desk_trial"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    protocol: Mapped[str]
    parameters: Mapped[dict[str, str]] = mapped_column("asked")
    kept: Mapped[dict[str, str]]
    messages: Mapped[dict[str, Any]]
    since: Mapped[int]
    made_at: Mapped[datetime]

    @property
    def message_list(self) -> list[Message]:
        """The messages so far, in order."""
        return [_message(one) for one in self.messages["items"]]


def _message(document: dict[str, Any]) -> Message:
    checks = [Check(**check) for check in document["checks"]]
    refusals = [Explanation(**refusal) for refusal in document["refusals"]]
    parts = [(heading, [(name, value) for name, value in rows]) for heading, rows in document["parts"]]
    return Message(**document | {"checks": checks, "refusals": refusals, "parts": parts})


def begin_trial(world: World, protocol: str, parameters: dict[str, str]) -> Trial:
    """Begin a trial; parameters that were left empty are not sent. The oldest makes room."""
    with world.database.session() as db:
        trial = Trial(
            id=world.random.token(12),
            protocol=protocol,
            parameters={name: value for name, value in parameters.items() if value},
            kept={},
            messages={"items": []},
            since=_newest_event(db),
            made_at=world.clock.now(),
        )
        db.add(trial)
        db.flush()
        db.execute(delete(Trial).where(Trial.number <= trial.number - _MOST))
    return trial


def _newest_event(db: Session) -> int:
    return db.scalar(select(func.max(Event.id))) or 0


def get_trial(world: World, trial_id: str, protocol: str = "") -> Trial:
    """The trial of that id, and of that protocol where one is given. Raises Refusal (trial.unknown)."""
    with world.database.reading() as db:
        trial = db.scalar(select(Trial).where(Trial.id == trial_id))
    if trial is None or protocol not in {"", trial.protocol}:
        raise world.refuse(UNKNOWN_TRIAL, got="an unknown id", most=_MOST)
    return trial


def add(world: World, trial: Trial, *messages: Message, **kept: str) -> None:
    """Write down messages, and what the client remembers from now on.

    Another tab may have written meanwhile: its messages stay. A trial that is gone (reset, pushed out) stays gone.
    """
    with world.database.session() as db:
        stored = db.get(Trial, trial.number)
        if stored is None:
            return
        items = [*stored.messages["items"], *map(asdict, messages)]
        stored.messages = trial.messages = {"items": items[:_MOST_MESSAGES]}
        stored.kept = trial.kept = stored.kept | kept
        stored.since = trial.since = _newest_event(db)
