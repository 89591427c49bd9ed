"""Faults of a world: armed once, n times or until disarmed, for all or for one; and what happens where one strikes."""

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from mock_world.addresses import covers, split
from mock_world.database import Base, Database
from mock_world.events import EventType
from mock_world.fault_types import FAULTS, FaultType
from mock_world.i18n import N_
from mock_world.journal import Journal
from mock_world.refusal import RefusalKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mock_world.refusal import Refusal

ARMED = EventType(
    "fault.armed",
    "The fault {fault} was armed[ for {person}][, for service {service}][, for client {client}][, {times} times]"
    "[, {seconds} seconds][, status {status}].",
)
DISARMED = EventType(
    "fault.disarmed",
    "The fault {fault} was disarmed.",
)
INJECTED = EventType(
    "fault.struck",
    "The armed fault {fault} happened[ to {person}][, of service {service}][, of client {client}][: {seconds} seconds]"
    "[, status {status}].",
    logged=True,
)
UNKNOWN_FAULT = RefusalKind(
    "fault.unknown",
    message=N_("There is no fault called {name}."),
    expected="the name of a fault: {known}",
    remedy="take a name of GET /api/faults; {hint}",
    status=404,
)
NOT_TAKEN = RefusalKind(
    "fault.not_taken",
    message=N_("Leave out {parameter}: {name} does not take it."),
    expected="for {name}, beside times: {taken}",
    remedy="leave {parameter} out, or take a fault that takes it: {others}",
    status=422,
)
OUT_OF_RANGE = RefusalKind(
    "fault.out_of_range",
    message=N_("Take a number from {least} to {most}: {parameter} of {name}."),
    expected="{parameter} from {least} to {most} ({what})",
    remedy="send such a number, or leave it out for {default}",
    status=422,
)
WRONG_SERVICE = RefusalKind(
    "fault.wrong_service",
    message=N_("A service's address starts with http:// or https:// and a host."),
    expected="an http(s) address, or the beginning of it",
    remedy="give the address that the application sends as `service`, or the beginning of it: it matches as a prefix",
    status=422,
)


class Fault(Base):
    """An armed fault. `left`: how often it still strikes, None until it is disarmed.

    person (e-mail address), service (address, a prefix), client_id: for whom alone. seconds, status: its parameters,
    None where it takes none.
    """

    __tablename__ = "world_fault"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str]
    left: Mapped[int | None]
    person: Mapped[str | None]
    service: Mapped[str | None]
    client_id: Mapped[str | None]
    seconds: Mapped[float | None]
    status: Mapped[int | None]

    @property
    def whom(self) -> str:
        """For whom alone, in words; empty for everybody."""
        return ", ".join(filter(None, (self.person, self.service, self.client_id)))

    def hits(self, person: str | None, service: str | None, client_id: str | None) -> bool:
        """Whether it is for everybody, or for these."""
        return (
            self.person in {None, person}
            and self.client_id in {None, client_id}
            and (self.service is None or (service is not None and covers(self.service, service)))
        )


class Application(TypedDict, total=False):
    """The application for which a fault is injected: the address of one of CAS, or a client of OpenID Connect."""

    service: str
    client_id: str


_ALL = select(Fault).order_by(Fault.id)


