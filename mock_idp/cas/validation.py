"""Validating a ticket: what is refused with which code, and what is told (facts, validation)."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from typing import TYPE_CHECKING

from mock_idp.cas.proxying import grant
from mock_idp.cas.services import least_assurance, wants_single_logout
from mock_idp.cas.tickets import ServiceTicket, take_ticket
from mock_idp.signin.strengths import Demand, level_of
from mock_world import RefusalKind
from mock_world import settings as s
from mock_world.journal import EventType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_idp.accounts.model import Account
    from mock_world import World

VALIDATED = EventType("ticket.validated", "A ticket was validated by its service.")

ASSURANCE = {"TOP": 40, "HIGH": 30, "MEDIUM": 20, "LOW": 10, "NO_ASSURANCE": 0}
_NUMBER = re.compile(r"[0-9]{1,2}")
_PEOPLE = {
    40: "INTERNAL",
    30: "INTERINSTITUTIONAL",
    20: "SPONSORED",
    10: "SELF_REGISTERED",
    0: "NO_ASSURANCE",
}

_AGAIN = "send the browser to /cas/login again and validate the new ticket once, within its life"
INVALID_REQUEST = RefusalKind(
    "ticket.invalid_request",
    message="Parameters 'service' and 'ticket' are both required",
    expected="parameters service and ticket",
    remedy="send both, URL-encoded",
)
INVALID_TICKET = RefusalKind(
    "ticket.invalid_ticket",
    message="Ticket not recognized",
    expected="a ticket of this world, at most {minutes} minutes old, that was not validated before",
    remedy=_AGAIN,
)
INVALID_SERVICE = RefusalKind(
    "ticket.invalid_service",
    message="The ticket was not issued for this service",
    expected="service exactly as at login: {service}",
    remedy="send the same service address to /cas/login and to the validation, letter by letter",
)
INVALID_USER = RefusalKind(
    "ticket.invalid_user",
    message='Invalid user: "{uid}" belongs to "{people}" users while application accepts only "{accepted}" '
    "users or users with higher assurance levels",
    expected="a user of assurance level {least} or higher",
    remedy="call /laxValidate or send assuranceLevel=LOW to accept self-registered people",
)
INVALID_STRENGTH = RefusalKind(
    "ticket.invalid_strength",
    message="The strength of the sign-in is not accepted",
    expected="a sign-in by one of {strengths}",
    remedy="send the same acceptStrengths to /cas/login as to the validation",
)
INSUFFICIENT_LEVEL = RefusalKind(
    "ticket.insufficient_level",
    message="The authentication level of the user is too low: {level}",
    expected="a sign-in of level {wanted}",
    remedy="send the same authenticationLevel to /cas/login as to the validation",
)
FINGERPRINT_MISSING = RefusalKind(
    "ticket.fingerprint_missing",
    message="Parameter 'clientFingerprint' is required",
    expected="clientFingerprint: the secret whose digest began the login transaction",
    remedy="send the secret, in base64, that the application keeps in its cookie clientFingerprint",
)
FINGERPRINT_WRONG = RefusalKind(
    "ticket.fingerprint_wrong",
    message="Client fingerprint does not match",
    expected="the secret whose base64(SHA-1(SHA-1(secret))) was sent to /cas/login/init",
    remedy="send the secret itself here and its digest there; another browser than the one that began has another one",
)
# The documented failure codes (facts, validation answer: failure).
CODES = {
    FINGERPRINT_MISSING.code: "INVALID_REQUEST",
    FINGERPRINT_WRONG.code: "INVALID_TICKET",
    INVALID_REQUEST.code: "INVALID_REQUEST",
    INVALID_TICKET.code: "INVALID_TICKET",
    INVALID_SERVICE.code: "INVALID_SERVICE",
    INVALID_USER.code: "INVALID_USER",
    INVALID_STRENGTH.code: "INVALID_STRENGTH",
    INSUFFICIENT_LEVEL.code: "INSUFFICIENT_AUTHENTICATION_LEVEL",
}


@dataclass(frozen=True)
class Success:
    """What a successful validation tells; lists are empty where they were not asked for."""

    account: "Account"
    ticket: "ServiceTicket"
    details: bool
    groups: list[str] | None
    level: str
    strengths: list[str]
    registered_at: datetime | None
    iou: str = ""


def validate(world: "World", query: "Mapping[str, str]", least: str) -> Success:
    """Validate `ticket` for `service`. `least` is the address's own assurance level. Raises Refusal (ticket.*)."""
    service, ticket_id = query.get("service", ""), query.get("ticket", "")
    if not service or not ticket_id:
        got = "no service" if not service else "no ticket"
        raise world.refuse(INVALID_REQUEST, got=got)
    taken = take_ticket(world, ticket_id)
    if taken is None:
        minutes = world.settings.minutes(s.TICKET_LIFE)
        raise world.refuse(INVALID_TICKET, got="another ticket", minutes=minutes)
    ticket, account = taken
    if ticket.service != service:
        raise world.refuse(INVALID_SERVICE, got=service, person=account.email, service=ticket.service)
    _check_fingerprint(world, account, ticket, query.get("clientFingerprint", ""))
    _check_assurance(world, account, query.get("assuranceLevel") or least, service)
    strengths = _strengths(world, account, ticket, query)
    if wants_single_logout(world, service):
        with world.database.session() as db:
            db.get_one(ServiceTicket, ticket.id).single_logout = True
    world.journal.record(VALIDATED, person=account.email, service=service)
    pgt_url = query.get("pgtUrl", "")
    details = query.get("userDetails", "").lower() == "true"
    delayed = bool(world.settings[s.RECOGNITION_DELAY])
    return Success(
        account=account,
        ticket=ticket,
        details=details,
        groups=_groups(account, query.get("groups")),
        level=level_of(strengths),
        strengths=strengths,
        registered_at=account.registered_at if details and delayed else None,
        iou=grant(world, ticket, account, pgt_url) if pgt_url else "",
    )


