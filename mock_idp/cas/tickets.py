"""Service tickets: one use, one service, a short life (facts, tickets)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import find_account
from mock_idp.cas.refusals import INVALID_TICKET
from mock_idp.common import settings as s
from mock_idp.common.service_mismatch import shown
from mock_idp.signin.sessions import SignedIn, SsoSession, described, forget_old_sessions
from mock_idp.signin.unredeemed import Unredeemed, report, watch
from mock_world import Refusal, World, fault_types
from mock_world.correlation import correlation_column, follow
from mock_world.database import Base, table_of
from mock_world.events import EventType
from mock_world.world import job_handler

ISSUED = EventType(
    "ticket.issued",
    "{person} got a service ticket for {service}[, without a page: by the session that began at {session_since} with "
    "{session_strengths}].",
)
NOT_VALIDATED = EventType(
    "ticket.not_validated",
    "Nobody validated the ticket of {person} for {application} within {seconds} seconds. Likely: {cause}[. Or else: "
    "{or_else}].",
    logged=True,
)
_WATCH = "ticket.watch"
KEPT = 2000  # tickets of a world that are kept, whatever they are worth


class ServiceTicket(Base):
    """A ticket with what its validation returns.

    sso: served from a session that was there before. sid: of that session. fingerprint: of the client that began the
    login transaction, which validation must prove. proxies: addresses of the proxies that a proxy ticket passed, the
    last one first; empty for a service ticket. single_logout: its service is notified when the session ends. moniker:
    what the person typed as user name. demands: parameters of `/cas/login` that demand something of the sign-in.
    """

    __tablename__ = "idp_ticket"

    id: Mapped[str] = mapped_column(primary_key=True)
    service: Mapped[str]
    uid: Mapped[str]
    strengths: Mapped[list[str]]
    login_at: Mapped[datetime]
    issued_at: Mapped[datetime]
    sso: Mapped[bool]
    used: Mapped[bool]
    sid: Mapped[str] = mapped_column(index=True)
    fingerprint: Mapped[str]
    proxies: Mapped[list[str]]
    single_logout: Mapped[bool]
    moniker: Mapped[str] = mapped_column(default="")
    demands: Mapped[str] = mapped_column(default="")
    correlation_id: Mapped[str] = correlation_column()


_TABLE = table_of(ServiceTicket)
_UNUSED = (_TABLE.c.id == bindparam("ticket")) & _TABLE.c.used.is_(False)
_TAKE = update(_TABLE).where(_UNUSED).values(used=True).returning(*_TABLE.c)


def new_ticket_id(world: World, kind: str) -> str:
    """A ticket's name. kind: ST, PT, PGT or PGTIOU."""
    return f"{kind}-{world.random.digits(8)}-{world.random.plain_token(96)}"


def make_ticket(
    world: World,
    signed_in: SignedIn,
    service: str,
    *,
    sso: bool,
    kind: str = "ST",
    fingerprint: str = "",
    proxies: Sequence[str] = (),
) -> ServiceTicket:
    """A ticket for `service`, not stored yet. kind: `ST`, or `PT` of a proxy."""
    return ServiceTicket(
        id=new_ticket_id(world, kind),
        service=service,
        uid=signed_in.account.uid,
        strengths=signed_in.session.strengths,
        login_at=signed_in.session.login_at,
        issued_at=world.clock.now(),
        sso=sso,
        used=False,
        sid=signed_in.session.sid,
        fingerprint=fingerprint,
        proxies=list(proxies),
        single_logout=False,
        moniker=signed_in.session.moniker,
    )


def issue_ticket(
    world: World, signed_in: SignedIn, service: str, *, sso: bool, fingerprint: str = "", demands: str = ""
) -> ServiceTicket:
    """A service ticket for `service`."""
    ticket = make_ticket(world, signed_in, service, sso=sso, fingerprint=fingerprint)
    ticket.demands = demands
    with world.database.session() as db:
        world.database.put(db, ticket)
        how = described(signed_in, sso=sso)
        world.journal.record(ISSUED, person=signed_in.account.email, service=shown(service), **how)
        watch(world, _WATCH, ticket.issued_at)
    return ticket


