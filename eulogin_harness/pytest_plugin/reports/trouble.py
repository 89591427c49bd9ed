"""What went wrong last in a world, and was not got over."""

from collections.abc import Iterable, Mapping, Sequence

from eulogin_harness.documents.events import Event
from eulogin_harness.pytest_plugin.reports.failure import STRUCK, detail, refusal_sentence, within

# Events that are no refusal and still say what went wrong.
_TROUBLE = frozenset(
    {
        *("signin.not_kept", "ticket.not_validated", "code.not_redeemed", "signin.second_factor_needed"),
        *("mail.failed", "due.failed", "tls.handshake_failed", STRUCK),
    }
)
# A look at a phone that shows nothing: why that matters stands elsewhere.
_EMPTY = frozenset({"phone.no_request", "phone.offline"})
# What went well after trouble and so shows that it was got over, by the beginnings of the trouble's names.
_AT_SIGN_IN = ("wrong_password", "locked", "no_password_yet", "method_not_offered", "other_user", "page_too_old")
_OVER: Mapping[str, tuple[str, ...]] = {
    "session.signed_in": (
        *("account.", "captcha.", "device.", "key.", "otp.", "password.", "phone.", "request.", "push."),
        *(f"signin.{what}" for what in _AT_SIGN_IN),
    ),
    "request.answered": ("phone.", "device.", "request.", "push."),
    "ticket.validated": ("ticket.", "service.", "parameter.", "signin.second_factor_needed"),
    "token.issued": ("authorize.", "client.", "discovery.", "code.", "signin.second_factor_needed"),
    "cpms.signed_in": ("cpms.", "recognition."),
    "password.set": ("link.", "password.", "mail."),
}
_SAID_BY_CPMS_TOO = frozenset(f"cpms.{what}_refused" for what in ("ticket", "token", "client", "service"))


def newest_trouble(events: Sequence[Event]) -> str | None:
    """The newest refusal, fault or other trouble after which the same thing did not go well, as a sentence."""
    for number in range(len(events) - 1, -1, -1):
        if _is_trouble(events[number]) and not _is_over(events[number], events[number + 1 :]):
            return _sentence(events, number)
    return None


def _is_trouble(event: Event) -> bool:
    return event.type in _TROUBLE or (event.remedy is not None and event.type not in _EMPTY)


def _is_over(event: Event, later: Iterable[Event]) -> bool:
    name = detail(event, "fault") if event.type == STRUCK else event.type
    return any(name.startswith(_OVER.get(one.type, ("-",))) and _is_about_the_same(event, one) for one in later)


def _is_about_the_same(event: Event, later: Event) -> bool:
    """The person, and for tickets the service, as far as both name one; what a fault spoils does not mend it."""
    if event.type == STRUCK and event.request_id and event.request_id == later.request_id:
        return False
    named = [(event.person, later.person)]
    if later.type == "ticket.validated":
        named.append((detail(event, "service"), detail(later, "service")))
    return all(one == other for one, other in named if one and other)


def _sentence(events: Sequence[Event], number: int) -> str:
    event = events[number]
    if event.remedy is None:
        return event.sentence.rstrip(".")
    if event.type in _SAID_BY_CPMS_TOO:
        event = _refusal_behind(events[:number], event)
    struck = [one for one in events if one.type == STRUCK and one.request_id and one.request_id == event.request_id]
    refused = refusal_sentence(event)
    return f"{struck[-1].sentence.rstrip('.')}; so {within(refused)}" if struck else refused


def _refusal_behind(before: Sequence[Event], event: Event) -> Event:
    """The refusal of EU Login behind one of CPMS."""
    same = [one for one in before if one.correlation_id and one.correlation_id == event.correlation_id]
    return next((one for one in reversed(same) if one.actor == "idp" and one.remedy), event)