def _check_fingerprint(world: "World", account: "Account", ticket: ServiceTicket, secret: str) -> None:
    if not ticket.fingerprint:
        return
    if not secret:
        raise world.refuse(FINGERPRINT_MISSING, got="none", person=account.email)
    digest = sha1(sha1(secret.encode(), usedforsecurity=False).digest(), usedforsecurity=False).digest()
    if base64.b64encode(digest).decode() != ticket.fingerprint:
        raise world.refuse(FINGERPRINT_WRONG, got="another secret", person=account.email)


def _strengths(world: "World", account: "Account", ticket: "ServiceTicket", query: "Mapping[str, str]") -> list[str]:
    """The strengths of the sign-in that the service accepts. Raises Refusal (ticket.*)."""
    demand = Demand.of(query.get("authenticationLevel"), query.get("acceptStrengths"))
    accepted = [strength for strength in ticket.strengths if demand.accepts(strength)]
    if accepted:
        return accepted
    got = ", ".join(ticket.strengths)
    if demand.strengths:
        listed = ", ".join(demand.strengths)
        raise world.refuse(INVALID_STRENGTH, got=got, person=account.email, strengths=listed)
    raise world.refuse(
        INSUFFICIENT_LEVEL, got=got, person=account.email, level=level_of(ticket.strengths), wanted=demand.level
    )


def _check_assurance(world: "World", account: "Account", wanted: str, service: str) -> None:
    asked = ASSURANCE.get(wanted.upper(), int(wanted) if _NUMBER.fullmatch(wanted) else ASSURANCE["TOP"])
    least = max(asked, least_assurance(world, service))
    if account.assurance_level < least:
        raise world.refuse(
            INVALID_USER,
            got=f"level {account.assurance_level}",
            person=account.email,
            uid=account.uid,
            people=_PEOPLE.get(account.assurance_level, "UNKNOWN"),
            accepted=_PEOPLE.get(least, "INTERNAL"),
            least=least,
        )


def _groups(account: "Account", asked: str | None) -> list[str] | None:
    """Groups come only when asked for: `*`, or a list separated by commas."""
    if not asked:
        return None
    wanted = {part.strip() for part in asked.split(",")}
    return [group for group in account.groups if "*" in wanted or group in wanted]
