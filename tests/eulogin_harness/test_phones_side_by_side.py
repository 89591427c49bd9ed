"""Phones side by side on the desk, without a browser; and who may show whose pages in a frame."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import pytest
import requests

from eulogin_harness.client import World


class Side:
    """The page, its forms sent as they stand."""

    def __init__(self, base: str, session: requests.Session) -> None:
        self.base = base
        self.session = session

    def page(self, query: str = "") -> str:
        self.text = unescape(self.session.get(f"{self.base}/phones{query}", timeout=30).text)
        return self.text

    def new_phone(self) -> str:
        """Press "New phone" on the page that is open."""
        (form,) = re.findall(r'action="[^"]*/phones">(.*?)</form>', self.text, re.DOTALL)[-1:]
        hidden = re.findall(r'type="hidden" name="(\w+)"[^>]* value="([^"]+)"', form)
        data = [*hidden, *re.findall(r'name="(csrf_token)"[^>]* value="([^"]+)"', form)]
        self.text = unescape(self.session.post(f"{self.base}/phones", data=data, timeout=30).text)
        return self.text

    @property
    def frames(self) -> list[str]:
        return re.findall(r'<iframe[^>]* name="([^"]+)"', self.text)


@pytest.fixture
def side(world: World) -> Iterator[Side]:
    with requests.Session() as session:
        yield Side(world.addresses.desk, session)


def make(world: World, count: int) -> list[str]:
    return [world.phones.create().id for _ in range(count)]


def test_the_newest_four_are_shown_where_none_was_chosen(world: World, side: Side) -> None:
    made = make(world, 5)
    side.page()
    assert side.frames == made[:0:-1]


def test_those_chosen_are_shown_newest_first(world: World, side: Side) -> None:
    first, _, third = make(world, 3)
    page = side.page(f"?phone={first}&phone={third}")
    assert side.frames == [third, first]
    assert f'value="{first}" checked' in page
    assert len(re.findall(r"value=\"phone-\w+\" checked", page)) == 2


def test_a_choice_of_none_that_is_there_is_no_choice(world: World, side: Side) -> None:
    (made,) = make(world, 1)
    for query in ("?phone=phone-999", "?phone=<b>", "?phone="):
        assert "<b>" not in side.page(query)
        assert made in side.frames


def test_no_more_are_shown_than_a_browser_keeps_up_to_date(world: World, side: Side) -> None:
    made = make(world, 6)
    side.page("?" + "&".join(f"phone={one}" for one in made[1:]))
    assert "Choose 5 phones at most" not in side.text
    side.page("?" + "&".join(f"phone={one}" for one in made))
    assert "Choose 5 phones at most" in side.text
    assert side.frames == made[:0:-1]


def test_a_new_phone_joins_those_chosen_and_the_newest(world: World, side: Side) -> None:
    first, _ = make(world, 2)
    for query, others in ((f"?phone={first}", 1), ("", 3)):
        side.page(query)
        side.new_phone()
        assert side.frames[0] == world.phones.list()[-1].id
        assert len(side.frames) == others + 1
    assert first in side.frames


def policy(address: str) -> dict[str, str]:
    header = requests.get(address, timeout=30).headers["Content-Security-Policy"]
    return dict(part.split(maxsplit=1) for part in header.split("; "))


def origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def test_only_this_desk_may_show_a_phone_and_only_on_this_page(world: World) -> None:
    (phone,) = make(world, 1)
    desk = origin(world.addresses.desk)
    shown = policy(f"{world.addresses.phone}/phones/{phone}")
    assert (shown["frame-ancestors"], shown["frame-src"]) == (f"'self' {desk}", "'self'")
    page = policy(f"{world.addresses.desk}/phones")
    assert (page["frame-src"], page["frame-ancestors"]) == (f"'self' {origin(world.addresses.phone)}", "'self'")
    for other in (world.addresses.desk, world.addresses.idp, world.addresses.cpms):
        found = policy(other)
        assert (found["frame-src"], found["frame-ancestors"]) == ("'self'", "'self'")


def test_the_policy_follows_the_public_address_and_no_odd_one_adds_a_rule(world: World) -> None:
    before = policy(world.addresses.phone)
    world.settings.change({"desk.public_url": "https://desk.example:8443/below"})
    assert policy(world.addresses.phone)["frame-ancestors"] == "'self' https://desk.example:8443"
    for address in ("http://desk.example;script-src", "http://a,b'", "http://x@y"):
        world.settings.change({"desk.public_url": address})
        found = policy(world.addresses.phone)
        assert (found.keys(), found["script-src"]) == (before.keys(), "'self'")
