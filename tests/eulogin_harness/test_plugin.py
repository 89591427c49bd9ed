"""The pytest plugin in a suite of its user's."""

import pytest

from eulogin_harness.client import World
from tests.suites import RunSuite

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.slow

SUITE = """
import gc, sys
import pytest

def test_the_mock_imports_little_and_is_not_looked_through_for_garbage(persona):
    assert persona().email
    assert not {"authlib", "cryptography", "joserfc"} & set(sys.modules)
    assert gc.isenabled()
    assert gc.get_freeze_count() > len(gc.get_objects())

def test_a_person_is_written_to(persona, mailbox, clock, journal, eulogin, cpms, world):
    anna = persona("invited", language="fr")
    assert mailbox.wait(to=anna.email).links[0].url.startswith(eulogin.url)
    before = clock.now()
    assert (clock.advance(minutes=5) - before).total_seconds() >= 300
    assert journal.list(person=anna.email)[-1].type.startswith("mail.")
    assert cpms.home_url == world.addresses.cpms + "/screen/home"

def test_another_test_has_another_world(mailbox, phone, eulogin_ca):
    assert eulogin_ca is None
    assert mailbox.list() == []
    assert phone.screen.accounts == []

@pytest.mark.eulogin_world(frozen=True, now="2026-11-27T17:00:00+01:00")
def test_a_world_begins_as_marked(clock):
    assert clock.now().isoformat() == "2026-11-27T16:00:00+00:00"
"""


def test_each_test_has_a_world_of_its_own(pytester: pytest.Pytester, run_suite: RunSuite) -> None:
    pytester.makepyfile(SUITE)
    run_suite().assert_outcomes(passed=4)


def test_a_running_mock_is_used(pytester: pytest.Pytester, run_suite: RunSuite, world: World) -> None:
    url = world.addresses.desk.partition("/w/")[0]
    pytester.makepyfile(f"def test_where(world): assert world.addresses.desk.startswith({url!r})")
    run_suite("--eulogin-url", url).assert_outcomes(passed=1)


def test_loading_the_plugin_costs_a_suite_without_it_nothing(pytester: pytest.Pytester, run_suite: RunSuite) -> None:
    pytester.makepyfile(
        "import sys\ndef test_light(): assert not {'flask', 'sqlalchemy', 'mock_idp', 'playwright'} & set(sys.modules)"
    )
    run_suite().assert_outcomes(passed=1)
