"""Browser and OpenID Connect client that loop: noticed by their redirect address, explained, and let go on."""

from collections.abc import Iterator

import pytest

from mock_idp.accounts.model import Account
from mock_world import World
from tests.mock_idp.accounts_pages import link_to
from tests.mock_idp.conftest import Browser
from tests.mock_idp.oidc import answered, authorize, client_of, give_password, token
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import answer_page, change, target, told
from tests.mock_idp.small_portal import SmallPortal, portal_of


@pytest.fixture
def portal(world: World, account: Account, browser: Browser) -> Iterator[SmallPortal]:
    sign_in(browser, world, account)
    with portal_of(world, browser) as portal:
        portal.retries = True
        yield portal


def test_a_lost_cookie_ends_at_a_page_that_says_so_and_lets_go_on(
    world: World, account: Account, browser: Browser, portal: SmallPortal
) -> None:
    portal.secure = True
    browser.open(portal.base)
    assert (browser.at, browser.page.status_code) == (("loop", "ready"), 409)
    fields = told(world, "signin.loop")
    assert "Secure on http" in fields["remedy"]
    assert all(text in browser.text for text in (fields["expected"], fields["got"], fields["remedy"], portal.base))
    (noticed,) = world.journal.events(types=["loop.noticed"])
    assert noticed.person == account.email
    assert noticed.fields == {"service": f"{portal.base}/cb", "refusal": None}
    assert len(world.journal.events(types=["code.issued"])) == 5
    portal.secure = False  # mended
    browser.open(link_to(browser, "Continue to the application once more"))
    assert browser.page.text == f"user: {account.uid}"


def test_what_the_token_endpoint_refused_is_named(
    world: World, account: Account, browser: Browser, portal: SmallPortal
) -> None:
    portal.kept = {"code_verifier": "w" * 43}
    assert browser.open(portal.base).at == ("loop", "ready")
    (noticed,) = world.journal.events(types=["loop.noticed"])
    assert noticed.fields["refusal"] == "token.verifier_wrong"
    assert told(world, "signin.loop")["got"] == "another code_verifier"
    assert "two sign-ins at once that share one place for it mix them up" in browser.text
    portal.kept = {}
    assert browser.open(link_to(browser, "Continue to the application once more")).page.text == f"user: {account.uid}"


def test_the_page_comes_again_where_nothing_was_mended(world: World, browser: Browser, portal: SmallPortal) -> None:
    portal.secure = True
    browser.open(portal.base)
    assert browser.open(link_to(browser, "Continue to the application once more")).at == ("loop", "ready")
    assert len(world.journal.events(types=["loop.noticed"])) == 2


def test_the_sixth_code_is_one_too_many_and_the_next_is_given(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account)
    client = client_of(world)
    for number in range(5):
        assert answered(authorize(browser, client, state=str(number)))["state"] == str(number)
    assert authorize(browser, client).at == ("loop", "ready")
    assert answered(authorize(browser, client))["code"]


def test_clients_with_other_addresses_and_other_browsers_do_not_count(
    world: World, account: Account, browser: Browser
) -> None:
    client = client_of(world)
    other = client_of(world, redirect_uris=["http://other.example/cb"])
    browsers = [sign_in(one, world, account) for one in (browser, Browser(browser.base))]
    for one in browsers:
        for _ in range(5):
            assert target(authorize(one, client))
            assert target(authorize(one, other, redirect_uri="http://other.example/cb"))
    assert [authorize(one, client).at for one in browsers] == [("loop", "ready")] * 2


def test_silent_requests_count_and_get_an_error_since_no_page_may_be_shown(
    world: World, account: Account, browser: Browser
) -> None:
    sign_in(browser, world, account)
    client = client_of(world)
    for _ in range(5):
        assert answered(authorize(browser, client, prompt="none"))["code"]
    assert answered(authorize(browser, client, prompt="none"))["error"] == "temporarily_unavailable"
    assert answered(authorize(browser, client, prompt="none"))["code"]


def test_who_is_asked_each_time_does_not_loop(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    for _ in range(7):
        assert answered(give_password(authorize(browser, client, prompt="login"), account))["code"]
    change(world, account, warns=True)
    for _ in range(7):
        assert authorize(browser, client).at[0] == "warn"
        assert answered(answer_page(browser, "warn"))["code"]


def test_codes_that_were_redeemed_do_not_count(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account)
    client = client_of(world)
    for prompt in [None, "none"] * 4:
        found = answered(authorize(browser, client, prompt=prompt))
        assert token(browser, client, code=found["code"]).status_code == 200
    for _ in range(5):
        assert answered(authorize(browser, client))["code"]
    assert authorize(browser, client).at == ("loop", "ready")
