"""Service tickets: one use, one service, a short life (facts, tickets)."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, mapped_column

from mock_idp.accounts.model import Account
from mock_world import settings as s
from mock_world.database import Base
from mock_world.journal import EventType

if TYPE_CHECKING:
    from mock_idp.signin.sessions import SignedIn
    from mock_world import World

ISSUED = EventType("ticket.issued", "A service ticket was issued.")


class ServiceTicket(Base):
    """A ticket with what is told at its validation.

    sso: served from a session that was there before. sid: of that session. fingerprint: of the client that began the
    login transaction, which validation must prove. proxies: addresses of the proxies that a proxy ticket passed, the
    last one first; empty for a service ticket. single_logout: its service is told when the session ends.
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


def new_ticket_id(world: "World", kind: str) -> str:
    """A ticket's name. kind: ST or PT. CAS allows letters, digits and hyphens; mod_auth_cas takes no other ticket."""
    return f"{kind}-{world.random.digits(8)}-{world.random.token(96).replace('_', '-')}"


def issue_ticket(
    world: "World", signed_in: "SignedIn", service: str, *, sso: bool, fingerprint: str = ""
) -> ServiceTicket:
    """A ticket for `service`."""
    ticket = ServiceTicket(
        id=new_ticket_id(world, "ST"),
        service=service,
        uid=signed_in.account.uid,
        strengths=signed_in.session.strengths,
        login_at=signed_in.session.login_at,
        issued_at=world.clock.now(),
        sso=sso,
        used=False,
        sid=signed_in.session.sid,
        fingerprint=fingerprint,
        proxies=[],
        single_logout=False,
    )
    with world.database.session() as db:
        db.add(ticket)
        world.journal.record(ISSUED, person=signed_in.account.email, service=service, sso=sso)
    return ticket


def take_ticket(world: "World", ticket_id: str) -> tuple[ServiceTicket, Account] | None:
    """Use a ticket up and give it with its account; None where it is unknown, expired or was used before.

    Nor is somebody named who was disabled meanwhile.
    """
    with world.database.session() as db:
        ticket = db.get(ServiceTicket, ticket_id)
        if ticket is None or ticket.used:
            return None
        ticket.used = True
        account = db.get(Account, ticket.uid)
    if account is None or account.disabled or world.clock.now() - ticket.issued_at >= world.settings[s.TICKET_LIFE]:
        return None
    return ticket, account
