"""Mails of the helpdesks (guide, G27): received, approved, rejected, question, and that a guest's access has ended."""

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mock_cpms.networks import network_of
from mock_world import settings as s
from mock_world.i18n import written_out
from mock_world.letters import write_letter

if TYPE_CHECKING:
    from datetime import datetime

    from mock_cpms.access.model import AccessRequest
    from mock_world import World

_FOLDER = Path(__file__).with_name("mails")


def send_letter(world: "World", name: str, request: "AccessRequest") -> None:
    """Send the mail `name` about a request to its person, from the network's helpdesk."""
    person = request.person
    network = network_of(world, request.network)
    letter = write_letter(
        _FOLDER,
        name,
        to=person.email,
        sender=network.sender,
        language=person.language,
        person=person,
        network=network,
        due=_when(world, request.due_at, person.language),
        guest_until=_when(world, request.guest_until, person.language),
        reason=request.reason,
        request_page=world.addresses.public("cpms", f"/screen/access-status/{request.id}"),
        home_page=world.addresses.public("cpms", "/screen/home"),
    )
    world.post_office.send(letter)


def _when(world: "World", moment: "datetime | None", language: str) -> str:
    if moment is None:
        return ""
    return written_out(moment, ZoneInfo(world.settings[s.HELPDESK_TIME_ZONE]), language)
