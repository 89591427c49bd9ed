"""The switch `auto_approve`: a phone that approves each request by itself."""

import threading

from mock_phone import Phone
from mock_world import World
from tests.mock_phone.conftest import ANNA
from tests.mock_phone.fake_eu_login import FakeEuLogin, Request

PATIENCE = 10  # seconds


def settled(world: World, requests: list[Request], state: str = "approved") -> bool:
    """Whether all requests get that state in time; the journal tells of each answer."""
    return bool(
        world.signals.wait(lambda: all(one.state == state for one in requests) or None, "journal", seconds=PATIENCE)
    )


def watchers(phone: Phone) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == f"watch {phone.id}"]


def ended(phone: Phone) -> bool:
    for thread in watchers(phone):
        thread.join(PATIENCE)
    return not watchers(phone)


def test_a_request_is_approved_by_itself(ready: Phone, eu_login: FakeEuLogin) -> None:
    ready.change_settings(auto_approve=True)
    for _ in range(2):
        number = eu_login.ask(ready.world, ANNA)
        assert settled(ready.world, [eu_login.open[number]])
        assert eu_login.open[number].verified_by == "biometrics"
    approved = [event for event in ready.world.journal.events() if event.type == "phone.approved"]
    assert {event.fields["verified_by"] for event in approved} == {"auto_approve"}
