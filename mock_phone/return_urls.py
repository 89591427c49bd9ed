"""Where a browser waits that opened the app for a request (facts, the app, 12.4)."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, mapped_column

from mock_world import settings as s
from mock_world.database import Base
from mock_world.domains import is_harmless_url
from mock_world.relying_party import origin_of
from mock_world.world import World

LONGEST = 10_000  # characters of an address: that of a service stands in it, quoted
_LIFE = timedelta(days=1)  # longer than any request waits


class ReturnUrl(Base):
    """`browser`: a token of its page session. `address`: empty where the one that was given leads elsewhere."""

    __tablename__ = "phone_return_url"

    browser: Mapped[str] = mapped_column(primary_key=True)
    request: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str]
    opened_at: Mapped[datetime]


def keep(world: World, browser: str, request: str, address: str) -> None:
    """Remember that this browser opened the app for a request, and where it waits, unless that is anywhere else."""
    now = world.clock.now()
    row = ReturnUrl(
        browser=browser, request=request, address=address if _is_ours(world, address) else "", opened_at=now
    )
    with world.database.session() as db:
        db.execute(delete(ReturnUrl).where(ReturnUrl.opened_at < now - _LIFE))
        db.merge(row)


def find(world: World, browser: str, request: str) -> str:
    """Where this browser waits for an answer; empty where it does not, or nobody knows."""
    with world.database.reading() as db:
        row = db.get(ReturnUrl, (browser, request))
    return row.address if row else ""


def _is_ours(world: World, address: str) -> bool:
    """EU Login's own origin, or one behind which nothing real can stand."""
    allowed = world.settings[s.ALLOWED_TARGETS]
    own = origin_of(address) == origin_of(world.addresses.public("idp"))
    return len(address) <= LONGEST and (own or is_harmless_url(address, allowed))
