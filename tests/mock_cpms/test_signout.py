"""Signing out of CPMS alone, and of CPMS and EU Login."""

import pytest

from mock_world import World
from tests.mock_cpms.fake_eulogin import FakeEuLogin
from tests.mock_cpms.visitor import HELGA, Visitor


def test_signing_out_ends_the_session_here_and_says_that_eu_login_goes_on(visitor: Visitor, world: World) -> None:
    visitor.sign_in()
    page = visitor.sign_out()
    assert page.name == "home"
    assert "You are signed out of CPMS. EU Login may still know you" in page.text
    assert f'href="{world.addresses.public("idp", "/cas/logout")}?service=' in page.html
    assert visitor.open("/screen/profile").name == "home"


def test_signing_out_everywhere_goes_on_to_eu_login_and_knows_the_way_back(
    visitor: Visitor, world: World, eulogin: FakeEuLogin
) -> None:
    visitor.sign_in()
    page = visitor.sign_out(everywhere=True)
    assert page.url.startswith(world.addresses.public("idp", "/cas/logout"))
    assert eulogin.logouts == [{"service": world.addresses.public("cpms", "/screen/home")}]
    assert visitor.open("/screen/profile").name == "home"


def test_the_journal_tells_both_apart(visitor: Visitor, world: World) -> None:
    for everywhere in (False, True):
        visitor.sign_in()
        visitor.sign_out(everywhere=everywhere)
    told = [event.fields["everywhere"] for event in world.journal.events() if event.type == "cpms.signed_out"]
    assert told == [False, True]


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_second_time_changes_nothing_and_leads_to_the_same_place(
    visitor: Visitor, world: World, *, everywhere: bool
) -> None:
    visitor.sign_in()
    first, second = (visitor.sign_out(everywhere=everywhere) for _ in range(2))
    assert (first.name, first.url) == (second.name, second.url)
    assert [event.type for event in world.journal.events()] == ["cpms.signed_in", "cpms.signed_out"]


@pytest.mark.parametrize("path", ["/screen/signout", "/screen/signout/eu-login"])
def test_no_link_and_no_forged_form_signs_anybody_out(visitor: Visitor, path: str) -> None:
    visitor.sign_in()
    assert (visitor.open(path).status, visitor.post(path).status) == (405, 400)
    assert visitor.open("/screen/profile").name == "complete-profile"


@pytest.mark.parametrize("everywhere", [False, True])
def test_the_answer_to_the_form_sends_the_browser_on_with_303(visitor: Visitor, *, everywhere: bool) -> None:
    visitor.sign_in()
    assert visitor.sign_out(everywhere=everywhere).came_by == [303]


def test_a_page_from_before_is_not_kept_by_the_browser(visitor: Visitor) -> None:
    assert visitor.sign_in().headers["Cache-Control"] == "no-store"


def test_the_next_person_finds_nothing_of_the_former_one(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.sign_out()
    page = visitor.sign_in(HELGA)
    assert page.name == "complete-profile"
    assert "Nora" not in page.text


def test_the_menu_leads_to_requests_and_profile(visitor: Visitor) -> None:
    page = visitor.ask_for_access()
    for name, path in (("My requests", "/screen/access-status"), ("My profile", "/screen/profile")):
        assert f'{path}">{name}</a>' in page.html
        assert visitor.open(path).url.endswith(path)
    assert "My requests" not in visitor.sign_out().text
