"""Signing out of CPMS alone, and of CPMS and EU Login."""

import pytest

from mock_world import World
from tests.mock_cpms.fake_eulogin import FakeEuLogin
from tests.mock_cpms.visitor import Visitor


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


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_second_time_changes_nothing_and_leads_to_the_same_place(
    visitor: Visitor, world: World, *, everywhere: bool
) -> None:
    visitor.sign_in()
    first, second = (visitor.sign_out(everywhere=everywhere) for _ in range(2))
    assert (first.name, first.url, first.came_by) == (second.name, second.url, [303])
    signed_in, signed_out = world.journal.events()
    assert (signed_in.type, signed_out.type) == ("cpms.signed_in", "cpms.signed_out")
    assert signed_out.fields["everywhere"] == everywhere


@pytest.mark.parametrize("path", ["/screen/signout", "/screen/signout/eu-login"])
def test_no_link_and_no_forged_form_signs_anybody_out(visitor: Visitor, path: str) -> None:
    visitor.sign_in()
    assert (visitor.open(path).status, visitor.post(path).status) == (405, 400)
    assert visitor.open("/screen/profile").name == "complete-profile"


def test_a_page_from_before_is_not_kept_by_the_browser(visitor: Visitor) -> None:
    assert visitor.sign_in().headers["Cache-Control"] == "no-store"


def test_the_menu_leads_to_requests_and_profile(visitor: Visitor) -> None:
    page = visitor.ask_for_access()
    for name, path in (("My requests", "/screen/access-status"), ("My profile", "/screen/profile")):
        assert f'{path}">{name}</a>' in page.html
        assert visitor.open(path).url.endswith(path)
    assert "My requests" not in visitor.sign_out().text
