from datetime import timedelta

import pytest

from eulogin_harness.settings import TABLE
from mock_idp.common import settings as s
from mock_world import World
from mock_world import settings as shared
from mock_world.settings import from_environment

from .conftest import MakeWorld


def test_the_guides_values_are_the_defaults(world: World) -> None:
    assert world.settings[s.PASSWORD_MIN_LENGTH] == 8
    assert world.settings[s.LINK_LIFE] == timedelta(minutes=5)
    assert world.settings.origin("link.life") == "default"


def test_profile_today_changes_what_eu_login_has_changed(make_world: MakeWorld) -> None:
    world = make_world(profile="today")
    assert world.settings[s.PASSWORD_MIN_LENGTH] == 10
    assert world.settings[s.PASSWORD_GROUPS] == 4
    assert world.settings[s.LINK_LIFE] == timedelta(minutes=15)
    assert world.settings.origin("link.life") == "profile"


def test_what_a_world_is_made_with_wins_over_its_profile(make_world: MakeWorld) -> None:
    world = make_world(profile="today", settings={"link.life": "PT90M"})
    assert world.settings[s.LINK_LIFE] == timedelta(minutes=90)
    assert world.settings.origin("link.life") == "changed"


def test_a_change_is_kept_in_the_world(world: World) -> None:
    world.settings.change({"allowed_domains": ["clinic.example"]})
    world.settings.load()
    assert world.settings[shared.ALLOWED_DOMAINS] == ["clinic.example"]


def test_a_wrong_name_gets_a_hint(world: World) -> None:
    with pytest.raises(ValueError, match=r"no setting 'pasword\.min_length'; did you mean password\.min_length"):
        world.settings.change({"pasword.min_length": 10})


def test_nothing_is_taken_where_one_value_is_wrong(world: World) -> None:
    with pytest.raises(ValueError, match=r"link\.life: .*; got 'soon'; a value of its form is 'PT5M'"):
        world.settings.change({"password.min_length": 12, "link.life": "soon"})
    assert world.settings[s.PASSWORD_MIN_LENGTH] == 8
    assert world.settings.origin("password.min_length") == "default"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password.groups", 5),
        ("password.min_length", 0),
        ("helpdesk.hours", 1001),
        ("device.pin_tries", 101),
        ("link.life", "-PT1S"),
        ("mail.delay", "P11Y"),
        ("desk.public_url", "http://["),
        ("idp.internal_url", "ftp://login.example"),
        ("cpms.public_url", "http://"),
        ("phone.public_url", "http://phone.example:99999"),
        ("smtp", "relay.test"),
    ],
)
def test_a_value_out_of_bounds_is_refused(world: World, name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        world.settings.change({name: value})


def test_values_of_the_environment_are_understood(make_world: MakeWorld) -> None:
    environ = {"EULOGIN_LINK_LIFE": "PT1M", "EULOGIN_ALLOWED_DOMAINS": "a.example, b.example", "HOME": "/"}
    found = from_environment(environ)
    assert found == {"link.life": "PT1M", "allowed_domains": ["a.example", "b.example"]}
    world = make_world(settings=found | {"smtp": "relay.test:25"})
    assert world.settings[s.LINK_LIFE] == timedelta(minutes=1)
    assert world.settings[shared.ALLOWED_DOMAINS] == ["a.example", "b.example"]


def test_every_setting_has_a_sentence_a_source_and_a_default_of_its_form() -> None:
    for name, setting in TABLE.items():
        assert setting.sentence.endswith("."), name
        assert setting.source in {shared.GUIDE, shared.TODAY, shared.SERVER, shared.OURS}, name
        assert setting.parse(setting.dump(setting.default)) == setting.default, name
