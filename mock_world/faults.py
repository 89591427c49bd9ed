"""Named faults: what goes wrong in reality, on demand. Armed once, n times, or until disarmed; for all or for one."""

import difflib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from mock_world.database import Base, Database
from mock_world.events import EventType
from mock_world.i18n import N_
from mock_world.journal import Journal
from mock_world.refusal import RefusalKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from mock_world.refusal import Refusal

LATE = timedelta(minutes=10)  # world time that a late mail takes
SLOW = 15.0  # seconds of real time that a slow answer takes; clients mostly give up before

ARMED = EventType(
    "fault.armed",
    "The fault {fault} was armed[ for {person}][, {times} times].",
)
DISARMED = EventType(
    "fault.disarmed",
    "The fault {fault} was disarmed.",
)
INJECTED = EventType(
    "fault.struck",
    "The armed fault {fault} happened[ to {person}].",
    logged=True,
)
UNKNOWN_FAULT = RefusalKind(
    "fault.unknown",
    message=N_("There is no fault called {name}."),
    expected="the name of a fault: {known}",
    remedy="take a name of GET /api/faults; {hint}",
    status=404,
)


@dataclass(frozen=True)
class FaultType:
    """A fault as data: its name `subject.what` and one sentence about what happens. Declared once, here."""

    name: str
    sentence: str


FAULTS: dict[str, FaultType] = {}


def _fault(name: str, sentence: str) -> FaultType:
    return FAULTS.setdefault(name, FaultType(name, sentence))


MAIL_LATE = _fault("mail.late", N_("A mail arrives ten minutes late."))
MAIL_LOST = _fault("mail.lost", N_("A mail is sent and never arrives."))
MAIL_TWICE = _fault("mail.twice", N_("A mail arrives twice."))
LINK_EXPIRED = _fault("link.expired", N_("The link of a mail has expired when it is opened, however early."))
LINK_EATEN = _fault("link.eaten", N_("A mail scanner opened the link first: it is used up when the person opens it."))
TICKET_LOST = _fault("ticket.lost", N_("The browser comes back to the service without its ticket."))
TICKET_EXPIRED = _fault("ticket.expired", N_("The service ticket has expired when it is validated."))
TICKET_EATEN = _fault("ticket.eaten", N_("Somebody validated the service ticket before the service did."))
TICKET_WRONG_SERVICE = _fault("ticket.wrong_service", N_("The ticket was made for another service."))
VALIDATION_SLOW = _fault("validation.slow", N_("The answer to a validation takes 15 seconds."))
VALIDATION_MALFORMED = _fault("validation.malformed", N_("The answer to a validation breaks off in the middle."))
VALIDATION_FAILED = _fault("validation.failed", N_("The validation answers INTERNAL_ERROR."))
TOKEN_SLOW = _fault("token.slow", N_("The token endpoint takes 15 seconds."))
TOKEN_MALFORMED = _fault("token.malformed", N_("The token endpoint's answer breaks off in the middle."))
TOKEN_WRONG_ISSUER = _fault("token.wrong_issuer", N_("The ID token names another issuer."))
TOKEN_WRONG_AUDIENCE = _fault("token.wrong_audience", N_("The ID token is for another client."))
TOKEN_WRONG_NONCE = _fault("token.wrong_nonce", N_("The ID token holds another nonce."))
TOKEN_WRONG_SIGNATURE = _fault("token.wrong_signature", N_("The ID token is signed by a key that nobody published."))
TOKEN_EXPIRED = _fault("token.expired", N_("The ID token has expired before it arrives."))
EU_LOGIN_UNAVAILABLE = _fault("eulogin.unavailable", N_("EU Login answers 503 to everything."))


class Fault(Base):
    """An armed fault. `left`: how often it still strikes, None until it is disarmed. `person`: for whom alone."""

    __tablename__ = "world_fault"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str]
    left: Mapped[int | None]
    person: Mapped[str | None]


class Faults:
    """The faults of one world. refuse: `World.refuse`."""

    def __init__(self, database: Database, journal: Journal, refuse: "Callable[..., Refusal]") -> None:
        self._database = database
        self._journal = journal
        self._refuse = refuse
        self._armed: tuple[Fault, ...] = ()  # kept beside the table: where nothing is armed, asking costs no query

    def load(self) -> None:
        """Read again which are armed (the world was made, reset or replaced)."""
        with self._database.session() as db:  # in a transaction, so that no older look can overtake a newer one
            self._armed = tuple(db.scalars(select(Fault).order_by(Fault.id)))

    def known(self, name: str) -> FaultType:
        """The fault of that name. Raises Refusal (fault.unknown)."""
        if name in FAULTS:
            return FAULTS[name]
        near = difflib.get_close_matches(name, FAULTS, n=1)
        hint = f"perhaps {near[0]}" if near else "its list has them all"
        raise self._refuse(UNKNOWN_FAULT, got=name[:80], name=name[:80], known=", ".join(FAULTS), hint=hint)

    def arm(self, name: str, *, times: int | None = 1, person: str | None = None) -> Fault:
        """Arm a fault, in place of what was armed of that name for the same person. Raises Refusal (fault.unknown).

        times: how often it strikes, 1 or more; None until it is disarmed. person: e-mail address; None is everybody.
        """
        if times is not None and times < 1:
            raise ValueError(f"a fault strikes once at least, not {times} times")
        fault = Fault(name=self.known(name).name, left=times, person=person.strip().lower() if person else None)
        with self._database.session() as db:
            db.execute(delete(Fault).where(Fault.name == name, Fault.person.is_(fault.person)))
            db.add(fault)
            db.flush()
            self._journal.record(ARMED, person=fault.person, fault=name, times=times)
            self._look_again()
        return fault

    def disarm(self, name: str) -> None:
        """Take back what is armed of that name, for whomever. Raises Refusal (fault.unknown)."""
        self.known(name)
        with self._database.session() as db:
            if db.execute(delete(Fault).where(Fault.name == name).returning(Fault.id)).all():
                self._journal.record(DISARMED, fault=name)
            self._look_again()

    def armed(self) -> list[Fault]:
        """All that are armed, oldest first."""
        return list(self._armed)

    def is_armed(self, fault: FaultType) -> bool:
        """Whether it is armed for anybody: asked first where it costs something to find out whom it would hit."""
        return any(one.name == fault.name for one in self._armed)

    def inject(self, fault: FaultType, person: str | None = None) -> bool:
        """Whether an armed fault happens here and now; it is counted and written to the journal.

        person: e-mail address of whom it would hit, where that is known; a fault for one person hits nobody else, and
        goes before one for everybody. It joins the current transaction: where that is rolled back, nothing happened,
        and the fault is still armed. So ask outside of it where what the fault does is to refuse.
        """
        person = person.lower() if person else None
        if not any(one.name == fault.name and one.person in {None, person} for one in self._armed):
            return False
        with self._database.session() as db:
            fits = Fault.person.is_(None) | (Fault.person == person)
            own_first = (Fault.person.is_(None), Fault.id)
            armed = db.scalar(select(Fault).where(Fault.name == fault.name, fits).order_by(*own_first).limit(1))
            if armed is None:
                return False
            if armed.left is not None:
                armed.left -= 1
                if armed.left == 0:
                    db.delete(armed)
            self._journal.record(INJECTED, person=person, fault=fault.name)
            self._look_again()
        return True

    def _look_again(self) -> None:
        self._database.afterwards(self.load)
