"""Browser and OpenID Connect client that loop: noticed by their redirect address, explained, and let go on."""

from collections.abc import Iterator

import pytest

from mock_idp.accounts.model import Account
from mock_idp.signin import redirect_loops
from mock_world import World
from mock_world.clock import real_now
from tests.mock_idp.accounts_pages import link_to
from tests.mock_idp.conftest import Browser
from tests.mock_idp.oidc import answered, authorize, client_of, give_password, token
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import answer_page, change, target, told
from tests.mock_idp.small_portal import SmallPortal, portal_of


@pytest.fixture
def portal(world: World, account: Account, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallPortal]:
    """Its loop takes no time, however slow the machine."""
    now = real_now()
    monkeypatch.setattr(redirect_loops, "real_now", lambda: now)
    sign_in(browser, world, account)
    with portal_of(world, browser) as portal:
        portal.retries = True
        yield portal


def test_what_the_token_endpoint_refused_ends_at_a_page_that_says_so_and_lets_go_on(
    world: World, account: Account, browser: Browser, portal: SmallPortal
) -> None:
    portal.kept = {"code_verifier": "w" * 43}
    browser.open(portal.base)
    assert (browser.at, browser.page.status_code) == (("loop", "ready"), 409)
    fields = told(world, "signin.loop")
    assert (fields["got"], "share one place for it mix them up" in fields["remedy"]) == ("another code_verifier", True)
    assert all(text in browser.text for text in (fields["expected"], fields["got"], fields["remedy"], portal.base))
    (noticed,) = world.journal.events(types=["loop.noticed"])
    assert noticed.person == account.email
    assert noticed.fields == {"service": f"{portal.base}/cb", "refusal": "token.verifier_wrong"}
    assert len(world.journal.events(types=["code.issued"])) == 3
    assert browser.open(link_to(browser, "Continue to the application once more")).at == ("loop", "ready")
    portal.kept = {}
    assert browser.open(link_to(browser, "Continue to the application once more")).page.text == f"user: {account.uid}"


def test_clients_with_other_addresses_and_other_browsers_do_not_count(
    world: World, account: Account, browser: Browser
) -> None:
    world.settings.change({"loop.tickets": 2})
    client = client_of(world)
    other = client_of(world, redirect_uris=["http://other.example/cb"])
    browsers = [sign_in(one, world, account) for one in (browser, Browser(browser.base))]
    for one in browsers:
        for state in "ab":
            assert answered(authorize(one, client, state=state))["state"] == state
            assert target(authorize(one, other, redirect_uri="http://other.example/cb"))
    assert [authorize(one, client).at for one in browsers] == [("loop", "ready")] * 2
    assert answered(authorize(browser, client))["code"]  # and the next is given


def test_who_is_asked_each_time_does_not_loop(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"loop.tickets": 2})
    client = client_of(world)
    for _ in range(3):
        assert answered(give_password(authorize(browser, client, prompt="login"), account))["code"]
    change(world, account, warns=True)
    for _ in range(3):
        assert authorize(browser, client).at[0] == "warn"
        assert answered(answer_page(browser, "warn"))["code"]


def test_a_client_that_does_not_keep_its_user_is_told(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account)
    client = client_of(world)
    for _ in range(3):
        assert world.journal.events(types=["signin.not_kept"]) == []
        token(browser, client, code=answered(authorize(browser, client))["code"])
    (told,) = world.journal.events(types=["signin.not_kept"])
    assert told.fields["cause"].endswith("Or else it refuses the ID token (issuer, audience, nonce, algorithm, clock)")


def test_codes_that_were_redeemed_do_not_count(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account)
    client = client_of(world)
    for prompt in [None, "none"] * 4:
        found = answered(authorize(browser, client, prompt=prompt))
        assert token(browser, client, code=found["code"]).status_code == 200
    for _ in range(3):
        assert answered(authorize(browser, client))["code"]
    assert authorize(browser, client).at == ("loop", "ready")
