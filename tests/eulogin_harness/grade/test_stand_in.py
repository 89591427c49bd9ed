"""A copy of a world that answers in its place."""

from eulogin_harness.client import Harness
from eulogin_harness.grade.stand_in import StandIns
from mock_world.server import Site
from tests.mock_idp.conftest import Browser


def test_phones_of_a_world_go_on_while_a_copy_stands_in_for_it(site: Site) -> None:
    world = Harness(site.listeners["desk"]).worlds.create()
    doctor = world.personas.create("enrolled")
    browser = Browser(world.addresses.idp).open("/cas/login").send(username=doctor.email)
    browser.send(password=str(doctor.password), loginStrength="PASSWORD_MOBILE_APP")
    phone = next(each for each in world.phones.list() if each.owner == doctor.email)
    stand_ins = site.apps["idp"]
    assert isinstance(stand_ins, StandIns)
    with stand_ins.in_place_of(site.worlds.get(world.name), site.worlds) as stand_in:
        stand_in.closed = True
        world.phones.get(phone.id).approve(doctor.pin)
    assert [event.person for event in world.events.list(type="phone.approved")] == [doctor.email]
    world.delete()
