"""From what EU Login says to a person whom CPMS knows."""

from datetime import datetime, timedelta
from math import ceil

from mock_cpms.people import Person, find_person, know_person
from mock_cpms.signin.validation import Attributes, registered_at
from mock_world import Refusal, RefusalKind, World
from mock_world import settings as s
from mock_world.events import EventType
from mock_world.fault_types import RECOGNITION_LATE
from mock_world.i18n import N_

CLOCKS_AGREE = timedelta(minutes=1)  # how far EU Login's clock may be ahead of this one (our choice)

NOT_RECOGNISED = RefusalKind(
    "cpms.not_recognised",
    message=N_("Please wait a little and try again: CPMS does not know your new account yet."),
    expected="an account made longer ago than setting recognition.delay",
    remedy="try again in {seconds} seconds of world time, or move the clock",
    status=409,
)
CLOCKS_DIFFER = RefusalKind(
    "cpms.clocks_differ",
    message=N_("Please ask those who run CPMS to set its clock right: at EU Login it is much later than here."),
    expected="an account made in the past, by the clock of CPMS",
    remedy="set the clock of CPMS to that of EU Login, {seconds} seconds or more ahead, or recognition.delay to PT0S",
    status=409,
)
SIGNED_IN = EventType(
    "cpms.signed_in",
    "{person} signed in to CPMS with EU Login, as user {uid}.",
)
SIGNED_OUT = EventType(
    "cpms.signed_out",
    "{person} signed out of CPMS[; went on to EU Login to sign out there too: {everywhere}].",
)


def sign_in(world: World, attributes: Attributes) -> Person:
    """The person of whom EU Login says this today. Raises Refusal (cpms.not_recognised, cpms.clocks_differ)."""
    _check_recognised(world, attributes)
    person = know_person(
        world,
        uid=attributes["user"],
        email=attributes["email"],
        first_name=attributes["firstName"],
        last_name=attributes["lastName"],
        language=attributes.get("locale"),
    )
    world.journal.record(SIGNED_IN, person=person.email, uid=person.uid)
    return person


def _check_recognised(world: World, attributes: Attributes) -> None:
    """A new account needs up to 5 minutes to be known here (guide, G09), unless it was here before."""
    made, delay = registered_at(attributes), world.settings[s.RECOGNITION_DELAY]
    waits = bool(delay) and made is not None
    if not (waits or world.faults.is_armed(RECOGNITION_LATE)) or find_person(world, attributes["user"]):
        return
    if late := world.faults.inject(RECOGNITION_LATE, attributes["email"]):
        raise _late(world, attributes["email"], timedelta(seconds=late.seconds))
    if not delay or made is None:
        return
    ahead = made - world.clock.now()
    if ahead <= -delay:
        return
    raise world.refuse(
        CLOCKS_DIFFER if ahead > CLOCKS_AGREE else NOT_RECOGNISED,
        got=f"an account made at {made.isoformat(timespec='seconds')}",
        person=attributes["email"],
        made=made.isoformat(),
        seconds=ceil(ahead.total_seconds()) if ahead > CLOCKS_AGREE else seconds_until_recognised(world, made),
    )


def _late(world: World, person: str, wait: timedelta) -> Refusal:
    """Fault recognition.late: the person waits as if the account were that new, however old it is."""
    as_if_made = world.clock.now() + wait - world.settings[s.RECOGNITION_DELAY]
    return world.refuse(
        NOT_RECOGNISED,
        got=f"an account that the fault {RECOGNITION_LATE.name} keeps waiting",
        person=person,
        made=as_if_made.isoformat(),
        seconds=ceil(wait.total_seconds()),
    )


def seconds_until_recognised(world: World, made: datetime) -> int:
    """World time until CPMS knows an account made at that moment; 0 where it does."""
    missing = made + world.settings[s.RECOGNITION_DELAY] - world.clock.now()
    return max(0, ceil(missing.total_seconds()))


def sign_out(world: World, person: Person, *, everywhere: bool) -> None:
    """Write down that a session ended: CPMS's own, the only one that it can end."""
    world.journal.record(SIGNED_OUT, person=person.email, uid=person.uid, everywhere=everywhere)
