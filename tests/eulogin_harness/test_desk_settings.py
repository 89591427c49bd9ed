"""Settings in the control room: each with value, default and source; changed where they differ."""

import re

import pytest

from eulogin_harness.client import World
from eulogin_harness.settings import TABLE
from tests.eulogin_harness.room import Room


def value(room: Room, name: str) -> str:
    """What the field of a setting holds."""
    match = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', room.page("/settings"))
    assert match is not None
    return match[1]


def test_every_setting_stands_there_with_default_source_and_sentence(room: Room) -> None:
    page = room.text("/settings")
    missing = [
        name
        for name, setting in TABLE.items()
        if name not in page or re.sub(r"\s+", " ", setting.sentence) not in page or setting.source not in page
    ]
    assert missing == []
    assert "by the profile" not in page


def test_settings_are_changed_where_they_differ_and_the_call_is_shown(room: Room, world: World) -> None:
    fields = {"password.min_length": "12", "link.life": "PT15M", "allowed_domains": "a.net, b.net", "captcha": "true"}
    page = room.send("/settings", **fields, **{"link.tries": "5"})
    body = '{"password.min_length": 12, "captcha": true, "link.life": "PT15M", "allowed_domains": ["a.net", "b.net"]}'
    assert f"curl -X PATCH --json '{body}' {world.addresses.desk}/api/settings" in page
    now = {one.name: (one.value, one.origin) for one in world.settings.list() if one.origin == "changed"}
    assert now == {
        "password.min_length": (12, "changed"),
        "link.life": ("PT15M", "changed"),
        "allowed_domains": (["a.net", "b.net"], "changed"),
        "captcha": (True, "changed"),
    }
    assert value(room, "allowed_domains") == "a.net, b.net"
    assert "No setting was changed." in room.send("/settings", **fields)


def test_an_older_page_takes_no_newer_change_back(room: Room, world: World) -> None:
    older = {"before.captcha": "false", "captcha": "false", "before.link.tries": "5", "link.tries": "6"}
    world.settings.change({"captcha": True, "helpdesk.automatic_reason": "One line.\nAnother."})
    again = {"helpdesk.automatic_reason": "One line. Another."}  # as a field of one line sends it
    assert '{"link.tries": 6}' in room.send("/settings", **older, **again)
    assert next(one.value for one in world.settings.list() if one.name == "captcha") is True


def test_a_setting_goes_back_to_its_default(room: Room, world: World) -> None:
    world.settings.change({"password.min_length": 12, "allowed_domains": ["a.net"]})
    page = room.send("/settings", default="password.min_length", **{"password.min_length": "99"})
    assert '{"password.min_length": 8}' in page
    assert "[]" in room.send("/settings", default="allowed_domains")
    assert (value(room, "password.min_length"), value(room, "allowed_domains")) == ("8", "")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("password.min_length", "0", "greater than or equal to 1"),
        ("link.life", "soon", "invalid"),
        ("desk.public_url", "nowhere", "write an address such as"),
        ("password.min_length", "", "valid integer"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_nothing_is_changed(
    room: Room, world: World, name: str, text: str, words: str
) -> None:
    page = room.send("/settings", **{name: text, "captcha": "true"})
    assert re.search(rf'href="#{name.replace(".", "-")}">[^<]*{words}', page)
    assert f'name="{name}" value="{text}"' in page  # what was typed stays
    assert [one.name for one in world.settings.list() if one.origin == "changed"] == []


def test_a_file_that_cannot_be_read_is_refused(room: Room, world: World) -> None:
    assert "cannot be read" in room.send("/settings", **{"back_channel.ca": "/nowhere.pem"})
    assert world.settings.list() == world.settings.list()
    assert value(room, "back_channel.ca") == ""


def test_settings_are_found_by_name_and_sentence_and_the_filter_stays(room: Room) -> None:
    page = room.page("/settings?q=mailbox")
    assert re.findall(r'class="setting__what"><label for="([^"]+)"', page) == ["smtp"]
    assert "No setting fits the filter." in room.page("/settings?q=nothing+like+that")
    page = room.send("/settings?q=min_length", page="/settings?q=min_length", **{"password.min_length": "12"})
    assert 'value="min_length"' in page
