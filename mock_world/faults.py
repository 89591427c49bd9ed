"""Named faults: what goes wrong in reality, on demand. Armed once, n times, or until disarmed; for all or for one."""

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from mock_world.addresses import covers, split
from mock_world.database import Base, Database
from mock_world.events import EventType
from mock_world.i18n import N_
from mock_world.journal import Journal
from mock_world.refusal import RefusalKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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


@dataclass(frozen=True)
class Parameter:
    """A number that a fault takes: what it is where nothing is said, and within which bounds. what: its meaning."""

    default: float
    least: float
    most: float
    what: str

    def allows(self, value: float) -> bool:
        return self.least <= value <= self.most


@dataclass(frozen=True)
class FaultType:
    """A fault as data: its name `subject.what` and one sentence about what happens. Declared once, here.

    targets: for whom alone it can be armed: what is known where it strikes, of `for` (a person), `service` (of CAS) and
    `client_id` (of OpenID Connect).
    """

    name: str
    sentence: str
    targets: tuple[str, ...]
    seconds: Parameter | None
    status: Parameter | None

    @property
    def numbers(self) -> dict[str, Parameter | None]:
        """Its parameters by name."""
        return {"seconds": self.seconds, "status": self.status}

    @property
    def takes(self) -> list[str]:
        """What may be said when it is armed, beside how often."""
        return [*self.targets, *(name for name, parameter in self.numbers.items() if parameter)]

    def fits(self, row: "Mapping[str, Any]") -> bool:
        """Whether the row of an armed fault holds what this one takes, each number within its bounds."""
        given = {"for": row["person"], "service": row["service"], "client_id": row["client_id"]}
        return {name for name, value in given.items() if value is not None} <= {*self.targets} and all(
            row[name] is None if parameter is None else row[name] is not None and parameter.allows(row[name])
            for name, parameter in self.numbers.items()
        )


FAULTS: dict[str, FaultType] = {}


def _fault(
    name: str,
    sentence: str,
    targets: tuple[str, ...] = (),
    *,
    seconds: Parameter | None = None,
    status: Parameter | None = None,
) -> FaultType:
    return FAULTS.setdefault(name, FaultType(name, sentence, targets, seconds, status))


def _world_time(default: int, least: int = 1) -> Parameter:
    return Parameter(default, least, 30 * 24 * 3600, "world time")


def _status(default: int, least: int = 500) -> Parameter:
    return Parameter(default, least, 599, "status of the answer")


_REAL_TIME = Parameter(15, 0, 300, "real time")  # clients mostly give up before
_PERSON = ("for",)
_CAS = ("for", "service")
_OIDC = ("for", "client_id")
_EITHER = ("for", "service", "client_id")

