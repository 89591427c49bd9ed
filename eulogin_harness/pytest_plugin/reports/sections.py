"""The sections of a failed test's report, each only where there is something to say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from eulogin_harness.browser.shown import in_words
from eulogin_harness.documents.events import Event
from eulogin_harness.documents.report import Report, ReportedMail, ReportedPhone, ReportedRequest
from eulogin_harness.pytest_plugin.reports.failure import STRUCK, Failure, refusal_sentence
from eulogin_harness.pytest_plugin.reports.reasons import reason_of

TITLE = "eulogin"
_MOST_EVENTS = 50
_MOST_REFUSALS = 10
_MOST_LINKS = 5

Section = tuple[str, str]  # its title and its text


@dataclass(frozen=True)
class Remains:
    """What is left of a failed test: how to look at it again, in lines."""

    lines: Sequence[str]
    asynchronous: int = 0


def sections(failure: Failure, remains: Remains) -> list[Section]:
    """All sections, the reason first."""
    report = failure.report
    parts = {
        "reason": _reason(failure),
        "journal": _journal(report),
        "mails": _mails(report),
        "phones": _phones(report),
        "faults": _faults(report),
        "browser": _browser(failure, remains.asynchronous),
        "world": iter([_world(report), *remains.lines]),
    }
    texts = {name: "\n".join(lines) for name, lines in parts.items()}
    return [(f"{TITLE}: {name}", text) for name, text in texts.items() if text]


def _reason(failure: Failure) -> Iterator[str]:
    """The reason, then what else was refused, newest first."""
    reason = reason_of(failure)
    yield reason
    refused = [refusal_sentence(event) for event in reversed(failure.report.events) if event.remedy is not None]
    others = [" ".join(one.split()) for one in dict.fromkeys(refused)]
    others = [one for one in others if one not in reason]
    yield from (f"before: {one}" for one in others[:_MOST_REFUSALS])
    if left_out := len(others[_MOST_REFUSALS:]):
        yield f"({left_out} more refusals in the journal)"


def _journal(report: Report) -> Iterator[str]:
    newest = report.events[-_MOST_EVENTS:]
    if left_out := report.events_left_out + len(report.events[:-_MOST_EVENTS]):
        yield f"(the newest {len(newest)}; {left_out} more in the bundle)"
    yield from map(_event, newest)


def _event(event: Event) -> str:
    return f"{_time(event.at)} {event.actor:<5} {event.type}: {' '.join(event.sentence.split())}"


def _time(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"


def _mails(report: Report) -> Iterator[str]:
    if report.mails_left_out:
        yield f"(the newest {len(report.mails)}; {report.mails_left_out} more in the bundle)"
    yield from map(_mail, report.mails)
    for mail in report.pending_mails:
        yield f"under way, due {_time(mail.due_at)}: to {mail.to}: {mail.subject}"


def _mail(mail: ReportedMail) -> str:
    folder = "" if mail.folder == "inbox" else f" [{mail.folder}]"
    links = [f"“{link.text}” {link.state}" for link in mail.links if link.state][:_MOST_LINKS]
    return f"{_time(mail.arrived_at)} to {mail.to}{folder}: {mail.subject}" + (
        f" ({'; '.join(links)})" if links else ""
    )


def _phones(report: Report) -> Iterator[str]:
    """The phones of whom something happened to, and what waits for them."""
    involved = {request.person for request in report.requests} | {event.person for event in report.events} - {None}
    yield from (_phone(phone) for phone in report.phones if involved & {phone.owner, *phone.accounts})
    yield from (_request(request, report.now) for request in report.requests)


def _request(request: ReportedRequest, now: datetime) -> str:
    verb = "reached" if request.due_at and request.due_at <= now else "reaches"
    push = f"{verb} the phone at {_time(request.due_at)}" if request.due_at else "never reaches the phone"
    wish = f"open request: {request.person} to {request.service} by {request.strength}"
    return f"{wish}, sent {_time(request.sent_at)}, {push}, lapses {_time(request.expires_at)}"


def _phone(phone: ReportedPhone) -> str:
    switches = [
        "online" if phone.online else "OFFLINE",
        *([] if phone.installed else ["app not installed"]),
        *([] if phone.notifications else ["no notifications"]),
        *(["approves automatically"] if phone.auto_approve else []),
    ]
    return (
        f"{phone.id} of {phone.owner or 'nobody'}: {', '.join(switches)}; accounts: {', '.join(phone.accounts) or '-'}"
    )


def _faults(report: Report) -> Iterator[str]:
    for event in report.events:
        if event.type == STRUCK:
            yield f"struck {_time(event.at)}: {event.sentence}"
    for fault in report.faults:
        whom = ", ".join(one for one in (fault.person, fault.service, fault.client_id) if one) or "everybody"
        times = "until it is disarmed" if fault.left is None else f"{fault.left} more times"
        yield f"armed: {fault.name} for {whom}, {times}" + ("" if fault.known else " (nobody has this address)")


def _browser(failure: Failure, asynchronous: int) -> Iterator[str]:
    yield from (in_words(page) for page in failure.pages)
    if asynchronous:
        yield f"{asynchronous} asynchronous pages, which cannot be looked at from here; is_at says where one is"


def _world(report: Report) -> str:
    frozen = ", frozen" if report.frozen else ""
    return f"world {report.world}, its time {report.now:%Y-%m-%d %H:%M:%S} UTC{frozen}"
