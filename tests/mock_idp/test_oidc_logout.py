"""Logout begun by a client: the person is asked, and comes back only to a registered address."""

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from mock_idp.accounts.model import Account
from mock_idp.oidc.keys import sign
from mock_idp.oidc.model import Client
from mock_world import World
from tests.mock_idp.conftest import Browser, advance, minutes
from tests.mock_idp.oidc import client_of, open_there, tokens
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import go_on, target, told

LEFT = "http://client.example/left"


@pytest.fixture
def client(world: World) -> Client:
    return client_of(world, post_logout_redirect_uris=[LEFT], jwt_access_token_signed_response_alg="ES256")


@pytest.fixture
def issued(browser: Browser, account: Account, client: Client) -> dict[str, str]:
    """Tokens of a client for somebody who is signed in since."""
    return tokens(browser, account, client)


def log_out(browser: Browser, query: Mapping[str, str | None]) -> Browser:
    sent = urlencode({name: value for name, value in query.items() if value is not None})
    return open_there(browser, f"/cas/oauth2/logout?{sent}")


def confirm(browser: Browser) -> Browser:
    """Send the page's form, to where it says."""
    (action,) = [part for part in browser.page.text.split('"') if "/logout/confirmed" in part]
    host = browser.base.partition("/w/")[0]
    data = dict(browser.hidden)
    browser.page = browser.http.post(host + action.replace("&amp;", "&"), data=data, allow_redirects=False)
    return go_on(browser)


def test_the_person_confirms_and_comes_back_with_the_state(
    browser: Browser, issued: dict[str, str], world: World
) -> None:
    query = {"id_token_hint": issued["id_token"], "post_logout_redirect_uri": LEFT, "state": "a &b"}
    assert log_out(browser, query).at == ("logout", "ready")
    assert "You are about to be logged out of EU Login." in browser.text
    assert "No, stay logged in!" in browser.text
    assert target(confirm(browser)) == f"{LEFT}?state=a+%26b"
    assert [event.type for event in world.journal.events(types=["session.signed_out"])] == ["session.signed_out"]
    assert open_there(browser, "/cas/login").at[0] == "whoami"


@pytest.mark.parametrize("by", ["an old ID token", "a client_id", "a form"])
def test_who_began_is_said_by_an_id_token_however_old_or_by_the_client_id_also_in_a_form(
    browser: Browser, issued: dict[str, str], world: World, client: Client, by: str
) -> None:
    who = {"client_id": client.client_id} if by == "a client_id" else {"id_token_hint": issued["id_token"]}
    sent = who | {"post_logout_redirect_uri": LEFT}
    if by == "a form":
        browser.page = browser.http.post(f"{browser.base}/cas/oauth2/logout", data=sent, allow_redirects=False)
        assert go_on(browser).at == ("logout", "ready")
    else:
        world.settings.change({"protocol_time": "world"})
        advance(world, minutes(600))
        log_out(browser, sent)
    assert target(confirm(browser)) == LEFT


def test_without_an_address_the_person_stays_and_who_is_not_signed_in_goes_back_at_once(
    browser: Browser, client: Client, issued: dict[str, str]
) -> None:
    log_out(browser, {"id_token_hint": issued["id_token"], "ui_locales": "fr"})
    assert '<html lang="fr"' in browser.page.text
    assert confirm(browser).at == ("logged-out", "ready")
    assert log_out(browser, {}).at == ("logged-out", "ready")
    log_out(browser, {"client_id": client.client_id, "post_logout_redirect_uri": LEFT, "state": "s"})
    assert target(browser) == f"{LEFT}?state=s"


def test_nobody_is_signed_out_without_the_pages_own_token(
    browser: Browser, issued: dict[str, str], world: World
) -> None:
    assert issued
    forged = browser.http.post(f"{browser.base}/cas/oauth2/logout/confirmed", allow_redirects=False)
    assert forged.status_code == 400
    assert not world.journal.events(types=["session.signed_out"])


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"post_logout_redirect_uri": LEFT + "/"}, "logout.redirect_differs"),
        ({"post_logout_redirect_uri": "//evil.example"}, "logout.redirect_differs"),
        ({"id_token_hint": None}, "logout.client_missing"),
        ({"id_token_hint": "x" * 10_000}, "logout.hint_wrong"),
        ({"client_id": "nobody"}, "logout.other_client"),
    ],
)
def test_who_is_not_believed_leads_nowhere_but_hinders_nobody(
    browser: Browser, issued: dict[str, str], world: World, change: dict[str, str | None], kind: str
) -> None:
    log_out(browser, {"id_token_hint": issued["id_token"], "post_logout_redirect_uri": LEFT, "state": "s"} | change)
    assert (
        "evil" not in browser.page.text.partition("<main")[2].replace("evil.example%2F", "").partition("confirmed")[0]
    )
    assert confirm(browser).at == ("logged-out", "ready")
    assert "Return to the application" not in browser.text
    told(world, kind)


def test_other_tokens_of_this_world_are_no_hint(
    browser: Browser, issued: dict[str, str], world: World, account: Account, client: Client
) -> None:
    alien = sign(world, {"aud": client.client_id, "at_hash": "x"}, "ES256", alien=True)
    own = sign(world, {"aud": client.client_id}, "ES256")  # as a logout token is
    for hint in (issued["access_token"], alien, own):
        log_out(sign_in(browser, world, account), {"id_token_hint": hint, "post_logout_redirect_uri": LEFT})
        assert confirm(browser).at == ("logged-out", "ready")
    assert world.journal.events(types=["logout.client_missing"]) == []


@pytest.mark.parametrize("name", ["post_logout_redirect_uri", "client_id", "state"])
def test_a_parameter_that_comes_twice_leads_nowhere(browser: Browser, world: World, client: Client, name: str) -> None:
    query = {"client_id": client.client_id, "post_logout_redirect_uri": LEFT, "state": "s"}
    open_there(browser, f"/cas/oauth2/logout?{urlencode(query)}&{urlencode({name: query[name]})}")
    told(world, "parameter.repeated")
    assert browser.at == ("logged-out", "ready")
