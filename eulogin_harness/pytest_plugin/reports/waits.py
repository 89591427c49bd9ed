"""Why something did not come for which a test waited: a mail, or a request to a phone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eulogin_harness.documents.report import PendingMail, Report, ReportedMail, ReportedPhone
from eulogin_harness.pytest_plugin.reports.failure import STRUCK, Failure, cannot_answer, detail, within
from eulogin_harness.pytest_plugin.reports.trouble import newest_trouble

_IN_VAIN = "nothing-yet"


def mail_waited_for(failure: Failure) -> str | None:
    """Why the mail did not come for which the test waited last."""
    call = failure.refused_call
    if call is None or call.type != _IN_VAIN or call.call != "GET /api/mails":
        return None
    search = _MailSearch(*(str(call.query.get(name) or "") for name in ("to", "subject", "folder")))
    for rule in _MAIL_RULES:
        if sentence := rule(failure, search):
            return sentence
    return _never_sent(failure, search)


@dataclass(frozen=True)
class _MailSearch:
    """A mail as the test asked for it; what it did not say is empty."""

    to: str
    subject: str
    folder: str

    def __str__(self) -> str:
        about = f" with “{self.subject}” in its subject" if self.subject else ""
        return f"The mail{f' to {self.to}' if self.to else ''}{about}"

    def is_to(self, person: str | None) -> bool:
        return not self.to or (person or "").lower() == self.to.lower()

    def is_like(self, mail: ReportedMail | PendingMail) -> bool:
        return self.is_to(mail.to) and self.subject.lower() in mail.subject.lower()


def _pending(failure: Failure, search: _MailSearch) -> str | None:
    for mail in failure.report.pending_mails:
        if search.is_like(mail):
            return f"{search} is under way: {_arrival(failure.report, mail)}"
    return None


def _lost(failure: Failure, search: _MailSearch) -> str | None:
    for event in reversed(failure.report.events):
        if event.type == "mail.failed" and search.is_to(event.person):
            return f"{search} was sent and did not arrive: {event.sentence}"
        if event.type == STRUCK and detail(event, "fault") == "mail.lost" and search.is_to(event.person):
            return f"{search} was sent and lost, by a fault that the test armed: {event.sentence}"
    return None


def _elsewhere(failure: Failure, search: _MailSearch) -> str | None:
    for mail in failure.report.mails:
        if search.is_like(mail) and search.folder not in {"", mail.folder}:
            return f"{search} is in the folder {mail.folder}, where the test did not look: “{mail.subject}”"
    return None


def _other_subjects(failure: Failure, search: _MailSearch) -> str | None:
    there = [mail.subject for mail in failure.report.mails if search.to and search.is_to(mail.to)]
    return f"{search} did not come; what came to this address: “{'”, “'.join(there[-3:])}”" if there else None


_MAIL_RULES: Sequence[Callable[[Failure, _MailSearch], str | None]] = (_pending, _lost, _elsewhere, _other_subjects)


def _never_sent(failure: Failure, search: _MailSearch) -> str:
    if trouble := newest_trouble(failure.report.events):
        return f"{search} was never sent; before it {within(trouble)}"
    arrived, pending = failure.report.mails, failure.report.pending_mails
    receivers = sorted({mail.to for mail in arrived} | {mail.to for mail in pending})
    known = f"mails went to {', '.join(receivers[:3])} alone" if receivers else "no mail was sent to anybody"
    return f"{search} was never sent, and nothing was refused: {known}{failure.where}"


def _arrival(report: Report, mail: PendingMail) -> str:
    seconds = max(0, round((mail.due_at - report.now).total_seconds()))
    still = ", which stands still" if report.frozen else ""
    return (
        f"“{mail.subject}” arrives in {seconds} seconds of world time{still}, by setting mail.delay or fault "
        f"mail.late; clock.advance(seconds={seconds + 1}) brings it"
    )


def request_waited_for(failure: Failure) -> str | None:
    """Why no sign-in came to the phone on which the test waited for one."""
    call = failure.refused_call
    if call is None or call.type != _IN_VAIN or not call.call.startswith("POST /api/phones/"):
        return None
    phone_id = call.call.split("/")[3]
    phone = next((one for one in failure.report.phones if one.id == phone_id), None)
    if phone is not None and (state := cannot_answer(phone)):
        return f"No request came to {phone_id} of {phone.owner or 'nobody'}: {state}"
    if sentence := _to_another(failure.report, phone_id, phone):
        return sentence
    if trouble := newest_trouble(failure.report.events):
        return f"No request came to {phone_id}; before it {within(trouble)}"
    return f"No request was sent to {phone_id}: nobody chose the app as verification method{failure.where}"


def _to_another(report: Report, phone_id: str, phone: ReportedPhone | None) -> str | None:
    for request in report.requests:
        if phone is None or request.person not in phone.accounts:
            own = f"has {', '.join(phone.accounts)}" if phone else "is not there"
            return f"A request waits for the phone of {request.person}, not for {phone_id}, which {own}"
    return None
