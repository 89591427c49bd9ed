"""Why a validation fails: its refusals, with their codes in both dialects (facts, validation answer: failure)."""

from mock_idp.cas import proxy_failures
from mock_idp.common.dialect import is_plain
from mock_world import Refusal, RefusalKind, World

_AGAIN = "send the browser to /cas/login again and validate the new ticket once, within its life"
INVALID_REQUEST = RefusalKind(
    "ticket.invalid_request",
    message="Parameters 'service' and 'ticket' are both required",
    expected="parameters service and ticket",
    remedy="send both, URL-encoded",
)
INVALID_PARAMETER = RefusalKind(
    "ticket.invalid_parameter",
    message="Parameter '{name}' is not valid",
    expected="{name}: {allowed}",
    remedy="send {name} so, or leave it out",
)
INVALID_TICKET = RefusalKind(
    "ticket.invalid_ticket",
    message="Ticket not recognized",
    expected="a ticket of this world, less than {minutes} minutes old, that was not validated before",
    remedy=_AGAIN,
)
WRONG_TYPE = RefusalKind(
    "ticket.wrong_type",
    message="Ticket type not accepted: {had}",
    expected="a ticket of type {types}",
    remedy="send ticketTypes={had} to accept it, or validate proxy tickets at /cas/proxyValidate",
)
NOT_FRESH = RefusalKind(
    "ticket.not_fresh",
    message="Ticket was not issued from an initial login",
    expected="a ticket of a person who has just signed in, since renew=true was sent",
    remedy="send renew=true to /cas/login too, so that single sign-on is not used, or leave it out here",
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
SERVICE_MISMATCH = RefusalKind(
    "ticket.invalid_service",
    message="The ticket was not issued for this service",
    expected="service exactly as at login: {service}",
    remedy="send the same service address to /cas/login and to the validation, letter by letter: {difference}",
)
INVALID_USER = RefusalKind(
    "ticket.invalid_user",
    message='Invalid user: "{uid}" belongs to "{people}" users while application accepts only "{accepted}" '
    "users or users with higher assurance levels",
    expected="a user of assurance level {least} or higher",
    remedy="{way}",
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
INTERNAL_ERROR = RefusalKind(
    "ticket.internal_error",
    message="Internal error",
    expected="no fault validation.failed",
    remedy="nothing is wrong with the application: see that it tells the person to try again later",
)
NOT_MOCKED = RefusalKind(
    "validation.not_mocked",
    message="This mock does not speak {what}: validate tickets at /cas/serviceValidate, /cas/laxValidate or, by a "
    "POST form, at /cas/ws/TicketValidationService/http/post.",
    expected="a validation over plain HTTP",
    remedy="let the client use CAS 2.0 or 3.0 instead of {what}",
    status=404,
)
# EU Login's documented codes.
CODES = {
    INVALID_REQUEST.code: "INVALID_REQUEST",
    INVALID_PARAMETER.code: "INVALID_REQUEST",
    FINGERPRINT_MISSING.code: "INVALID_REQUEST",
    INVALID_TICKET.code: "INVALID_TICKET",
    WRONG_TYPE.code: "INVALID_TICKET",
    NOT_FRESH.code: "INVALID_TICKET",
    FINGERPRINT_WRONG.code: "INVALID_TICKET",
    SERVICE_MISMATCH.code: "INVALID_SERVICE",
    INVALID_USER.code: "INVALID_USER",
    INVALID_STRENGTH.code: "INVALID_STRENGTH",
    INSUFFICIENT_LEVEL.code: "INSUFFICIENT_AUTHENTICATION_LEVEL",
    INTERNAL_ERROR.code: "INTERNAL_ERROR",
}
# What CAS 3.0 calls them, where it does not use the same word.
_PLAIN_CODES = {
    WRONG_TYPE.code: "INVALID_TICKET_SPEC",
    FINGERPRINT_WRONG.code: "INVALID_TICKET_SPEC",
    INVALID_STRENGTH.code: "INVALID_TICKET_SPEC",
    INSUFFICIENT_LEVEL.code: "INVALID_TICKET_SPEC",
}


def code_of(world: World, refusal: Refusal) -> str:
    """The failure code of a refused validation, or proxy ticket, in the world's dialect."""
    codes = CODES | _PLAIN_CODES | proxy_failures.CAS_CODES if is_plain(world) else CODES | proxy_failures.CODES
    return codes[refusal.code]
