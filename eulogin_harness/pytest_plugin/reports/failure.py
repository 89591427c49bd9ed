"""A failed test as data, and how parts of it are said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eulogin_harness.browser.shown import in_words
from eulogin_harness.client.connection import ProblemError
from eulogin_harness.documents.events import Event
from eulogin_harness.documents.report import Report, ReportedPhone

STRUCK = "fault.struck"
_LONGEST = 80  # characters of an application's name; some make long ids
_ACTORS = {"idp": "EU Login", "cpms": "CPMS", "phone": "The phone", "desk": "The control API"}


@dataclass(frozen=True)
class Failure:
    """A failed test: the report of its world, its error, and the open pages of its browser as they show themselves."""

    report: Report
    error: BaseException | None = None
    pages: Sequence[Mapping[str, Any]] = ()

    @property
    def page(self) -> Mapping[str, Any] | None:
        """The page that counts: what the test calls `page` comes first."""
        return next((page for page in self.pages if page["url"] != "about:blank"), None)

    @property
    def refused_call(self) -> ProblemError | None:
        """The test's own call, where the control API said no to it."""
        return self.error if isinstance(self.error, ProblemError) else None

    @property
    def where(self) -> str:
        """Where the browser is, or what was asked last, to stand behind another sentence."""
        if self.page is not None:
            return f"; the browser is at {in_words(self.page)}"
        return f"; last, {self.report.last_request}" if self.report.last_request else ""


def detail(event: Event, name: str) -> str:
    """A field of the event's own type; empty where it has none."""
    return str((event.model_extra or {}).get(name) or "")


def refusal_sentence(event: Event) -> str:
    """A refusal as one sentence: who, what, for whom, what came, what was expected, what to do."""
    about = [event.type, event.person, (detail(event, "client") or detail(event, "service"))[:_LONGEST]]
    what = f"got {event.got}; expected {event.expected}; to do: {event.remedy}"
    return f"{_ACTORS.get(event.actor, event.actor)} refused ({', '.join(one for one in about if one)}): {what}"


def cannot_answer(phone: ReportedPhone) -> str:
    """Why no request comes to a phone by itself; empty where it does."""
    if not phone.installed:
        return "the EU Login app is not installed"
    if not phone.accounts:
        return "no account is linked to its app"
    if not phone.online:
        return "the phone is offline: change(online=True)"
    return "" if phone.notifications else "the app may send no notifications: change(notifications=True)"


def within(sentence: str) -> str:
    """A sentence to stand within another one; names keep their capital letter."""
    return sentence if sentence.startswith(("EU ", "CPMS")) else sentence[0].lower() + sentence[1:]
