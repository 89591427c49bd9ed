"""Messages of CAS's single logout, true and forged, and what comes of them."""

from eulogin_harness.grade.outcomes import NotApplicable, NotDone, Unsound
from eulogin_harness.grade.people import User
from eulogin_harness.grade.stand_in import VALIDATION
from eulogin_harness.grade.trial import Trial
from eulogin_harness.grade.visitor import Visitor
from mock_idp.cas.single_logout import logout_request
from mock_idp.cas.tickets import ServiceTicket

FIELD = "logoutRequest"


def message(trial: Trial, user: User, ticket: str) -> str:
    """What EU Login sends when the session of that ticket ends there."""
    return logout_request(trial.world, user.uid, ticket)


def service_of(trial: Trial, ticket: str) -> str:
    """The address for which a ticket was validated, to which EU Login sends the message. Raises NotDone."""
    for call in trial.stand_in.calls_of(VALIDATION):
        service = call.get("service")
        if service and call.get("ticket") == ticket:
            return service
    raise NotDone(f"expected a validation of the ticket {ticket[:12]}...; there was none")


def is_notified(trial: Trial, ticket: str) -> bool:
    """Whether EU Login sends a message when the session of that ticket ends: its validation asked for it."""
    with trial.world.database.reading() as db:
        return bool(db.get_one(ServiceTicket, ticket).single_logout)


def notify(trial: Trial, user: User, ticket: str) -> None:
    """Send the message as EU Login does."""
    trial.request(service_of(trial, ticket), method="POST", data={FIELD: message(trial, user, ticket)})


def expect_still_signed_in(trial: Trial, visitor: Visitor, user: User, ticket: str, after: str) -> None:
    """Raises Unsound where a forged message ended that session. after: what was sent, in words.

    Raises NotApplicable where a true one does not end it either, so that the check says nothing.
    """
    seen = visitor.look()
    if not seen.signed_in:
        raise Unsound(f"after {after}: {seen}")
    notify(trial, user, ticket)
    if visitor.look().signed_in:
        raise NotApplicable("it ends no session by a message of EU Login")
