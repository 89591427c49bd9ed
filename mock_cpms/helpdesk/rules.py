"""Members of a network's helpdesk, and what they may see and decide."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from mock_cpms import settings as s
from mock_cpms.access.deciding import decide
from mock_cpms.access.model import AccessRequest
from mock_cpms.access.rules import REQUEST_UNKNOWN, request_of
from mock_cpms.networks import network_of
from mock_cpms.people import Person
from mock_world import Refusal, RefusalKind, World
from mock_world.database import Base
from mock_world.i18n import N_

NOT_HELPDESK = RefusalKind(
    "helpdesk.not_a_member",
    message=N_("Please sign in as somebody of the network's helpdesk: this page is theirs only."),
    expected="a member of the helpdesk of that network",
    remedy="sign in as a member, or appoint this person to the helpdesk",
    status=403,
)
OWN_REQUEST = RefusalKind(
    "helpdesk.own_request",
    message=N_("Please leave this request to somebody else of your helpdesk: it is your own."),
    expected="a member of the helpdesk who did not make the request",
    remedy="decide as another member, or by the control API",
    status=403,
)
CHANGED = RefusalKind(
    "helpdesk.changed",
    message=N_("Please read first what happened meanwhile: the request is not as you saw it any more."),
    expected="a decision on the request as it is now, after {steps} steps",
    remedy="open the request again, then decide",
    status=409,
)
NO_DAY = RefusalKind(
    "helpdesk.no_day",
    message=N_("Please give the last day by year, month and day, such as {example}."),
    expected="a day as in ISO 8601, such as {example}",
    remedy="send such a day as guestUntil, or nothing",
    status=422,
)


class HelpdeskMember(Base):
    """An account that belongs to a network's helpdesk."""

    __tablename__ = "cpms_helpdesk_member"

    uid: Mapped[str] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(primary_key=True)


def appoint_helpdesk(world: World, uid: str, network: str) -> None:
    """Let an account decide for `network`, before or after its first sign-in. Raises Refusal (network.unknown)."""
    with world.database.session() as db:
        db.merge(HelpdeskMember(uid=uid, network=network_of(world, network).code))


def networks_helped_by(world: World, uid: str) -> frozenset[str]:
    """Codes of the networks whose helpdesk somebody belongs to."""
    with world.database.reading() as db:
        return frozenset(db.scalars(select(HelpdeskMember.network).where(HelpdeskMember.uid == uid)))


def networks_of_member(world: World, member: Person) -> frozenset[str]:
    """Codes of the networks whose helpdesk `member` is of, at least one. Raises Refusal (helpdesk.not_a_member)."""
    mine = networks_helped_by(world, member.uid)
    if not mine:
        raise _refused(world, member, "somebody of no helpdesk")
    return mine


def request_for(world: World, member: Person, request_id: int) -> AccessRequest:
    """One request, for a member of its network; a draft is nobody's but its author's.

    Raises Refusal (access.unknown, helpdesk.not_a_member).
    """
    mine = networks_of_member(world, member)
    request = request_of(world, request_id)
    if request.network not in mine:
        raise _refused(world, member, f"somebody who is not of the helpdesk of {request.network}")
    if request.state == "draft":
        raise world.refuse(REQUEST_UNKNOWN, got=str(request_id), person=member.email)
    return request


def decide_as(
    world: World,
    member: Person,
    request_id: int,
    *,
    decision: str,
    reason: str,
    guest_until: datetime | None = None,
    seen: int | None = None,
) -> AccessRequest:
    """Decide as a member of the network's helpdesk; nobody decides their own request (our choice).

    seen: how many steps its history had when the member read it. Raises Refusal (as `request_for` and `decide`;
    helpdesk.own_request, changed).
    """
    with world.database.session():
        request = request_for(world, member, request_id)
        if request.uid == member.uid:
            raise world.refuse(OWN_REQUEST, got="who made it", person=member.email)
        steps = len(request.history)
        if seen is not None and seen != steps:
            raise world.refuse(CHANGED, got=f"one on its state after {seen}", person=member.email, steps=steps)
        return decide(world, request_id, decision=decision, reason=reason, guest_until=guest_until, by=member.email)


def guest_day(world: World) -> date:
    """The last day that guests usually get, for the page to propose (setting guest.life)."""
    zone = ZoneInfo(world.settings[s.HELPDESK_TIME_ZONE])
    return (world.clock.now() + world.settings[s.GUEST_LIFE]).astimezone(zone).date()


def end_of_day(world: World, day: str, *, member: Person) -> datetime | None:
    """When a guest's last day is over in the helpdesk's time zone, in UTC; None for no day.

    Raises Refusal (helpdesk.no_day).
    """
    if not day.strip():
        return None
    zone = ZoneInfo(world.settings[s.HELPDESK_TIME_ZONE])
    try:
        following = date.fromisoformat(day.strip()) + timedelta(days=1)
        return datetime.combine(following, time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        got, example = repr(day[:40]), guest_day(world).isoformat()
        raise world.refuse(NO_DAY, got=got, person=member.email, field="guestUntil", example=example) from None


def _refused(world: World, member: Person, got: str) -> Refusal:
    return world.refuse(NOT_HELPDESK, got=got, person=member.email)
