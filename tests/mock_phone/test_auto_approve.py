"""The switch `auto_approve`: a phone that approves each request by itself."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import delete

from mock_phone import Phone, auto_approve, start_auto_approve
from mock_phone.model import AccountRow, PhoneRow
from mock_world import World, WorldSpec
from mock_world.server import Site
from tests.mock_phone.conftest import ANNA, NOW, link, refused
from tests.mock_phone.fake_eu_login import FakeEuLogin
from tests.mock_phone.test_accounts import BEN

PATIENCE = 10  # seconds


@pytest.fixture
def willing(ready: Phone) -> Phone:
    """Anna's phone with the switch on."""
    ready.change_settings(auto_approve=True)
    return ready


def comes_true(world: World, check: Callable[[], bool]) -> bool:
    """Whether it does in time; looked at after each event of the journal."""
    return world.signals.wait(lambda: check() or None, "journal", seconds=PATIENCE) is True


def approved(world: World, eu_login: FakeEuLogin, *requests: str) -> bool:
    return comes_true(world, lambda: all(eu_login.open[one].state == "approved" for one in requests))


def refusals(phone: Phone) -> list[str]:
    return [event.type for event in phone.world.journal.events() if "remedy" in event.fields]


def threads(phone: Phone) -> list[threading.Thread]:
    name = f"{phone.world.name}: watch {phone.id}"
    return [thread for thread in threading.enumerate() if thread.name == name]


def has_ended(found: list[threading.Thread]) -> bool:
    for thread in found:
        thread.join(PATIENCE)
    return bool(found) and not any(thread.is_alive() for thread in found)


def test_requests_are_approved_one_after_the_other_whichever_account_is_shown(
    ready: Phone, eu_login: FakeEuLogin
) -> None:
    link(ready, eu_login, BEN)
    waiting = [eu_login.ask(ready.world, person) for person in (ANNA, BEN, ANNA)]
    ready.change_settings(auto_approve=True)
    assert approved(ready.world, eu_login, *waiting)
    for _ in range(2):
        number = eu_login.ask(ready.world, ANNA)
        assert approved(ready.world, eu_login, number)
        assert eu_login.open[number].verified_by == "biometrics"
    events = [event for event in ready.world.journal.events() if event.type == "phone.approved"]
    assert {event.fields["verified_by"] for event in events} == {"auto_approve"}
    assert refusals(ready) == []


def test_many_phones_approve_until_they_are_switched_off(world: World, eu_login: FakeEuLogin) -> None:
    people = [f"person{number}@hospital.example" for number in range(5)]
    phones = [link(Phone.create(world, owner=person), eu_login, person) for person in people]
    for phone in phones:
        phone.change_settings(auto_approve=True)
    for _ in range(2):
        assert approved(world, eu_login, *(eu_login.ask(world, person) for person in people))
    found = [thread for phone in phones for thread in threads(phone)]
    assert len(found) == len(phones)
    for phone in phones:
        phone.change_settings(auto_approve=False)
    numbers = [eu_login.ask(world, person) for person in people]
    assert has_ended(found)
    assert {eu_login.open[number].state for number in numbers} == {"open"}
    for phone in phones:
        phone.change_settings(auto_approve=True)  # it goes on
    assert approved(world, eu_login, *numbers)


def test_switched_on_twice_one_thread_watches(willing: Phone) -> None:
    willing.change_settings(auto_approve=True)
    start_auto_approve(willing.world)
    assert len(threads(willing)) == 1


@pytest.mark.parametrize("switch", ["online", "notifications"])
def test_nothing_comes_by_itself_without_network_or_notifications(
    willing: Phone, eu_login: FakeEuLogin, switch: str
) -> None:
    """Neither what an answer brings that EU Login holds already."""
    assert approved(willing.world, eu_login, eu_login.ask(willing.world, ANNA))
    willing.change_settings(**{switch: False})
    number, found = eu_login.ask(willing.world, ANNA), threads(willing)
    willing.change_settings(auto_approve=False)
    assert has_ended(found)
    willing.change_settings(auto_approve=True)
    assert eu_login.open[number].state == "open"
    willing.change_settings(**{switch: True})
    assert approved(willing.world, eu_login, number)


