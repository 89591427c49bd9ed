"""Mails that arrived in this world."""

import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import TypedDict

from sqlalchemy import JSON, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from mock_world import settings as s
from mock_world.counting import MAILS
from mock_world.database import Base, Database
from mock_world.events import EventType
from mock_world.journal import Journal
from mock_world.settings import Settings
from mock_world.signals import Signals

TOPIC = "mails"
INBOX, SPAM = "inbox", "spam"
SPAM_HEADER = "X-Spam-Flag"  # as filters of mail servers write it
ARRIVED = EventType(
    "mail.arrived",
    "A mail reached the mailbox of {person}[, in the folder {folder}]: {subject}.",
)
DROPPED = EventType(
    "mailbox.dropped",
    "The {count} oldest mails were dropped, since a world keeps at most {limit}, of {megabytes} megabytes together: "
    "raise the setting mail.limit, or reset the world.",
    logged=True,
)

_MOST_BYTES = 200_000_000  # of all mails of a world, as they came
_COUNTED = 500  # mails after which all are counted again
_FILLED = 0.9  # of the limit, where it was passed
_NOTICED = timedelta(minutes=1)
_CODE = re.compile(r"\b\d{6}\b")


class Link(TypedDict):
    text: str
    url: str


class Mail(Base):
    """A mail as its receiver has it.

    `sent_at` and `arrived_at` are world time; `folder` is INBOX or SPAM; `source` is what came by SMTP. `delivery`: of
    a mail of this mock, by which it is known when it comes again.
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
    delivery: Mapped[str | None] = mapped_column(index=True)

    @property
    def late(self) -> bool:
        """Whether it was under way long enough for people to notice."""
        return self.arrived_at - self.sent_at >= _NOTICED


_LENGTH = func.length(Mail.source)
_SIZE = select(func.count(), func.coalesce(func.sum(_LENGTH), 0)).select_from(Mail)
_SIZES = select(Mail.id, _LENGTH).order_by(Mail.id.desc())


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
    """All mailboxes of one world, the newest mails: they are asked for by the receiver's address."""

    def __init__(self, database: Database, settings: Settings, signals: Signals, journal: Journal) -> None:
        self._database = database
        self._settings = settings
        self._size: tuple[int, int] | None = None  # number and bytes of all mails; None where nobody has counted
        self._uncounted = 0  # mails since; other processes may have got some too
        self._signals = signals
        self._journal = journal

    def receive(
        self,
        message: EmailMessage,
        receivers: list[str],
        sent_at: datetime,
        now: datetime,
        source: bytes,
        delivery: str | None = None,
    ) -> None:
        """Put a message into the mailbox of each receiver. source: the message as it came. delivery: see Mail."""
        text = (_body(message, "plain") or "").strip()
        html = _body(message, "html")
        subject = str(message["Subject"] or "")
        folder = SPAM if str(message[SPAM_HEADER]).strip().upper() == "YES" else INBOX
        with self._database.session() as db:
            if delivery and db.scalar(select(Mail.id).where(Mail.delivery == delivery)):
                return
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
                        delivery=delivery,
                    )
                )
                elsewhere = {"folder": folder} if folder != INBOX else {}
                self._journal.record(ARRIVED, person=receiver, subject=subject, **elsewhere)
            self._drop_oldest(db, len(receivers), len(source))
        MAILS.add(number=len(receivers))
        self._signals.notify(TOPIC)

    def load(self) -> None:
        """Count anew: the world was made, reset or replaced."""
        self._size = None
        self._uncounted = 0

    def _drop_oldest(self, db: Session, copies: int, size: int) -> None:
        """Make room where the world has more mails than its settings say, now that `copies` of `size` bytes came."""
        limit = self._settings[s.MAIL_LIMIT]
        self._uncounted += copies
        if self._size is not None and self._uncounted < _COUNTED:
            self._size = self._size[0] + copies, self._size[1] + copies * size
            if self._size[0] <= limit and self._size[1] <= _MOST_BYTES:
                return
        number, total = db.execute(_SIZE).one()
        if number > limit or total > _MOST_BYTES:
            stays = self._ids_that_stay(db, limit)
            db.execute(delete(Mail).where(Mail.id < stays[-1]))
            megabytes = _MOST_BYTES // 1_000_000
            self._journal.record(DROPPED, count=number - len(stays), limit=limit, megabytes=megabytes)
            number, total = db.execute(_SIZE).one()
        self._size, self._uncounted = (number, total), 0

    def _ids_that_stay(self, db: Session, limit: int) -> list[int]:
        """The newest mails that leave room for others, one at least, the newest first."""
        stays: list[int] = []
        left = _MOST_BYTES * _FILLED
        for mail_id, size in db.execute(_SIZES.limit(int(limit * _FILLED))):
            left -= size
            if stays and left < 0:
                break
            stays.append(mail_id)
        return stays

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
