"""What a world knows about why something failed."""

from datetime import datetime
from typing import Literal

from eulogin_harness.documents.common import Answer, Body, Id
from eulogin_harness.documents.events import Event, Folder
from eulogin_harness.documents.faults import ArmedFault

LinkState = Literal["works", "used", "ended", "superseded", "expired", ""]


class ReportQuery(Body):
    after: Id = 0
    """Id of an event: only later ones, and what is said by them."""


class LogLine(Answer):
    event: int
    """Its id."""
    text: str
    """As the log has it."""


class ReportedLink(Answer):
    text: str
    url: str
    state: LinkState
    """What would become of it now; empty where it is none that sets a password or confirms an address."""


class ReportedMail(Answer):
    id: int
    to: str
    subject: str
    folder: Folder
    sent_at: datetime
    arrived_at: datetime
    links: list[ReportedLink]


class PendingMail(Answer):
    """A mail that was sent and is not there yet, by setting `mail.delay` or a fault."""

    to: str
    subject: str
    due_at: datetime


class ReportedPhone(Answer):
    id: str
    owner: str
    installed: bool
    online: bool
    notifications: bool
    auto_approve: bool
    accounts: list[str]
    """E-mail addresses in its app."""


class ReportedRequest(Answer):
    """A request to the phone that nobody answered and that has not lapsed."""

    person: str
    service: str
    strength: str
    sent_at: datetime
    expires_at: datetime
    due_at: datetime | None
    """When it reaches the phone, or did; null: never, by a fault."""


class Unredeemed(Answer):
    """A ticket or code that was issued and not redeemed yet."""

    kind: Literal["ticket", "code"]
    person: str
    application: str
    issued_at: datetime
    correlation_id: str
    causes: list[str]
    """Likely ones, the likeliest first."""


class Report(Answer):
    """A world at the end of a test: what was refused, what waits, what happened. Lists are the newest, in order."""

    world: str
    url: str
    """Its control room."""
    now: datetime
    frozen: bool
    seed: int | None
    """Of a world that was seeded; null: its secrets come from the operating system."""
    last_request: str | None
    """The last page or call that a browser or an application asked for, with what was answered; null: none did."""
    log: list[LogLine]
    """Refusals, and what explains others."""
    events: list[Event]
    events_left_out: int
    newest: int
    """Id of the newest event, 0 where there is none: to begin a later report behind it."""
    mails: list[ReportedMail]
    mails_left_out: int
    pending_mails: list[PendingMail]
    phones: list[ReportedPhone]
    phones_left_out: int
    requests: list[ReportedRequest]
    unredeemed: list[Unredeemed]
    faults: list[ArmedFault]
