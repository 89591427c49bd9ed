"""Mails that arrived in this world."""

import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import TypedDict

from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, mapped_column

from mock_world.database import Base, Database
from mock_world.events import EventType
from mock_world.journal import Journal
from mock_world.signals import Signals

TOPIC = "mails"
INBOX, SPAM = "inbox", "spam"
SPAM_HEADER = "X-Spam-Flag"  # as filters of mail servers write it
ARRIVED = EventType(
    "mail.arrived",
    "A mail reached the mailbox of {person}[, in the folder {folder}]: {subject}.",
)

_NOTICED = timedelta(minutes=1)
_CODE = re.compile(r"\b\d{6}\b")


class Link(TypedDict):
    text: str
    url: str


class Mail(Base):
    """A mail as its receiver has it.

    `sent_at` and `arrived_at` are world time; `folder` is INBOX or SPAM; `source` is what came by SMTP.
    """

    __tablename__ = "world_mail"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    to: Mapped[str] = mapped_column(index=True)
    sender: Mapped[str]
    subject: Mapped[str]
    sent_at: Mapped[datetime]
    arrived_at: Mapped[datetime]
    text: Mapped[str]
    html: Mapped[str | None]
    links: Mapped[list[Link]] = mapped_column(JSON)
    codes: Mapped[list[str]]
    folder: Mapped[str]
    source: Mapped[str]

    @property
    def late(self) -> bool:
        """Whether it was under way long enough for people to notice."""
        return self.arrived_at - self.sent_at >= _NOTICED


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[Link] = []
        self._address: str | None = None  # of the link that is open
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._address, self._words = dict(attrs).get("href") or "", []

    def handle_data(self, data: str) -> None:
        if self._address is not None:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address is not None:
            self.links.append({"text": "".join(self._words).strip(), "url": self._address})
            self._address = None


def _links(text: str, html: str | None) -> list[Link]:
    if html:
        parser = _Links()
        parser.feed(html)
        return parser.links
    return [{"text": url, "url": url} for url in re.findall(r"https?://[^\s<>]+", text)]


def _body(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return None
    try:
        text: str = part.get_content()
    except LookupError:  # a character set that nobody knows
        text = bytes(part.get_payload(decode=True) or b"").decode("latin-1")
    return text.replace("\r\n", "\n")


class Mailbox:
    """All mailboxes of one world: mails are asked for by the receiver's address."""

    def __init__(self, database: Database, signals: Signals, journal: Journal) -> None:
        self._database = database
        self._signals = signals
        self._journal = journal

    def receive(
        self, message: EmailMessage, receivers: list[str], sent_at: datetime, now: datetime, source: bytes
    ) -> None:
        """Put a message into the mailbox of each receiver. source: the message as it came."""
        text = (_body(message, "plain") or "").strip()
        html = _body(message, "html")
        subject = str(message["Subject"] or "")
        folder = SPAM if str(message[SPAM_HEADER]).strip().upper() == "YES" else INBOX
        with self._database.session() as db:
            for receiver in map(str.lower, receivers):
                db.add(
                    Mail(
                        to=receiver,
                        sender=str(message["From"] or ""),
                        subject=subject,
                        sent_at=sent_at,
                        arrived_at=now,
                        text=text,
                        html=html,
                        links=_links(text, html),
                        codes=_CODE.findall(text),
                        folder=folder,
                        source=source.decode(errors="replace").replace("\r\n", "\n"),
                    )
                )
                elsewhere = {"folder": folder} if folder != INBOX else {}
                self._journal.record(ARRIVED, person=receiver, subject=subject, **elsewhere)
        self._signals.notify(TOPIC)

    def mails(
        self, *, to: str | None = None, subject: str | None = None, folder: str | None = None, after: int = 0
    ) -> list[Mail]:
        """Oldest first. `subject` is a part of it; `after` an id; `folder` None is all of them."""
        query = select(Mail).where(Mail.id > after).order_by(Mail.id)
        if to:
            query = query.where(Mail.to == to.lower())
        if folder:
            query = query.where(Mail.folder == folder)
        if subject:
            query = query.where(Mail.subject.icontains(subject, autoescape=True))
        with self._database.session() as db:
            return list(db.scalars(query))

    def mail(self, mail_id: int) -> Mail | None:
        with self._database.session() as db:
            return db.get(Mail, mail_id)

    def wait(
        self,
        *,
        to: str | None = None,
        subject: str | None = None,
        folder: str | None = None,
        after: int = 0,
        seconds: float,
    ) -> list[Mail]:
        """The mails that match, after waiting at most `seconds` of real time until there is one."""
        mails = self._signals.wait(
            lambda: self.mails(to=to, subject=subject, folder=folder, after=after) or None, TOPIC, seconds=seconds
        )
        return mails or []
