"""Real mail: built with `email`, sent by SMTP; a header names the world."""

import secrets
import smtplib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_string, policy
from email.message import EmailMessage
from email.utils import format_datetime

from mock_world import settings as s
from mock_world.clock import Clock
from mock_world.database import DatabaseLostError
from mock_world.domains import is_harmless
from mock_world.events import EventType
from mock_world.fault_types import MAIL_BOUNCED, MAIL_LATE, MAIL_LOST, MAIL_SPAM, MAIL_TWICE
from mock_world.faults import Faults
from mock_world.journal import Journal
from mock_world.mailbox import SPAM_HEADER
from mock_world.scheduler import Scheduler
from mock_world.settings import Settings

WORLD_HEADER = "X-EULogin-World"
REFUSED_HEADER = "X-EULogin-Refused"  # to the embedded server: refuse this mail as one to nobody
DELIVERY_HEADER = "X-EULogin-Delivery"  # to the embedded server: take this mail once, however often it comes
ENVELOPE_SENDER = "automated-notifications@nomail.eulogin.example"
SMTP_TIMEOUT = 10.0  # seconds
_FOR_EVER = 500  # from this code on an answer says that a mail will not be taken later either (RFC 5321, 4.2.1)
SENT = EventType(
    "mail.sent",
    "A mail to {person} was handed to the SMTP server.",
)
FAILED = EventType(
    "mail.failed",
    "A mail to {person} could not be sent[ by {server}]: {reason}.",
)
DELIVERY = "mail.send"  # the kind of a scheduled job


@dataclass(frozen=True)
class OutgoingMail:
    """A mail to be sent: one receiver, both forms of the text."""

    to: str
    sender: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class PendingMail:
    """A mail that arrives at `due_at`."""

    to: str
    subject: str
    due_at: datetime


class PostOffice:
    """Sends the mails of one world. world: its name, for each mail's header. sink: where mails go by default."""

    def __init__(
        self,
        world: str,
        settings: Settings,
        journal: Journal,
        scheduler: Scheduler,
        clock: Clock,
        faults: Faults,
        sink: Callable[[], tuple[str, int]],
    ) -> None:
        self._world = world
        self._settings = settings
        self._journal = journal
        self._scheduler = scheduler
        self._clock = clock
        self._faults = faults
        self._sink = sink
        self._lines: dict[tuple[str, int], smtplib.SMTP] = {}  # by server, as is what is wrong with one
        self._trouble: dict[tuple[str, int], str] = {}

    def send(self, mail: OutgoingMail) -> None:
        """Send a mail: it leaves now and arrives after `mail.delay`. It joins the current transaction.

        Here the faults of mails are injected, for the receiver: one that is armed later reaches no mail on its way.
        """
        inject, delay = self._faults.inject, self._settings[s.MAIL_DELAY]
        if inject(MAIL_LOST, mail.to):
            return
        if late := inject(MAIL_LATE, mail.to):
            delay += timedelta(seconds=late.seconds)
        headers = {REFUSED_HEADER: "yes"} if inject(MAIL_BOUNCED, mail.to) else {}
        if inject(MAIL_SPAM, mail.to):
            headers[SPAM_HEADER] = "YES"
        for _ in range(2 if inject(MAIL_TWICE, mail.to) else 1):
            self._schedule_delivery(mail, delay, headers)

    def _schedule_delivery(self, mail: OutgoingMail, delay: timedelta, headers: Mapping[str, str]) -> None:
        now = self._clock.now()
        message = EmailMessage()
        message["From"] = mail.sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(now)
        message["Auto-Submitted"] = "auto-generated"
        for name, value in headers.items():
            message[name] = value
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        self._scheduler.add(
            now + delay,
            DELIVERY,
            {
                "to": mail.to,
                "message": message.as_bytes(policy=policy.SMTP).decode("utf-8"),
                "refused": REFUSED_HEADER in headers,
                "id": secrets.token_hex(8),
            },
        )

    def pending(self) -> list[PendingMail]:
        """The mails that were sent and are not there yet, the next one first."""
        return [
            PendingMail(
                job.payload["to"],
                str(message_from_string(job.payload["message"], policy=policy.default)["Subject"]),
                job.due_at,
            )
            for job in self._scheduler.waiting(DELIVERY)
        ]

    def deliver(self, receiver: str, message: bytes, *, delivery: str, refused: bool = False) -> None:
        """Hand a message to the SMTP server; one that cannot be sent is written to the journal.

        delivery: the same where it is handed over again, after the process was killed meanwhile. refused: the embedded
        server gets it, whatever server the setting names, and refuses it (fault mail.bounced). Whatever led to a real
        address, nothing is sent to it (contract, "No real address").
        """
        allowed = self._settings[s.ALLOWED_DOMAINS]
        if not is_harmless(receiver.rpartition("@")[2], allowed):
            reason = "a real address; reserved domains or setting allowed_domains only"
            self._journal.record(FAILED, person=receiver, reason=reason)
            return
        options = () if receiver.isascii() else ("SMTPUTF8",)
        server = self._sink() if refused else self._server()
        try:
            head = f"{DELIVERY_HEADER}: {delivery}\r\n{WORLD_HEADER}: {self._world}\r\n".encode()  # wherever written
            self._hand_over(server, receiver, head + message, options)
        except (OSError, ValueError, smtplib.SMTPException) as error:
            self._journal.record(FAILED, person=receiver, server="{}:{}".format(*server), reason=_reason(error))
        else:
            self._journal.record(SENT, person=receiver)

    def _hand_over(self, server: tuple[str, int], receiver: str, mail: bytes, options: tuple[str, ...]) -> None:
        """Hand a mail to a server; to the embedded one again where it broke off, since that takes each mail once.

        Raises DatabaseLostError where the embedded one cannot take it now: the mail is still to be sent.
        """
        own = server == self._sink()
        for last in (not own, True):
            try:
                self._connected(server).sendmail(ENVELOPE_SENDER, [receiver], mail, options)
            except (smtplib.SMTPServerDisconnected, ConnectionError) as error:
                self._drop(server)
                if last and own:
                    raise DatabaseLostError(f"the mail server of this mock broke off: {error}") from None
                if last:
                    raise
            except smtplib.SMTPDataError as error:
                if own and error.smtp_code < _FOR_EVER:
                    raise DatabaseLostError(f"the mail server of this mock cannot take a mail now: {error}") from None
                raise
            else:
                return

    def _drop(self, server: tuple[str, int]) -> None:
        if line := self._lines.pop(server, None):
            line.close()
        self._trouble.pop(server, None)

    def _connected(self, server: tuple[str, int]) -> smtplib.SMTP:
        """One connection for all mails that leave together; where it fails, none of them waits for it again."""
        if trouble := self._trouble.get(server):
            raise OSError(trouble)
        if server not in self._lines:
            try:
                self._lines[server] = smtplib.SMTP(*server, local_hostname="localhost", timeout=SMTP_TIMEOUT)
            except (OSError, ValueError, smtplib.SMTPException) as error:
                self._trouble[server] = str(error)
                raise
        return self._lines[server]

    def hang_up(self) -> None:
        """No more mails for now."""
        for line in self._lines.values():
            line.close()
        self._lines.clear()
        self._trouble.clear()

    def _server(self) -> tuple[str, int]:
        configured = self._settings[s.SMTP]
        if not configured:
            return self._sink()
        host, _, port = configured.rpartition(":")
        return host, int(port)


def _reason(error: Exception) -> str:
    """Why a mail could not be sent: what the server answered, where it did."""
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return f"{error.smtp_code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"
    return str(error)
