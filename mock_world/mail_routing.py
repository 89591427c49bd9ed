"""To whose world a mail goes that came by SMTP: ours say it; of an application's its receiver or a header tells."""

from collections.abc import Callable
from itertools import islice

from sqlalchemy.exc import SQLAlchemyError

from mock_world.events import EventType
from mock_world.post_office import ENVELOPE_SENDER, WORLD_HEADER
from mock_world.world import World
from mock_world.worlds import DEFAULT, Worlds

Lookup = Callable[[World, str], bool]

UNASSIGNED = EventType(
    "mail.unassigned",
    "A mail to {person} came to this world, since it names none and {known}: let the application give it the header "
    f"{WORLD_HEADER}, or the person an address that one world alone knows.",
    logged=True,
)
_LOOKUPS: list[Lookup] = []


def knows_addresses(lookup: Lookup) -> Lookup:
    """Ask this whether a world has somebody with an e-mail address (in lower case); decorates an actor's function."""
    _LOOKUPS.append(lookup)
    return lookup


def world_of(worlds: Worlds, sender: str | None, header: str | None, receiver: str) -> World | None:
    """The world to which a mail goes; None where its header names none that there is.

    sender: of the envelope. A mail of ours goes where its header says. An application's goes to the world that alone
    knows its receiver, else where its header says, else to `default`, with a warning where there are others.
    """
    named = worlds.find(header)
    if sender == ENVELOPE_SENDER or (header and named and _knows(named, receiver)):
        return named
    knowing = list(islice((world for world in worlds.all() if _knows(world, receiver)), 2))
    if len(knowing) == 1:
        return knowing[0]
    if header is None and named is not None and worlds.names() != [DEFAULT]:
        known = "several worlds know this address" if knowing else "no world knows this address"
        named.journal.record(UNASSIGNED, person=receiver.lower(), known=known)
    return named


def _knows(world: World, address: str) -> bool:
    try:
        return any(lookup(world, address.lower()) for lookup in _LOOKUPS)
    except SQLAlchemyError:
        if world.closed:  # meanwhile
            return False
        raise
