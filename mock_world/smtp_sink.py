"""The embedded SMTP server of a process: puts each mail into the mailbox of its world."""

import asyncio
import logging
import socket
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any, AnyStr

from aiosmtpd.smtp import SMTP as SmtpProtocol  # noqa: N811
from aiosmtpd.smtp import Envelope

from mock_world.database import DATABASE_ERRORS
from mock_world.mail_reading import MOST_BYTES, MailTooLargeError, check_receivers, read_mail
from mock_world.mail_routing import world_of
from mock_world.post_office import DELIVERY_HEADER, REFUSED_HEADER, WORLD_HEADER
from mock_world.world import World
from mock_world.worlds import Worlds

_READERS = 4  # mails that are read at the same time
_TOO_LARGE = f"552 5.3.4 expected a mail of at most {MOST_BYTES} bytes; got more; send a smaller one"
_UNREADABLE = "554 5.6.0 expected a mail as RFC 5322 has it; got one that cannot be read; mend its headers"
_LATER = "451 4.3.0 expected a database that takes the mail; got none now; send it again"
_LOG = logging.getLogger(__name__)


class _Protocol(SmtpProtocol):
    async def push(self, status: AnyStr) -> None:
        """Answer; aiosmtpd's own words for a mail that is too large do not say what is."""
        too_large = isinstance(status, str) and status.startswith("552 Error")
        await (super().push(_TOO_LARGE) if too_large else super().push(status))


class Sink:
    """The embedded SMTP server: takes every mail and puts it into the mailbox of its world.

    worlds: those of the process, which come after it.
    """

    def __init__(self, worlds: Callable[[], Worlds]) -> None:
        self._worlds = worlds
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp-sink", daemon=True)
        self._readers = ThreadPoolExecutor(_READERS, "smtp-mail")

    def start(self, listener: socket.socket | None = None) -> tuple[str, int]:
        """Listen at a socket; None opens one at a free port of loopback. Returns host and port."""
        self._thread.start()
        starting = asyncio.run_coroutine_threadsafe(self._listen(listener), self._loop)
        return starting.result()

    async def _listen(self, listener: socket.socket | None) -> tuple[str, int]:
        at: dict[str, Any] = {"sock": listener} if listener else {"host": "127.0.0.1", "port": 0}
        server = await self._loop.create_server(self._protocol, **at)
        self._server = server
        address: tuple[str, int] = server.sockets[0].getsockname()[:2]
        return address

    def _protocol(self) -> SmtpProtocol:
        return _Protocol(
            self, data_size_limit=MOST_BYTES, hostname="mailbox.localhost", enable_SMTPUTF8=True, loop=self._loop
        )

    async def handle_DATA(self, server: SmtpProtocol, session: object, envelope: Envelope) -> str:  # noqa: N802, ARG002
        return await self._loop.run_in_executor(self._readers, self._answer, envelope)

    def _answer(self, envelope: Envelope) -> str:
        """Aside of the loop, so that a mail that takes long stops nobody else's."""
        try:
            return self._take(envelope)
        except MailTooLargeError as error:
            status = f"554 5.3.4 {error}"
        except DATABASE_ERRORS as error:
            _LOG.warning("a mail of %.200s cannot be taken now: %s", ascii(envelope.mail_from), type(error).__name__)
            return _LATER
        except Exception:  # noqa: BLE001 - whatever a mail breaks in the parser is its sender's to mend
            _LOG.exception("a mail of %.200s cannot be read", ascii(envelope.mail_from))
            return _UNREADABLE
        _LOG.warning("a mail of %.200s was refused: %s", ascii(envelope.mail_from), status)
        return status

    def _take(self, envelope: Envelope) -> str:
        source = envelope.original_content or b""
        check_receivers(len(envelope.rcpt_tos), len(source))
        message = read_mail(source)
        header = message.get(WORLD_HEADER)
        if message[REFUSED_HEADER]:
            return f"550 5.1.1 {envelope.rcpt_tos[0]}: no such user here"
        receivers = defaultdict[World | None, list[str]](list)
        for receiver in envelope.rcpt_tos:
            receivers[world_of(self._worlds(), envelope.mail_from, header, receiver)].append(receiver)
        if None in receivers:
            return f"550 there is no world called {header} here"
        for world, names in receivers.items():
            if world is not None:
                now = world.clock.now()
                world.mailbox.receive(message, names, _sent_at(message, now), now, source, message[DELIVERY_HEADER])
        return "250 OK"

    def stop(self) -> None:
        async def close() -> None:
            self._server.close()
            pending = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

        if self._thread.is_alive():  # else nobody would ever do it
            asyncio.run_coroutine_threadsafe(close(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._readers.shutdown(wait=False)
        self._loop.close()


def _sent_at(message: EmailMessage, now: datetime) -> datetime:
    try:
        sent = parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return now
    return sent if sent.tzinfo else now