@pytest.fixture
def blocked(ready: Phone, eu_login: FakeEuLogin) -> Phone:
    """Anna's phone with the switch on, which has learned that it is blocked."""
    eu_login.devices["enrolment-1"].tries_left = 0
    ready.change_settings(auto_approve=True)
    assert comes_true(ready.world, lambda: refusals(ready) == ["phone.device_blocked"])
    return ready


def test_a_blocked_device_is_not_asked_again(blocked: Phone, eu_login: FakeEuLogin) -> None:
    blocked.change_settings(biometrics="face")
    link(blocked, eu_login, BEN)
    for _ in range(2):
        assert approved(blocked.world, eu_login, eu_login.ask(blocked.world, BEN))
    assert refusals(blocked) == ["phone.device_blocked"]


def test_a_blocked_device_is_asked_again_once_the_world_was_replaced(blocked: Phone, eu_login: FakeEuLogin) -> None:
    """As by the import of a state in which it is not blocked."""
    eu_login.devices["enrolment-1"].tries_left = 5
    blocked.world.load()
    blocked.world.signals.wake_all()
    assert approved(blocked.world, eu_login, eu_login.ask(blocked.world, ANNA))


def test_an_app_without_account_waits_for_one(phone: Phone, eu_login: FakeEuLogin) -> None:
    phone.change_settings(auto_approve=True)
    link(phone, eu_login, ANNA)
    assert approved(phone.world, eu_login, eu_login.ask(phone.world, ANNA))
    phone.uninstall()
    link(phone, eu_login, ANNA)
    assert approved(phone.world, eu_login, eu_login.ask(phone.world, ANNA))


@pytest.fixture
def pause(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the seconds until the next look after something went wrong."""
    return lambda seconds: monkeypatch.setattr(auto_approve, "_PAUSE", seconds)


def test_after_an_odd_answer_it_looks_again_later(
    ready: Phone, eu_login: FakeEuLogin, pause: Callable[[float], None]
) -> None:
    pause(0.05)
    eu_login.broken = True
    ready.change_settings(auto_approve=True)
    assert comes_true(ready.world, lambda: "phone.eu_login_answer" in refusals(ready))
    eu_login.broken = False
    assert approved(ready.world, eu_login, eu_login.ask(ready.world, ANNA))


@pytest.mark.parametrize("state", ["lapsed", "answered"])
def test_a_request_that_cannot_be_answered_is_not_asked_for_without_end(
    ready: Phone, eu_login: FakeEuLogin, pause: Callable[[float], None], state: str
) -> None:
    """EU Login goes on to list it."""
    pause(PATIENCE)
    number = eu_login.ask(ready.world, ANNA)
    eu_login.open[number].state = state
    ready.change_settings(auto_approve=True)
    assert comes_true(ready.world, lambda: len(refusals(ready)) == 2)
    other = link(Phone.create(ready.world), eu_login, BEN)
    other.change_settings(auto_approve=True)
    assert approved(ready.world, eu_login, *(eu_login.ask(ready.world, BEN) for _ in range(3)))
    assert refusals(ready) == [f"phone.request_{state}"] * 2


def test_a_phone_that_is_gone_is_watched_no_more(willing: Phone, eu_login: FakeEuLogin) -> None:
    found = threads(willing)
    with willing.world.database.session() as db:
        db.execute(delete(AccountRow))
        db.execute(delete(PhoneRow))
    eu_login.ask(willing.world, ANNA)
    assert has_ended(found)
    with refused("phone.unknown"):
        willing.change_settings(online=False)


def test_a_world_that_ends_takes_its_threads_with_it(site: Site, eu_login: FakeEuLogin) -> None:
    world = site.worlds.create(spec=WorldSpec(now=NOW, frozen=True))
    phones = [link(Phone.create(world), eu_login, ANNA), Phone.create(world)]
    for phone in phones:
        phone.change_settings(auto_approve=True)
    found = [thread for phone in phones for thread in threads(phone)]
    assert found
    site.worlds.delete(world.name)
    assert has_ended(found)


def test_a_change_that_was_rolled_back_starts_nothing(ready: Phone) -> None:
    with ready.world.database.session() as db:
        ready.change_settings(auto_approve=True)
        db.rollback()
    assert not ready.settings.auto_approve
    for thread in threads(ready):
        thread.join(PATIENCE)
    assert threads(ready) == []
