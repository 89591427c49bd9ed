"""Real mail: built with `email`, sent by SMTP to one embedded sink a process; a header names the world."""

import asyncio
import smtplib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP as SmtpProtocol  # noqa: N811
from aiosmtpd.smtp import Envelope

from mock_world import settings as s
from mock_world.domains import is_harmless
from mock_world.faults import LATE, MAIL_LATE, MAIL_LOST, MAIL_TWICE
from mock_world.journal import EventType
from mock_world.scheduler import job_handler

if TYPE_CHECKING:
    from mock_world.world import World

WORLD_HEADER = "X-EULogin-World"
ENVELOPE_SENDER = "automated-notifications@nomail.eulogin.example"
SMTP_TIMEOUT = 10.0  # seconds
SENT = EventType("mail.sent", "A mail was handed to the SMTP server.")
FAILED = EventType("mail.failed", "A mail could not be sent.")
_SEND = "mail.send"


@dataclass(frozen=True)
class OutgoingMail:
    """A mail to be sent: one receiver, both forms of the text."""

    to: str
    sender: str
    subject: str
    text: str
    html: str


class PostOffice:
    """Sends the mails of one world."""

    def __init__(self, world: "World", sink: Callable[[], tuple[str, int]]) -> None:
        self._world = world
        self._sink = sink
        self._line: smtplib.SMTP | None = None
        self._trouble: str | None = None

    def send(self, mail: OutgoingMail) -> None:
        """Send a mail: it leaves now and arrives after `mail.delay`. It joins the transaction at hand.

        Here the faults of mails strike, for the receiver: one that is armed later does not reach a mail on its way.
        """
        inject, delay = self._world.faults.inject, self._world.settings[s.MAIL_DELAY]
        if inject(MAIL_LOST, mail.to):
            return
        if inject(MAIL_LATE, mail.to):
            delay += LATE
        for _ in range(2 if inject(MAIL_TWICE, mail.to) else 1):
            self._schedule_delivery(mail, delay)

    def _schedule_delivery(self, mail: OutgoingMail, delay: timedelta) -> None:
        now = self._world.clock.now()
        message = EmailMessage()
        message["From"] = mail.sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(now)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        self._world.scheduler.add(
            now + delay,
            _SEND,
            {"to": mail.to, "message": message.as_bytes(policy=policy.SMTP).decode("utf-8")},
        )

    def deliver(self, receiver: str, message: bytes) -> None:
        """Hand a message to the SMTP server; one that cannot be sent is written to the journal.

        Whatever led to a real address, nothing is sent to it (contract, "No real address").
        """
        allowed = self._world.settings[s.ALLOWED_DOMAINS]
        if not is_harmless(receiver.rpartition("@")[2], allowed):
            reason = "a real address; reserved domains or setting allowed_domains only"
            self._world.journal.record(FAILED, person=receiver, reason=reason)
            return
        options = () if receiver.isascii() else ("SMTPUTF8",)
        try:
            head = f"{WORLD_HEADER}: {self._world.name}\r\n".encode()  # of this world, wherever the mail was written
            self._connected().sendmail(ENVELOPE_SENDER, [receiver], head + message, options)
        except (OSError, ValueError, smtplib.SMTPException) as error:
            server = "{}:{}".format(*self._server())
            self._world.journal.record(FAILED, person=receiver, server=server, reason=str(error))
        else:
            self._world.journal.record(SENT, person=receiver)

    def _connected(self) -> smtplib.SMTP:
        """One connection for all mails that leave together; where it fails, none of them waits for it again."""
        if self._trouble is not None:
            raise OSError(self._trouble)
        if self._line is None:
            try:
                self._line = smtplib.SMTP(*self._server(), local_hostname="localhost", timeout=SMTP_TIMEOUT)
            except (OSError, ValueError, smtplib.SMTPException) as error:
                self._trouble = str(error)
                raise
        return self._line

    def hang_up(self) -> None:
        """No more mails for now."""
        line, self._line, self._trouble = self._line, None, None
        if line is not None:
            line.close()

    def _server(self) -> tuple[str, int]:
        configured = self._world.settings[s.SMTP]
        if not configured:
            return self._sink()
        host, _, port = configured.rpartition(":")
        return host, int(port)


@job_handler(_SEND)
def _send(world: "World", payload: dict[str, Any]) -> None:
    world.post_office.deliver(payload["to"], payload["message"].encode("utf-8"))


class Sink:
    """The embedded SMTP server: takes every mail and puts it into the mailbox of its world."""

    def __init__(self, find_world: Callable[[str | None], "World | None"]) -> None:
        self._find_world = find_world
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp-sink", daemon=True)

    def start(self, host: str = "127.0.0.1", port: int = 0) -> tuple[str, int]:
        """Listen; port 0 takes a free one. Returns host and port. Raises OSError where the port is taken."""
        self._thread.start()
        starting = asyncio.run_coroutine_threadsafe(self._listen(host, port), self._loop)
        return starting.result()

    async def _listen(self, host: str, port: int) -> tuple[str, int]:
        server = await self._loop.create_server(self._protocol, host, port)
        self._server = server
        address: tuple[str, int] = server.sockets[0].getsockname()[:2]
        return address

    def _protocol(self) -> SmtpProtocol:
        return SmtpProtocol(self, hostname="mailbox.localhost", enable_SMTPUTF8=True, loop=self._loop)

    async def handle_DATA(self, server: SmtpProtocol, session: object, envelope: Envelope) -> str:  # noqa: N802, ARG002
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        world = self._find_world(message.get(WORLD_HEADER))
        if world is None:
            return f"550 there is no world called {message.get(WORLD_HEADER)} here"
        now = world.clock.now()
        world.mailbox.receive(message, list(envelope.rcpt_tos), _sent_at(message, now), now)
        return "250 OK"

    def stop(self) -> None:
        async def close() -> None:
            self._server.close()
            pending = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _sent_at(message: EmailMessage, now: datetime) -> datetime:
    try:
        sent = parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return now
    return sent if sent.tzinfo else now
