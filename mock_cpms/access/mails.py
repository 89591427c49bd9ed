"""Mails of the helpdesks (guide, G27): received, approved, rejected, question, and that a guest's access has ended."""

from pathlib import Path
from zoneinfo import ZoneInfo

from mock_cpms import settings as s
from mock_cpms.access.model import AccessRequest
from mock_cpms.access.wording import until
from mock_cpms.networks import network_of
from mock_world import World
from mock_world.i18n import written_out
from mock_world.mail_templates import write_mail

_FOLDER = Path(__file__).with_name("mails")


def send_mail(world: World, name: str, request: AccessRequest) -> None:
    """Send the mail `name` about a request to its person, from the network's helpdesk."""
    person = request.person
    network = network_of(world, request.network)
    zone = ZoneInfo(world.settings[s.HELPDESK_TIME_ZONE])
    mail = write_mail(
        _FOLDER,
        name,
        to=person.email,
        sender=network.sender,
        language=person.language,
        person=person,
        network=network,
        due=written_out(request.due_at, zone, person.language) if request.due_at else "",
        until=until(request.guest_until, zone, person.language) if request.guest_until else "",
        reason=request.reason,
        request_page=world.addresses.public("cpms", f"/screen/access-status/{request.id}"),
        home_page=world.addresses.public("cpms", "/screen/home"),
    )
    world.post_office.send(mail)
