"""The reason of a failure, by events that were made for it."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from eulogin_harness.client import ProblemError
from eulogin_harness.documents.events import Event
from eulogin_harness.documents.faults import ArmedFault
from eulogin_harness.documents.report import Report, ReportedMail
from eulogin_harness.pytest_plugin.reports.failure import Failure
from eulogin_harness.pytest_plugin.reports.reasons import reason_of
from eulogin_harness.pytest_plugin.reports.sections import Remains, sections
from eulogin_harness.pytest_plugin.reports.trouble import newest_trouble

NOW = datetime(2026, 11, 27, 16, tzinfo=UTC)
ADA, BO = "ada@hospital.example", "bo@hospital.example"
_IDS = count(1)


def event(type_: str, person: str | None = ADA, actor: str = "idp", **more: Any) -> Event:
    given = {"request_id": None, "correlation_id": None, "sentence": f"{type_} happened.", **more}
    return Event(id=next(_IDS), at=NOW, actor=actor, type=type_, person=person, **given)


def refusal(type_: str, person: str | None = ADA, actor: str = "idp", **more: Any) -> Event:
    return event(type_, person, actor, got="this", expected="that", remedy="do so", **more)


def report(*events: Event, **more: Any) -> Report:
    empty: dict[str, Any] = dict.fromkeys(
        ("log", "mails", "pending_mails", "phones", "requests", "unredeemed", "faults"), ()
    )
    known = {
        "world": "w1",
        "url": "http://desk.example/",
        "now": NOW,
        "frozen": True,
        "seed": None,
        "last_request": None,
    }
    numbers = dict.fromkeys(("events_left_out", "newest", "mails_left_out", "phones_left_out"), 0)
    return Report(**empty | known | numbers | {"events": list(events)} | more)


@pytest.mark.parametrize(
    ("trouble", "later"),
    [
        (refusal("signin.wrong_password"), event("session.signed_in")),
        (refusal("phone.pin_wrong"), event("request.answered")),
        (refusal("ticket.invalid_ticket", service="http://a"), event("ticket.validated", service="http://a")),
        (refusal("client.secret_wrong", None), event("token.issued")),
        (refusal("cpms.not_recognised"), event("cpms.signed_in")),
        (refusal("link.expired"), event("password.set")),
        (event("fault.struck", fault="push.lost"), event("request.answered")),
    ],
    ids=lambda each: each.type,
)
def test_what_was_got_over_is_no_reason(trouble: Event, later: Event) -> None:
    assert newest_trouble([trouble]) is not None
    assert newest_trouble([trouble, later]) is None
    assert newest_trouble([later, trouble]) is not None


@pytest.mark.parametrize(
    ("trouble", "later"),
    [
        (refusal("signin.wrong_password"), event("session.signed_in", BO)),
        (refusal("ticket.invalid_ticket", service="http://a"), event("ticket.validated", service="http://b")),
        (event("signin.not_kept"), event("ticket.validated")),
        (event("signin.second_factor_needed"), event("session.signed_in")),
        (event("fault.struck", fault="validation.malformed"), event("ticket.validated")),
        (
            event("fault.struck", fault="ticket.wrong_service", request_id="r"),
            event("ticket.validated", request_id="r"),
        ),
    ],
    ids=lambda each: each.type,
)
def test_what_went_well_elsewhere_mends_nothing(trouble: Event, later: Event) -> None:
    assert newest_trouble([trouble, later]) is not None


def test_a_fault_is_named_before_what_it_let_be_refused() -> None:
    struck = event("fault.struck", fault="ticket.expired", request_id="r", sentence="The fault struck.")
    sentence = newest_trouble([struck, refusal("ticket.invalid_ticket", request_id="r")])
    assert str(sentence).startswith("The fault struck; so EU Login refused (ticket.invalid_ticket, ")


def test_eu_login_counts_before_what_cpms_says_of_it() -> None:
    told = refusal("cpms.ticket_refused", actor="cpms", correlation_id="s1")
    of_another = refusal("ticket.invalid_user", BO, correlation_id="s2")
    sentence = newest_trouble([refusal("ticket.invalid_service", correlation_id="s1"), of_another, told])
    assert str(sentence).startswith("EU Login refused (ticket.invalid_service")
    assert str(newest_trouble([of_another, told])).startswith("CPMS refused (cpms.ticket_refused")


def test_a_sentence_of_several_lines_becomes_one() -> None:
    assert "\n" not in reason_of(Failure(report(event("mail.failed", sentence="a\nb"))))


def test_a_refused_call_counts_before_newer_refusals() -> None:
    error = ProblemError(403, {"type": "phone.pin_wrong"}, "POST /api/phones/phone-1/approve")
    events = refusal("phone.pin_wrong", actor="phone"), refusal("ticket.invalid_user")
    assert reason_of(Failure(report(*events), error)).startswith("The phone refused (phone.pin_wrong, ")
    assert reason_of(Failure(report(), error)).startswith("The control API refused the test's call POST /api/phones/")


def test_nothing_at_all_is_said_too() -> None:
    assert "was the application given the addresses of world w1?" in reason_of(Failure(report()))
    last = "browser asked EU Login: GET http://a/ -> 200"
    assert reason_of(Failure(report(last_request=last))).endswith(f"no sign-in was finished; last, {last}")


def test_sections_are_bounded_and_left_out_where_there_is_nothing() -> None:
    events = [*(event("clock.moved") for _ in range(60)), *(refusal(f"link.number_{n}") for n in range(12))]
    mail = ReportedMail(id=1, to=ADA, subject="Hello", folder="spam", sent_at=NOW, arrived_at=NOW, links=[])
    faults = [ArmedFault(name="mail.lost", left=None, person=None)]
    shown = dict(
        sections(Failure(report(*events, mails=[mail], faults=faults, events_left_out=3)), Remains(["kept"], 2))
    )
    assert list(shown) == [f"eulogin: {name}" for name in ("reason", "journal", "mails", "faults", "browser", "world")]
    assert shown["eulogin: journal"].startswith("(the newest 50; 25 more in the bundle)\n")
    assert len(shown["eulogin: journal"].splitlines()) == 51
    assert shown["eulogin: reason"].splitlines()[-1] == "(1 more refusals in the journal)"
    assert shown["eulogin: mails"] == f"16:00:00 to {ADA} [spam]: Hello"
    assert shown["eulogin: browser"].startswith("2 asynchronous pages, which cannot be looked at from here")
    assert shown["eulogin: world"].splitlines() == ["world w1, its time 2026-11-27 16:00:00 UTC, frozen", "kept"]


def test_a_mail_that_is_due_is_counted_in_seconds_of_world_time() -> None:
    pending = [{"to": ADA, "subject": "Hello", "due_at": NOW + timedelta(minutes=10)}]
    error = ProblemError(404, {"type": "nothing-yet"}, "GET /api/mails", {"to": ADA.upper(), "subject": "hell"})
    assert "clock.advance(seconds=601) brings it" in reason_of(Failure(report(pending_mails=pending), error))