@dataclass(frozen=True)
class Injected:
    """What happens here and now. seconds, status: its parameters; 0 where it takes none."""

    seconds: float
    status: int


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
            self._armed = tuple(db.scalars(_ALL))

    def known(self, name: str) -> FaultType:
        """The fault of that name. Raises Refusal (fault.unknown)."""
        if name in FAULTS:
            return FAULTS[name]
        near = difflib.get_close_matches(name, FAULTS, n=1)
        hint = f"perhaps {near[0]}" if near else "its list has them all"
        raise self._refuse(UNKNOWN_FAULT, got=name[:80], name=name[:80], known=", ".join(FAULTS), hint=hint)

    def arm(
        self,
        name: str,
        *,
        times: int | None = 1,
        person: str | None = None,
        service: str | None = None,
        client_id: str | None = None,
        seconds: float | None = None,
        status: int | None = None,
    ) -> Fault:
        """Arm a fault, in place of what was armed of that name for the same person and application.

        times: how often it strikes, 1 or more; None until it is disarmed. person: e-mail address; service: address or
        its beginning, matched as registered services are; client_id; None is everybody. seconds, status: its
        parameters; None for its own. Raises Refusal (fault.unknown, not_taken, out_of_range, wrong_service).
        """
        if times is not None and times < 1:
            raise ValueError(f"a fault strikes once at least, not {times} times")
        fault = self.known(name)
        given = {"for": person, "service": service, "client_id": client_id, "seconds": seconds, "status": status}
        self._check_taken(fault, (parameter for parameter, value in given.items() if value is not None))
        if service is not None and (split(service).scheme not in {"http", "https"} or not split(service).netloc):
            raise self._refuse(WRONG_SERVICE, got=service[:200], field="service")
        whole = self._number(fault, "status", status)
        armed = Fault(
            name=name,
            left=times,
            person=person.strip().lower() if person else None,
            service=service or None,
            client_id=client_id or None,
            seconds=self._number(fault, "seconds", seconds),
            status=None if whole is None else int(whole),
        )
        self._put(armed)
        return armed

    def _check_taken(self, fault: FaultType, given: "Iterable[str]") -> None:
        """Raises Refusal (fault.not_taken)."""
        for parameter in given:
            if parameter not in fault.takes:
                others = [name for name, other in FAULTS.items() if parameter in other.takes]
                raise self._refuse(
                    NOT_TAKEN,
                    got=parameter,
                    field={"for": "person"}.get(parameter, parameter),
                    name=fault.name,
                    parameter=parameter,
                    taken=", ".join(fault.takes) or "nothing",
                    others=", ".join(others),
                )

    def _number(self, fault: FaultType, name: str, value: float | None) -> float | None:
        """The value of a parameter, or that of the fault. Raises Refusal (fault.out_of_range)."""
        parameter = fault.numbers[name]
        if parameter is None:
            return None
        if value is None:
            return parameter.default
        if not parameter.allows(value):
            bounds = {side: f"{getattr(parameter, side):.10g}" for side in ("least", "most", "default")}
            raise self._refuse(
                OUT_OF_RANGE,
                got=f"{value:.10g}",
                field=name,
                name=fault.name,
                parameter=name,
                what=parameter.what,
                **bounds,
            )
        return value

    def _put(self, armed: Fault) -> None:
        same = (
            getattr(Fault, name).is_not_distinct_from(getattr(armed, name))
            for name in ("name", "person", "service", "client_id")
        )
        with self._database.session() as db:
            db.execute(delete(Fault).where(*same))
            db.add(armed)
            db.flush()
            self._journal.record(ARMED, person=armed.person, fault=armed.name, times=armed.left, **_described(armed))
            self._look_again()

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

    def inject(
        self,
        fault: FaultType,
        person: str | None = None,
        *,
        service: str | None = None,
        client_id: str | None = None,
        until_disarmed: bool = False,
    ) -> Injected | None:
        """What happens here and now, if an armed fault does; it is counted and written to the journal.

        person: e-mail address of whom it would hit; service, client_id: the application; where that is known. A fault
        for one of them hits nobody else, and the most closely described goes first. It joins the current transaction:
        where that is rolled back, nothing happened, and the fault is still armed. So ask outside of it where what the
        fault does is to refuse. until_disarmed: only one that is armed until then, for what nobody does on purpose.
        """
        target = person.lower() if person else None, service, client_id
        if not any(one.name == fault.name and one.hits(*target) for one in self._armed):
            return None
        with self._database.session() as db:
            rows = db.scalars(select(Fault).where(Fault.name == fault.name).order_by(Fault.id))
            fit = (row for row in rows if row.hits(*target) and not (until_disarmed and row.left is not None))
            armed = max(fit, key=_closeness, default=None)
            if armed is None:
                return None
            if armed.left is not None:
                armed.left -= 1
                if armed.left == 0:
                    db.delete(armed)
            self._journal.record(INJECTED, person=person and person.lower(), fault=fault.name, **_described(armed))
            self._look_again()
            return Injected(armed.seconds or 0, armed.status or 0)

    def _look_again(self) -> None:
        """Read again before the transaction ends, so that who sees its events sees this too; and where it fails."""
        self._database.finally_do(self.load)
        self._database.afterwards(self.load)


def _closeness(fault: Fault) -> tuple[int, bool, int]:
    """How closely a fault says whom it hits: the more it names; then a person; then the longer address."""
    named = (fault.person, fault.service, fault.client_id)
    return sum(map(bool, named)), bool(fault.person), len(fault.service or "")


def _described(fault: Fault) -> dict[str, str | int]:
    """Application and parameters, as events name them."""
    described = {
        "service": fault.service,
        "client": fault.client_id,
        "seconds": f"{fault.seconds:.15g}" if fault.seconds is not None else None,
        "status": fault.status,
    }
    return {name: value for name, value in described.items() if value is not None}
