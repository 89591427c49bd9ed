"""The link of a mail: until when it works, and what it opens (guide, G04 and G08)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from mock_idp.accounts import passwords
from mock_idp.accounts.mails import send_password_link
from mock_idp.accounts.model import Account, PasswordLink
from mock_world import RefusalKind
from mock_world import settings as s
from mock_world.i18n import N_
from mock_world.journal import EventType

if TYPE_CHECKING:
    from mock_world import Refusal, World

PASSWORD_SET = EventType("password.set", "A password was set through the link of a mail.")
LINK_SENT = EventType("link.sent", "A link to set a password was sent by mail.")

_RENEW = "enter the user name behind the same link and follow the link of the new mail"
EXPIRED = RefusalKind(
    "link.expired",
    message=N_("Ask for a new mail below: this link worked until {minutes} minutes after the mail was sent."),
    expected="a link used less than {minutes} minutes after its sending",
    remedy=_RENEW,
    status=410,
)
USED = RefusalKind(
    "link.used",
    message=N_("Ask for a new mail below if you need another password: this link was used already."),
    expected="a link that was not used yet",
    remedy=_RENEW,
    status=410,
)
SUPERSEDED = RefusalKind(
    "link.superseded",
    message=N_("Use the link of the newest mail, or ask for another mail below: a newer link was sent."),
    expected="the newest link sent to this account",
    remedy="use the link of the newest mail",
    status=410,
)
UNKNOWN = RefusalKind(
    "link.unknown",
    message=N_("Copy the whole address from the mail, or ask for a new mail below: this link is not known."),
    expected="a link of this world, copied whole",
    remedy="copy the whole address from the mail, or ask for a new mail",
    status=404,
)


@dataclass(frozen=True)
class LinkState:
    """What a link opens: its account (None where the link is unknown), and why it does not work any more."""

    account: Account | None
    refusal: "Refusal | None"


def send_link(world: "World", account: Account) -> PasswordLink:
    """Send the mail with a new link; older links of the account end."""
    link = PasswordLink(token=world.random.token(48), uid=account.uid, sent_at=world.clock.now(), used_at=None)
    with world.database.session() as db:
        db.add(link)
        send_password_link(world, account, link)
        world.journal.record(LINK_SENT, person=account.email)
    return link


def look_at(world: "World", token: str) -> LinkState:
    """The state of a link at this moment."""
    with world.database.session() as db:
        link = _find(world, token)
        if link is None:
            return LinkState(None, world.refuse(UNKNOWN, got="a link that was never sent"))
        account = db.get_one(Account, link.uid)
        return LinkState(account, _problem(world, link, account))


def _problem(world: "World", link: PasswordLink, account: Account) -> "Refusal | None":
    age = world.clock.now() - link.sent_at
    if link.used_at is not None:
        return world.refuse(USED, got="a link that was used before", person=account.email)
    if _newest(world, account.uid) != link.token:
        return world.refuse(SUPERSEDED, got="an older link", person=account.email)
    if age >= world.settings[s.LINK_LIFE]:
        minutes = world.settings.minutes(s.LINK_LIFE)
        return world.refuse(EXPIRED, got=_in_words(age), person=account.email, minutes=minutes)
    return None


def _in_words(age: timedelta) -> str:
    minutes, seconds = divmod(int(age.total_seconds()), 60)
    return f"a link sent {minutes} min {seconds} s ago"


def _newest(world: "World", uid: str) -> str | None:
    query = select(PasswordLink.token).where(PasswordLink.uid == uid).order_by(PasswordLink.id.desc())
    with world.database.session() as db:
        return db.scalar(query.limit(1))


def _find(world: "World", token: str) -> PasswordLink | None:
    with world.database.session() as db:
        return db.scalar(select(PasswordLink).where(PasswordLink.token == token))


def set_password(world: "World", token: str, password: str) -> Account:
    """Set the password; the moment of this call counts. Raises Refusal (link.*, password.too_weak)."""
    with world.database.session() as db:
        state, link = look_at(world, token), _find(world, token)
        if state.refusal is not None or state.account is None or link is None:
            raise state.refusal or world.refuse(UNKNOWN, got="a link that was never sent")
        passwords.check(world, password, person=state.account.email)
        db.get_one(Account, link.uid).password_hash = passwords.hash_password(password)
        link.used_at = world.clock.now()
        world.journal.record(PASSWORD_SET, person=state.account.email)
    return state.account
