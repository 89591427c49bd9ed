"""What CAS calls a refusal: each kind with its failure code in both dialects (facts, validation answer: failure).

Here stand those that several modules raise; the others stand where they are raised.
"""

from dataclasses import dataclass

from mock_idp.signin.services import INVALID_SERVICE, SERVICE_TOO_LONG
from mock_world import Refusal, RefusalKind, World
from mock_world.fault_types import VALIDATION_FAILED


@dataclass(frozen=True)
class CasRefusalKind(RefusalKind):
    """A kind of refusal that an answer of CAS reports as `code`.

    failure: its code of EU Login. plain_failure: that of CAS 3.0, where it is another one.
    """

    failure: str = "INVALID_REQUEST"
    plain_failure: str = ""


REFUSALS_OF_SERVICES = (INVALID_SERVICE, SERVICE_TOO_LONG)
_CODES_OF_SERVICES = {kind.code: ("INVALID_SERVICE", "UNAUTHORIZED_SERVICE") for kind in REFUSALS_OF_SERVICES}
_AGAIN = (
    "send the browser to /cas/login again and validate the new ticket once, within its life; then redirect to an "
    "address without the ticket, since a reload sends it again"
)
INVALID_REQUEST = CasRefusalKind(
    "ticket.invalid_request",
    message="Parameters 'service' and 'ticket' are both required",
    expected="parameters service and ticket",
    remedy="send both by these names, URL-encoded in the query, or as a form",
)
INVALID_PARAMETER = CasRefusalKind(
    "ticket.invalid_parameter",
    message="Parameter '{name}' is not valid",
    expected="{name}: {allowed}",
    remedy="send {name} so, or leave it out",
)
INVALID_TICKET = CasRefusalKind(
    "ticket.invalid_ticket",
    message="Ticket not recognized",
    expected="a ticket of this world, less than {minutes} minutes old, that was not validated before",
    remedy=_AGAIN,
    failure="INVALID_TICKET",
)
WRONG_TYPE = CasRefusalKind(
    "ticket.wrong_type",
    message="Ticket type not accepted: {had}",
    expected="a ticket of type {types}",
    remedy="send ticketTypes={had} to accept it, or validate proxy tickets at /cas/proxyValidate",
    failure="INVALID_TICKET",
    plain_failure="INVALID_TICKET_SPEC",
)
NOT_FRESH = CasRefusalKind(
    "ticket.not_fresh",
    message="Ticket was not issued from an initial login",
    expected="a ticket of a person who has just signed in, since renew=true was sent",
    remedy="send renew=true to /cas/login too, so that single sign-on is not used, or leave it out here",
    failure="INVALID_TICKET",
)
FINGERPRINT_MISSING = CasRefusalKind(
    "ticket.fingerprint_missing",
    message="Parameter 'clientFingerprint' is required",
    expected="clientFingerprint: the secret whose digest began the login transaction",
    remedy="send the secret, in base64, that the application keeps in its cookie clientFingerprint",
)
FINGERPRINT_WRONG = CasRefusalKind(
    "ticket.fingerprint_wrong",
    message="Client fingerprint does not match",
    expected="the secret whose base64(SHA-1(SHA-1(secret))) was sent to /cas/login/init",
    remedy="send the secret itself here and its digest there; another browser than the one that began has another one",
    failure="INVALID_TICKET",
    plain_failure="INVALID_TICKET_SPEC",
)
SERVICE_MISMATCH = CasRefusalKind(
    "ticket.invalid_service",
    message="The ticket was not issued for this service",
    expected="service exactly as at login: {service}",
    remedy="send the same service address to /cas/login and to the validation, letter by letter: {difference}",
    failure="INVALID_SERVICE",
)
INVALID_USER = CasRefusalKind(
    "ticket.invalid_user",
    message='Invalid user: "{uid}" belongs to "{people}" users while application accepts only "{accepted}" '
    "users or users with higher assurance levels",
    expected="a user of assurance level {least} or higher",
    remedy="{way}",
    failure="INVALID_USER",
)
INVALID_STRENGTH = CasRefusalKind(
    "ticket.invalid_strength",
    message="The strength of the sign-in is not accepted",
    expected="a sign-in by one of {strengths}",
    remedy="send the same acceptStrengths to /cas/login as to the validation",
    failure="INVALID_STRENGTH",
    plain_failure="INVALID_TICKET_SPEC",
)
INSUFFICIENT_LEVEL = CasRefusalKind(
    "ticket.insufficient_level",
    message="The authentication level of the user is too low: {level}",
    expected="a sign-in of level {wanted}",
    remedy="send the same authenticationLevel to /cas/login as to the validation",
    failure="INSUFFICIENT_AUTHENTICATION_LEVEL",
    plain_failure="INVALID_TICKET_SPEC",
)
INTERNAL_ERROR = CasRefusalKind(
    "ticket.internal_error",
    message="Internal error",
    expected="no fault validation.failed",
    remedy="nothing is wrong with the application: see that it tells the person to try again later",
    failure="INTERNAL_ERROR",
)
NOT_MOCKED = RefusalKind(
    "validation.not_mocked",
    message="This mock does not speak {what}: validate tickets at /cas/serviceValidate, /cas/laxValidate or, by a "
    "POST form, at /cas/ws/TicketValidationService/http/post.",
    expected="a validation over plain HTTP",
    remedy="let the client use CAS 2.0 or 3.0 instead of {what}",
    status=404,
)


def check_no_internal_error(world: World, service: str, person: str | None = None) -> None:
    """Fault validation.failed, at any address that applications call. Raises Refusal (ticket.internal_error)."""
    if world.faults.inject(VALIDATION_FAILED, person, service=service):
        raise world.refuse(INTERNAL_ERROR, got=f"the fault {VALIDATION_FAILED.name}", person=person)


def failure_code(refusal: Refusal, *, plain: bool = False) -> str:
    """The failure code of a refusal, in EU Login's dialect or in plain CAS.

    KeyError: it is neither a refusal of CAS nor one of a service.
    """
    if isinstance(refusal.kind, CasRefusalKind):
        return (plain and refusal.kind.plain_failure) or refusal.kind.failure
    return _CODES_OF_SERVICES[refusal.kind.code][plain]