MAIL_LATE = _fault("mail.late", N_("A mail arrives late."), _PERSON, seconds=_world_time(600))
MAIL_LOST = _fault("mail.lost", N_("A mail is sent and never arrives."), _PERSON)
MAIL_TWICE = _fault("mail.twice", N_("A mail arrives twice."), _PERSON)
MAIL_BOUNCED = _fault(
    "mail.bounced", N_("The receiver's mail server refuses a mail, and the sender learns it."), _PERSON
)
MAIL_SPAM = _fault("mail.spam", N_("A mail arrives in the folder for spam."), _PERSON)
LINK_EXPIRED = _fault("link.expired", N_("The link of a mail has expired when it is opened, however early."), _PERSON)
LINK_EATEN = _fault(
    "link.eaten", N_("A mail scanner opened the link first: it is used up when the person opens it."), _PERSON
)
QR_HIDDEN = _fault("qr.hidden", N_("The QR code on the page is covered: no camera can read it."), _PERSON)
QR_FOREIGN = _fault("qr.foreign", N_("The page shows the QR code of something else."), _PERSON)
PUSH_LOST = _fault("push.lost", N_("The request never reaches the phone."), _EITHER)
PUSH_LATE = _fault("push.late", N_("The request reaches the phone late."), _EITHER, seconds=_world_time(120))
PUSH_TWICE = _fault("push.twice", N_("The request reaches the phone twice."), _EITHER)
PHONE_CLOCK_WRONG = _fault(
    "phone.clock_wrong",
    N_("The phone's clock goes wrong before it makes a one-time password by time, and stays so."),
    _PERSON,
    seconds=Parameter(600, -86_400, 86_400, "by which it is ahead; negative: behind"),
)
TICKET_LOST = _fault("ticket.lost", N_("The browser comes back to the service without its ticket."), _CAS)
TICKET_EXPIRED = _fault("ticket.expired", N_("The service ticket has expired when it is validated."), _CAS)
TICKET_EATEN = _fault("ticket.eaten", N_("Somebody validated the service ticket before the service did."), _CAS)
TICKET_WRONG_SERVICE = _fault("ticket.wrong_service", N_("The ticket was made for another service."), _CAS)
VALIDATION_SLOW = _fault("validation.slow", N_("The answer to a validation takes long."), _CAS, seconds=_REAL_TIME)
VALIDATION_MALFORMED = _fault("validation.malformed", N_("The answer to a validation breaks off in the middle."), _CAS)
VALIDATION_FAILED = _fault(
    "validation.failed",
    N_("EU Login fails: INTERNAL_ERROR for a ticket or a login transaction, server_error for a token."),
    _EITHER,
)
ATTRIBUTES_MISSING = _fault(
    "attributes.missing", N_("EU Login does not say e-mail address and name of the person."), _EITHER
)
ATTRIBUTES_DUPLICATE = _fault(
    "attributes.duplicate", N_("The answer to a validation gives e-mail address and name of the person twice."), _CAS
)
TOKEN_SLOW = _fault("token.slow", N_("The token endpoint takes long."), _OIDC, seconds=_REAL_TIME)
TOKEN_MALFORMED = _fault("token.malformed", N_("The token endpoint's answer breaks off in the middle."), _OIDC)
TOKEN_WRONG_ISSUER = _fault("token.wrong_issuer", N_("The ID token names another issuer."), _OIDC)
TOKEN_WRONG_AUDIENCE = _fault("token.wrong_audience", N_("The ID token is for another client."), _OIDC)
TOKEN_WRONG_NONCE = _fault("token.wrong_nonce", N_("The ID token holds another nonce."), _OIDC)
TOKEN_WRONG_SIGNATURE = _fault(
    "token.wrong_signature", N_("The ID token is signed by a key that nobody published."), _OIDC
)
TOKEN_EXPIRED = _fault("token.expired", N_("The ID token has expired before it arrives."), _OIDC)
TOKEN_TOO_LARGE = _fault("token.too_large", N_("The ID token is too large for a header or a cookie."), _OIDC)
DISCOVERY_UNREACHABLE = _fault(
    "discovery.unreachable", N_("The discovery document cannot be had."), status=_status(503, 400)
)
KEYS_UNREACHABLE = _fault("keys.unreachable", N_("The keys (JWKS) cannot be had."), status=_status(503, 400))
KEYS_FOREIGN = _fault("keys.foreign", N_("The keys (JWKS) are those of somebody else: none has signed a token."))
KEYS_ROTATED = _fault(
    "keys.rotated", N_("EU Login changes its keys just before it signs: the ID token's is new to the client."), _OIDC
)
EU_LOGIN_UNAVAILABLE = _fault(
    "eulogin.unavailable", N_("EU Login answers nothing but that it is not available."), _EITHER, status=_status(503)
)
EU_LOGIN_SLOW = _fault("eulogin.slow", N_("EU Login takes long to answer."), _EITHER, seconds=_REAL_TIME)
EU_LOGIN_ERROR = _fault(
    "eulogin.error",
    N_("EU Login answers an error to everything."),
    _EITHER,
    status=_status(500, 400),
)
EU_LOGIN_CUT = _fault("eulogin.cut", N_("The connection to EU Login breaks off in the middle of an answer."), _EITHER)
RECOGNITION_LATE = _fault(
    "recognition.late",
    N_("CPMS does not know an account yet, however old it is, and says how long to wait."),
    _PERSON,
    seconds=_world_time(1800),
)
CPMS_UNAVAILABLE = _fault("cpms.unavailable", N_("CPMS is not available."), _PERSON, status=_status(503))
HELPDESK_SILENT = _fault("helpdesk.silent", N_("The automatic helpdesk does not answer a request."), _PERSON)


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
            self._armed = tuple(db.scalars(select(Fault).order_by(Fault.id)))

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
        whole = self._number(fault, "status", fault.status, status)
        armed = Fault(
            name=name,
            left=times,
            person=person.strip().lower() if person else None,
            service=service or None,
            client_id=client_id or None,
            seconds=self._number(fault, "seconds", fault.seconds, seconds),
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

    def _number(self, fault: FaultType, name: str, parameter: Parameter | None, value: float | None) -> float | None:
        """The value, or that of the fault. Raises Refusal (fault.out_of_range)."""
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
        same = (getattr(Fault, name).is_(getattr(armed, name)) for name in ("name", "person", "service", "client_id"))
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
