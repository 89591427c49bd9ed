"""Who belongs to a network's helpdesk, and what they may see and decide."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from mock_cpms.access.deciding import decide
from mock_cpms.access.model import AccessRequest
from mock_cpms.access.rules import UNKNOWN, request_of, requests
from mock_cpms.networks import network_of
from mock_cpms.people import Person
from mock_world import RefusalKind
from mock_world.database import Base
from mock_world.i18n import N_

if TYPE_CHECKING:
    from mock_world import Refusal, World

NOT_HELPDESK = RefusalKind(
    "helpdesk.not_a_member",
    message=N_("Please sign in as somebody of the network's helpdesk: this page is theirs only."),
    expected="a member of the helpdesk of that network",
    remedy="sign in as a member, or appoint this person to the helpdesk",
    status=403,
)


class HelpdeskMember(Base):
    """Somebody of a network's helpdesk."""

    __tablename__ = "cpms_helpdesk_member"

    uid: Mapped[str] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(primary_key=True)


def appoint_helpdesk(world: "World", uid: str, network: str) -> None:
    """Let an account decide for `network`, before or after its first sign-in. Raises Refusal (network.unknown)."""
    with world.database.session() as db:
        db.merge(HelpdeskMember(uid=uid, network=network_of(world, network).code))


def networks_helped_by(world: "World", uid: str) -> frozenset[str]:
    """Codes of the networks whose helpdesk somebody belongs to."""
    with world.database.session() as db:
        return frozenset(db.scalars(select(HelpdeskMember.network).where(HelpdeskMember.uid == uid)))


def requests_for(world: "World", member: Person) -> list[AccessRequest]:
    """What was asked of a member's networks, drafts left out; open ones first, the longest due at the head.

    Raises Refusal (helpdesk.not_a_member).
    """
    mine = networks_helped_by(world, member.uid)
    if not mine:
        raise _refused(world, member, "somebody of no helpdesk")
    all_asked = [asked for network in mine for asked in requests(world, network=network)]
    seen = [asked for asked in all_asked if asked.due_at is not None]
    return sorted(seen, key=lambda asked: (not asked.open, asked.due_at, asked.id))


def request_for(world: "World", member: Person, request_id: int) -> AccessRequest:
    """One request, for a member of its network; a draft is nobody's but its author's.

    Raises Refusal (access.unknown, helpdesk.not_a_member).
    """
    asked = request_of(world, request_id)
    if asked.network not in networks_helped_by(world, member.uid):
        raise _refused(world, member, f"somebody who is not of the helpdesk of {asked.network}")
    if asked.state == "draft":
        raise world.refuse(UNKNOWN, got=str(request_id), person=member.email)
    return asked


def decide_as(
    world: "World", member: Person, request_id: int, *, decision: str, reason: str, guest_until: datetime | None = None
) -> AccessRequest:
    """Decide as a member of the network's helpdesk. Raises Refusal (as `request_for` and `decide`)."""
    request_for(world, member, request_id)
    return decide(world, request_id, decision=decision, reason=reason, guest_until=guest_until, by=member.email)


def _refused(world: "World", member: Person, got: str) -> "Refusal":
    return world.refuse(NOT_HELPDESK, got=got, person=member.email)
