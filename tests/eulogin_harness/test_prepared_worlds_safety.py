"""Prepared worlds: nothing half loaded stays, two at once do not meet, and a signed link leads nowhere else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from eulogin_harness.client import ProblemError, World
from eulogin_harness.personas.listing import people
from eulogin_harness.prepared_worlds import building
from eulogin_harness.prepared_worlds.catalogue import prepared_world
from eulogin_harness.site import open_site
from mock_idp.signin.signed_links import SignedLink, signed_address
from mock_world.server import Site
from tests.eulogin_harness.prepared import PreparedBrowser


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with open_site() as site:
        yield site


@pytest.mark.threat("A link that signs in leads to another site")
def test_a_signed_link_leads_to_no_other_site(site: Site) -> None:
    world = site.worlds.create()
    browser = PreparedBrowser()
    browser.open(signed_address(world, SignedLink("https://evil.example/phish")))
    assert browser.at[0] == "error"
    assert world.journal.events(types={"signin.link_not_ours"})[-1].fields["got"] == "one that leads elsewhere"


def test_a_world_whose_loading_breaks_down_is_as_new(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise LookupError

    world = site.worlds.create()
    monkeypatch.setitem(building._DEEDS, "panic", broken)
    with pytest.raises(LookupError):
        building.load(site.worlds, world, "panic", prepared_world("panic"))
    assert not world.clock.frozen
    assert [person.uid for person in people(world)] == ["n00petra"]


def test_who_loads_a_world_at_the_same_time_gets_it_whole(world: World) -> None:
    prepared = ["account-locked", "panic"] * 2
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(world.prepared.load, prepared))
    assert [answer.name for answer in answers] == prepared
    assert len({person.email for person in world.personas.list()}) == 2
    assert len(world.events.list(type="prepared.loaded")) == 1


@pytest.mark.threat("The name of a prepared world leads to another file")
def test_a_profile_may_be_given_and_a_name_is_no_path(world: World) -> None:
    world.prepared.load("stage-invited", profile="today")
    assert world.settings["password.min_length"] == 10
    with pytest.raises(ProblemError):
        world.prepared.load({"title": "x"}, name="a/b")
    assert world.prepared.load({"title": "x"}, name="50% ?x#y").url.endswith("/worlds/50%25%20%3Fx%23y/open")
