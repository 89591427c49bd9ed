"""How often an account may be written to or asked within a while (facts, limits): mails, phones, keys."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from mock_idp.accounts.model import Account
from mock_idp.common import settings as s
from mock_world import RefusalKind, World
from mock_world.i18n import time_after
from mock_world.settings import Setting


def check_rate_limit(
    world: World,
    account: Account,
    sent_at: InstrumentedAttribute[datetime],
    *counted: ColumnElement[bool],
    limit: Setting[int],
    kind: RefusalKind,
    got: str,
    field: str | None = None,
) -> None:
    """Check that one more is not too many within `lockout.forget`.

    sent_at: the column of the moments; counted: which rows. Raises Refusal (`kind`, with most, minutes and time).
    """
    most, window, now = world.settings[limit], world.settings[s.LOCKOUT_FORGET], world.clock.now()
    query = select(sent_at).where(*counted, sent_at > now - window).order_by(sent_at.desc()).limit(most)
    with world.database.reading() as db:
        lately = list(db.scalars(query))
    if len(lately) >= most:
        raise world.refuse(
            kind,
            got=got,
            person=account.email,
            field=field,
            most=most,
            minutes=world.settings.minutes(s.LOCKOUT_FORGET),
            time=time_after(lately[-1] + window, now),
        )
