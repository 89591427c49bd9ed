"""Finding the link of a mail, whatever it was sent for, and until when it works."""

from datetime import timedelta
from typing import Literal, TypeVar

from sqlalchemy import select, update

from mock_idp.accounts.model import Account, MailLink
from mock_idp.common import settings as s
from mock_world import World
from mock_world.fault_types import LINK_EATEN, LINK_EXPIRED

L = TypeVar("L", bound=MailLink)
LinkState = Literal["works", "used", "ended", "superseded", "expired"]


def find_link(world: World, table: type[L], token: str) -> tuple[L | None, Account | None]:
    """The link with its account; a link whose account was deleted is none."""
    query = select(table, Account).join(Account, Account.uid == table.uid).where(table.token == token)
    with world.database.reading() as db:
        row = db.execute(query).one_or_none()
    return (row[0], row[1]) if row is not None else (None, None)


def newest_link(world: World, table: type[L], uid: str) -> L | None:
    """The link that was sent last to an account; older ones do not work any more."""
    query = select(table).where(table.uid == uid).order_by(table.id.desc()).limit(1)
    with world.database.reading() as db:
        return db.scalar(query)


def life_of(world: World, link: MailLink) -> timedelta:  # noqa: ARG001 - all links live as long as the setting says
    """How long a link works from when it was sent."""
    return world.settings[s.LINK_LIFE]


def minutes_of(world: World, link: MailLink) -> int:
    """Its life in whole minutes, as mails and pages say it."""
    return life_of(world, link) // timedelta(minutes=1)


def is_over(world: World, link: MailLink) -> bool:
    """Whether the time of a link is over, or a fault said so."""
    return link.expired_at is not None or world.clock.now() - link.sent_at >= life_of(world, link)


def state_of(world: World, table: type[MailLink], link: MailLink) -> LinkState:
    """What would become of a link that is opened now; nothing is counted and nothing refused."""
    newest = newest_link(world, table, link.uid)
    if link.used_at is not None:
        return "used"
    if link.ended_at is not None:
        return "ended"
    if newest is not None and newest.id != link.id:
        return "superseded"
    return "expired" if is_over(world, link) else "works"


def end_links(world: World, table: type[MailLink], uid: str) -> None:
    """Let the links of an account that are still open do nothing any more."""
    still_open = (table.uid == uid) & table.used_at.is_(None) & table.ended_at.is_(None)
    with world.database.session() as db:
        db.execute(update(table).where(still_open).values(ended_at=world.clock.now()))


def inject_fault(world: World, table: type[MailLink], link: MailLink, person: str) -> bool:
    """Inject an armed fault into a link that works and is opened; returns whether one was. A spoilt link stays so.

    person: e-mail address of the link's account.
    """
    with world.database.session() as db:
        if world.faults.inject(LINK_EATEN, person):
            spoilt = {"used_at": world.clock.now()}
        elif world.faults.inject(LINK_EXPIRED, person):
            spoilt = {"expired_at": world.clock.now()}
        else:
            return False
        db.execute(update(table).where(table.id == link.id).values(spoilt))
    return True
