"""How the worlds of tests begin: ini, fixture and markers; one of each test's own, or one for all."""

import pytest

from eulogin_harness.client import Harness
from tests.suites import RunSuite

pytest_plugins = ["pytester"]

SETTINGS = """
[pytest]
eulogin_settings =
    link.life = PT1M
    password.min_length = 11
    captcha = true
    allowed_hosts = app.test, portal.test
"""
FUNCTION = """
import pytest

@pytest.fixture
def eulogin_settings(eulogin_settings):
    return eulogin_settings | {"password.min_length": 12, "lockout.tries": 4}

@pytest.mark.eulogin_world(settings={"lockout.tries": 5, "mail.delay": "PT2M"}, frozen=True)
class TestMerged:
    @pytest.mark.eulogin_world(settings={"mail.delay": "PT3M"}, now="2026-11-27T17:00:00+01:00")
    def test_the_closest_is_last(self, world):
        names = ["link.life", "password.min_length", "lockout.tries", "mail.delay", "captcha", "allowed_hosts"]
        values = ["PT1M", 12, 5, "PT3M", True, ["app.test", "portal.test"]]
        assert [world.settings[name] for name in names] == values
        assert world.clock.now().isoformat() == "2026-11-27T16:00:00+00:00"

def test_the_harness_is_public(eulogin_harness, world):
    assert world.name in [one.name for one in eulogin_harness.worlds.list()]
    assert eulogin_harness.addresses == eulogin_harness.default.addresses
    host, port = eulogin_harness.smtp
    assert (host, type(port)) == ("127.0.0.1", int)

kept = []

@pytest.mark.parametrize("time", [1, 2])
def test_the_world_of_the_session_stays(eulogin_session_world, world, time):
    eulogin_session_world.personas.create()
    kept.append(eulogin_session_world.name)
    assert world.name != kept[0] == kept[-1]
    assert len(eulogin_session_world.personas.list()) == 1 + time

@pytest.mark.eulogin_world(settings={"link.live": "PT1M"})
def test_wrong_setting(world): pass

@pytest.mark.eulogin_world("frozen")
def test_wrong_marker(world): pass
"""
SESSION = """
import pytest

seen = []

@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.eulogin_world(settings={"mail.delay": "PT2M"}, seed=3)
def test_everything_begins_again(world, persona, phone, clock, faults, journal, eulogin, time):
    assert [person.email for person in world.personas.list()] == ["helpdesk@paedcan.ern.example"]
    assert [event.type for event in journal.list()] == ["clock.moved"]
    assert (world.mails.list(), len(world.phones.list())) == ([], 2)
    assert [fault.name for fault in faults.list() if fault.armed] == []
    assert world.settings["mail.delay"] == "PT2M"
    assert world.settings["password.min_length"] == 11
    anna = persona("invited")
    seen.append([world.name, eulogin.login_url, anna.email])
    assert seen[0] == seen[-1]
    faults.arm("mail.lost", times=None)
    clock.advance(days=3)
    world.settings.change({"password.min_length": 20})

def test_without_a_marker_too(eulogin_session_world, world, faults):
    assert world is eulogin_session_world
    assert world.settings["mail.delay"] == "PT0S"
    assert [fault.name for fault in faults.list() if fault.armed] == []

@pytest.mark.eulogin_world(prepared="link-expired")
def test_a_prepared_world(world):
    assert world.name == seen[0][0]
    assert len(world.personas.list()) > 1

def test_that_is_gone_too(world):
    assert len(world.personas.list()) == 1

@pytest.mark.eulogin_world(name="other")
def test_a_name_cannot_be(world): pass
"""


def test_worlds_of_tests_begin_as_ini_fixture_and_markers_say(
    pytester: pytest.Pytester, harness: Harness, run_suite: RunSuite
) -> None:
    pytester.makeini(SETTINGS)
    pytester.makepyfile(FUNCTION)
    before = len(harness.worlds.list())
    result = run_suite("--eulogin-url", harness.url)
    result.assert_outcomes(passed=4, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*The world of this test cannot begin so:*there is no setting 'link.live'; did you mean link.life?*",
            "the marker eulogin_world takes names, such as frozen=True; got 'frozen'",
        ]
    )
    assert len(harness.worlds.list()) == before


def test_one_world_is_made_as_new_before_each_test(
    pytester: pytest.Pytester, harness: Harness, run_suite: RunSuite
) -> None:
    pytester.makeini("[pytest]\neulogin_scope = session\neulogin_settings = password.min_length = 11\n")
    pytester.makepyfile(SESSION)
    before = len(harness.worlds.list())
    result = run_suite("--eulogin-url", harness.url)
    result.assert_outcomes(passed=5, errors=1)
    result.stdout.fnmatch_lines(["the marker eulogin_world(name='other') asks for a world of its own, but with*"])
    assert len(harness.worlds.list()) == before
