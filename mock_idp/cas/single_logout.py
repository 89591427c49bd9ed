"""Single logout: applications learn that the session at EU Login has ended (facts, logout and single logout)."""

from functools import partial
from typing import Any
from xml.etree import ElementTree as ET

from sqlalchemy import select

from mock_idp.accounts.model import Account
from mock_idp.cas.tickets import ServiceTicket
from mock_idp.common.back_channel import PATIENCE, notify
from mock_idp.common.service_mismatch import shown
from mock_world import RefusalKind, World
from mock_world.correlation import follow
from mock_world.events import EventType
from mock_world.world import job_handler

SENT = EventType(
    "single_logout.sent",
    "{service} was notified that the session of {person} has ended.",
)
FAILED = RefusalKind(
    "single_logout.failed",
    message="The service was not told that the session has ended",
    expected="a status below 400 within {seconds} seconds, for a POST of form parameter logoutRequest to {service}",
    remedy="let the application take a POST without its own form token at the address that it sent as service",
)
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
_ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
_KIND = "single_logout"
_TAKEN = range(400)  # statuses


def announce(world: World, sid: str) -> None:
    """Notify the services of a session's tickets that it has ended, each once, after the current transaction.

    Only those are notified whose validation asked for it.
    """
    criteria = (ServiceTicket.sid == sid) & ServiceTicket.used & ServiceTicket.single_logout
    with world.database.session() as db:
        query = select(ServiceTicket, Account.email).join(Account, Account.uid == ServiceTicket.uid).where(criteria)
        for ticket, email in db.execute(query).all():
            ticket.single_logout = False
            payload = {
                "service": ticket.service,
                "person": email,
                "message": logout_request(world, ticket.uid, ticket.id),
                "correlation_id": ticket.correlation_id,
            }
            world.scheduler.add(world.clock.now(), _KIND, payload)


def logout_request(world: World, uid: str, ticket: str) -> str:
    """A LogoutRequest of SAML 2, with the ticket as index. Without XML declaration: some clients read it as text."""
    instant = world.protocol_now().strftime("%Y-%m-%dT%H:%M:%SZ")
    root = ET.Element(
        "samlp:LogoutRequest",
        {
            "xmlns:samlp": _PROTOCOL,
            "xmlns:saml": _ASSERTION,
            "ID": f"LR-{world.random.digits(8)}-{world.random.token(24)}",
            "Version": "2.0",
            "IssueInstant": instant,
        },
    )
    ET.SubElement(root, "saml:NameID").text = uid
    ET.SubElement(root, "samlp:SessionIndex").text = ticket
    return ET.tostring(root, encoding="unicode")


@job_handler(_KIND)
def _call_later(world: World, payload: dict[str, Any]) -> None:
    """Notify a service in a thread of its own, so that a slow one delays nobody."""
    world.background.run(f"single logout {world.random.digits(12)}", partial(_notify, world, payload))


def _notify(world: World, payload: dict[str, Any]) -> None:
    service, person = payload["service"], payload["person"]
    follow(payload["correlation_id"])
    got = notify(world, service, {"logoutRequest": payload["message"]}, taken=_TAKEN)
    if got:
        world.refuse(FAILED, got=got, person=person, service=shown(service), seconds=int(PATIENCE))
    elif got is not None:
        world.journal.record(SENT, person=person, service=shown(service))