@job_handler(_WATCH)
def _report_later(world: World, payload: dict[str, Any]) -> None:
    forget_old_sessions(world)
    _forget_old(world)
    report(world, payload, _WATCH, NOT_VALIDATED, unvalidated)


def _forget_old(world: World) -> None:
    """Delete tickets that are worth nothing, but for the newest ones: why they are refused is still told."""
    oldest_kept = select(_TABLE.c.issued_at).order_by(_TABLE.c.issued_at.desc()).offset(KEPT - 1).limit(1)
    is_dead = _TABLE.c.used | (_TABLE.c.issued_at <= world.clock.now() - world.settings[s.TICKET_LIFE])
    is_told_of_end = _TABLE.c.single_logout & _TABLE.c.sid.in_(select(SsoSession.sid))
    with world.database.session() as db:
        if (moment := db.scalar(oldest_kept)) is not None:
            db.execute(delete(ServiceTicket).where(_TABLE.c.issued_at < moment, is_dead, ~is_told_of_end))


def unvalidated(world: World, since: datetime) -> list[Unredeemed]:
    """Service tickets since a moment that are not used."""
    unused = ServiceTicket.used.is_(False), ServiceTicket.issued_at >= since, ServiceTicket.id.startswith("ST-")
    query = select(ServiceTicket, Account.email).join(Account, Account.uid == ServiceTicket.uid).where(*unused)
    endpoint = world.addresses.internal("idp", "/cas/serviceValidate")
    with world.database.reading() as db:
        rows = db.execute(query.order_by(ServiceTicket.issued_at)).all()
    return [
        Unredeemed(email, shown(ticket.service), ticket.issued_at, ticket.correlation_id, endpoint)
        for ticket, email in rows
    ]


def follow_ticket(world: World, ticket_id: str) -> None:
    """Let what happens from now on belong to the sign-in of a ticket; one that was never issued changes nothing."""
    with world.database.reading() as db:
        ticket = db.get(ServiceTicket, ticket_id)
    if ticket is not None:
        account = find_account(world, ticket.uid)
        follow(ticket.correlation_id, person=account.email if account is not None else None)


def take_ticket(world: World, ticket_id: str) -> tuple[ServiceTicket, Account]:
    """Use a ticket up; returns it with its account. Raises Refusal (ticket.invalid_ticket).

    The ticket of an account that was disabled meanwhile is refused too.
    """
    with world.database.session() as db:
        taken = db.connection().execute(_TAKE, {"ticket": ticket_id}).one_or_none()
        ticket = ServiceTicket(**taken._mapping) if taken else db.get(ServiceTicket, ticket_id)  # noqa: SLF001 - its API
    if ticket is None:
        raise _refusal(world, "a ticket that this world never issued")
    account = find_account(world, ticket.uid)
    email = account.email if account is not None else None
    follow(ticket.correlation_id, person=email)
    if taken is None:
        raise _refusal(world, "a ticket that was validated before", email)
    if account is None or account.disabled:
        raise _refusal(world, "a ticket of an account that was disabled or deleted meanwhile", email)
    if problem := _problem(world, ticket, account.email):
        raise _refusal(world, problem, email)
    return ticket, account


def _refusal(world: World, got: str, person: str | None = None) -> Refusal:
    return world.refuse(INVALID_TICKET, got=got, person=person, minutes=world.settings.minutes(s.TICKET_LIFE))


def _problem(world: World, ticket: ServiceTicket, email: str) -> str:
    """Why a ticket comes too late; empty where it does not."""
    if world.clock.now() - ticket.issued_at >= world.settings[s.TICKET_LIFE]:
        return "a ticket that is too old"
    if world.faults.inject(fault_types.TICKET_EXPIRED, email, service=ticket.service):
        return "a ticket that is too old, by the fault ticket.expired"
    if world.faults.inject(fault_types.TICKET_EATEN, email, service=ticket.service):
        return "a ticket that was validated before, by the fault ticket.eaten"
    return ""
