"""From a ticket to a person whom CPMS knows."""

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from mock_cpms.people import Person, find_person, know_person
from mock_cpms.signin.validation import Attributes, registered_at, validate
from mock_world import RefusalKind
from mock_world import settings as s
from mock_world.i18n import DEFAULT, N_
from mock_world.journal import EventType

if TYPE_CHECKING:
    from mock_world import World

NOT_RECOGNISED = RefusalKind(
    "cpms.not_recognised",
    message=N_("Please wait a little and try again: CPMS does not know your new account yet."),
    expected="an account made longer ago than setting recognition.delay",
    remedy="try again in {seconds} seconds of world time, or move the clock",
    status=409,
)
SIGNED_IN = EventType("cpms.signed_in", "Somebody signed in to CPMS with EU Login.")
SIGNED_OUT = EventType("cpms.signed_out", "Somebody signed out of CPMS; EU Login does not learn of it.")


def sign_in(world: "World", ticket: str) -> Person:
    """The person whose ticket it is. Raises Refusal (see `validate`; cpms.not_recognised)."""
    attributes = validate(world, ticket)
    _must_be_recognised(world, attributes)
    person = know_person(
        world,
        uid=attributes["user"],
        email=attributes.get("email", ""),
        first_name=attributes.get("firstName", ""),
        last_name=attributes.get("lastName", ""),
        language=attributes.get("locale", DEFAULT),
    )
    world.journal.record(SIGNED_IN, person=person.email, uid=person.uid)
    return person


def _must_be_recognised(world: "World", attributes: Attributes) -> None:
    """A new account needs up to 5 minutes to be known here (guide, G09), unless it was here before."""
    made = registered_at(attributes)
    if made is None or find_person(world, attributes["user"]):
        return
    missing = made + world.settings[s.RECOGNITION_DELAY] - world.clock.now()
    if missing > timedelta(0):
        raise world.refuse(
            NOT_RECOGNISED,
            got=f"an account made at {made.isoformat(timespec='seconds')}",
            person=attributes.get("email"),
            seconds=ceil(missing.total_seconds()),
        )


def sign_out(world: "World", person: Person) -> None:
    """Write down that a session ended; only CPMS's own."""
    world.journal.record(SIGNED_OUT, person=person.email, uid=person.uid)
