"""`/authorize`: what a client may ask for, who is believed, and how the browser comes back."""

import threading
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from mock_idp.accounts.ending import end_sign_ins
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.devices.rules import Enrolled
from mock_idp.oidc import authorize as rules
from mock_idp.oidc.authorize_redirect import WayBack, difference_of
from mock_idp.oidc.clients import delete_client
from mock_idp.oidc.model import AuthorizationRequest, Grant
from mock_idp.signin.sessions import SignedIn, SsoSession, start_session
from mock_world import World
from tests.mock_idp.accounts_pages import link_to, the_link
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.oidc import (
    BACK,
    answered,
    authorize,
    client_of,
    give_password,
    open_there,
    query,
    token,
    tokens,
)
from tests.mock_idp.signed_in import journal_explains, sign_in
from tests.mock_idp.signing_in import APP, answer, answer_page, change, target, told
from tests.mock_idp.test_registration import fill

ISSUER = "/cas/oauth2"


def grant_of(world: World, found: dict[str, str]) -> Grant:
    with world.database.session() as db:
        return db.query(Grant).filter(Grant.code == found["code"]).one()


def waiting(world: World) -> str:
    """The newest authorization request's own way on."""
    with world.database.session() as db:
        row = db.query(AuthorizationRequest).order_by(AuthorizationRequest.made_at).all()[-1]
    return f"/cas/oauth2/authorize/continue?request={row.id}"


# The way there and back.


def test_somebody_signs_in_by_the_ordinary_pages_and_the_client_gets_a_code(
    world: World, account: Account, browser: Browser
) -> None:
    authorize(browser, client_of(world))
    assert browser.at == ("whoami", "ready")
    assert "Rare Disease Portal" in browser.text
    found = answered(give_password(browser, account))
    assert set(found) == {"code", "state", "iss"}
    assert found["state"] == "st/ate +1"
    assert found["iss"] == world.addresses.public("idp", ISSUER)
    assert not grant_of(world, found).sso


def test_who_is_signed_in_already_goes_back_at_once(world: World, account: Account, browser: Browser) -> None:
    authorize(sign_in(browser, world, account), client_of(world))
    assert grant_of(world, answered(browser)).sso


def test_a_request_may_come_as_form_and_be_answered_as_form(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    asked = query(client, response_mode="form_post")
    browser.page = browser.http.post(f"{browser.base}/cas/oauth2/authorize", data=asked, allow_redirects=False)
    assert browser.page.status_code == 303
    give_password(open_there(browser, browser.page.headers["Location"].removeprefix(world.prefix)), account)
    assert browser.at == ("form-post", "ready")
    assert f'action="{BACK}"' in browser.page.text
    fields = dict(browser.hidden)
    assert (fields["state"], set(fields) - {"csrf_token", "next"}) == ("st/ate +1", {"code", "state", "iss"})


def test_errors_too_come_by_form_where_that_was_asked(world: World, browser: Browser) -> None:
    authorize(browser, client_of(world), response_mode="form_post", scope="email")
    assert dict(browser.hidden)["error"] == "invalid_scope"


@pytest.mark.parametrize("state", ["x" * 10_000, "é\u0000\n<b>&#\"'", None])
def test_the_state_comes_back_as_it_was(world: World, account: Account, browser: Browser, state: str | None) -> None:
    authorize(sign_in(browser, world, account), client_of(world), state=state)
    assert answered(browser).get("state") == state


def test_the_hint_and_the_language_reach_the_page(world: World, account: Account, browser: Browser) -> None:
    authorize(browser, client_of(world), login_hint=account.email, ui_locales="xx de-AT en")
    assert f'value="{account.email}"' in browser.page.text
    assert '<html lang="de"' in browser.page.text


# Before the redirect address is trusted, nothing is sent there.


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"client_id": "nobody"}, "authorize.client_unknown"),
        ({"client_id": None}, "authorize.client_unknown"),
        ({"redirect_uri": None}, "authorize.redirect_missing"),
        ({"redirect_uri": BACK + "/"}, "authorize.redirect_differs"),
        ({"redirect_uri": BACK + "?x=1"}, "authorize.redirect_differs"),
        ({"redirect_uri": BACK.upper()}, "authorize.redirect_differs"),
        ({"redirect_uri": "http://evil.example/cb"}, "authorize.redirect_differs"),
        ({"redirect_uri": "http://client.example@evil.example/cb"}, "authorize.redirect_differs"),
        ({"redirect_uri": "http://client.example/cb/../x"}, "authorize.redirect_differs"),
        ({"redirect_uri": "http://[/cb"}, "authorize.redirect_differs"),
        ({"redirect_uri": "x" * 10_000}, "authorize.redirect_differs"),
    ],
)
def test_who_is_not_trusted_gets_a_page_and_no_redirect(
    world: World, browser: Browser, more: dict[str, str | None], kind: str
) -> None:
    authorize(browser, client_of(world), **more)
    assert browser.page.status_code == 400
    assert browser.at == ("oidc-refused", "ready")
    assert "Location" not in browser.page.headers
    fields = told(world, kind)
    assert all(fields[name] in browser.text for name in ("expected", "got"))
    assert "Go back to the application" in browser.text


def test_the_page_names_the_difference_and_the_registered_addresses(world: World, browser: Browser) -> None:
    authorize(browser, client_of(world, redirect_uris=[BACK, "http://other.example/x"]), redirect_uri=BACK + "/")
    assert f"{BACK}, http://other.example/x" in browser.text
    assert "the slash at the end differs" in browser.text


@pytest.mark.parametrize(
    ("came", "words"),
    [
        ("https://client.example/cb", "the scheme differs: http is registered, https came"),
        ("http://client.example:81/cb", "the port differs: none is registered, 81 came"),
        ("http://www.client.example/cb", "the host differs: client.example is registered, www.client.example came"),
        ("http://client.example/callback", "the path differs: /cb is registered, /callback came"),
        ("http://client.example/cb?secret=1", "the query differs from the registered one"),
        ("http://client.example/cb#a", "the fragment differs from the registered one"),
        ("HTTP://client.example/cb", "it is spelt otherwise than http://client.example/cb"),
        ("http://client.example:x/cb", "what came is no address"),
    ],
)
def test_a_difference_is_told_in_words(came: str, words: str) -> None:
    assert difference_of([BACK], came) == words


def test_without_any_registered_address_that_is_the_difference() -> None:
    assert difference_of([], BACK) == "no redirect address is registered"


@pytest.mark.parametrize(
    ("registered", "came", "fits"),
    [
        ("http://127.0.0.1/cb", "http://127.0.0.1:5123/cb", True),
        ("http://127.0.0.1:1/cb", "http://127.0.0.1/cb", True),
        ("http://[::1]/cb", "http://[::1]:5123/cb", True),
        ("http://127.0.0.1/cb", "http://127.0.0.1:5123/other", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:5123/cb?x", False),
        ("http://127.0.0.1/cb", "http://x@127.0.0.1:5123/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:0/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:5123\\@evil.example/cb", False),
        ("http://localhost/cb", "http://localhost:5123/cb", False),
        ("http://client.example/cb", "http://client.example:5123/cb", False),
        ("http://127.0.0.1/cb", "https://127.0.0.1:5123/cb", False),
        ("https://127.0.0.1/cb", "https://127.0.0.1:5123/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51\t23/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:5123/c\nb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:99999/cb", False),
        ("https://app.example/cb", "https://app.example:99999/cb", False),
        ("https://app.example/cb", "https://app.example:x/cb", False),
    ],
)
def test_native_apps_come_back_by_any_port_of_the_loopback_numbers(
    world: World, browser: Browser, registered: str, came: str, *, fits: bool
) -> None:
    native = client_of(world, application_type="native", client_secret=None, redirect_uris=[registered])
    web = client_of(world, redirect_uris=[registered])
    assert (authorize(browser, native, redirect_uri=came).at[0] == "whoami") is fits
    assert authorize(browser, web, redirect_uri=came).at[0] == "oidc-refused"


def test_a_native_app_comes_back_by_its_own_scheme(world: World, account: Account, browser: Browser) -> None:
    back = "org.example.app:/back"
    native = client_of(world, application_type="native", client_secret=None, redirect_uris=[back])
    browser.page = sign_in(browser, world, account).http.get(
        f"{browser.base}/cas/oauth2/authorize?{urlencode(query(native, redirect_uri=back, prompt='none'))}",
        allow_redirects=False,
    )
    assert browser.page.headers["Location"].startswith(f"{back}?code=")


# Afterwards, the client is told.


@pytest.mark.parametrize(
    ("more", "kind", "error"),
    [
        ({"response_type": None}, "authorize.response_type_missing", "invalid_request"),
        ({"response_type": "id_token"}, "authorize.response_type", "unsupported_response_type"),
        ({"response_type": "code id_token"}, "authorize.response_type", "unsupported_response_type"),
        ({"response_mode": "fragment"}, "authorize.response_mode", "invalid_request"),
        ({"scope": None}, "authorize.scope_without_openid", "invalid_scope"),
        ({"scope": "email openidx"}, "authorize.scope_without_openid", "invalid_scope"),
        ({"scope": "openid hr phone"}, "authorize.scope_not_registered", "invalid_scope"),
        ({"code_challenge": None}, "authorize.pkce_missing", "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "authorize.pkce_missing", "invalid_request"),
        ({"code_challenge_method": "plain"}, "authorize.pkce_method", "invalid_request"),
        ({"code_challenge_method": None}, "authorize.pkce_method", "invalid_request"),
        ({"code_challenge": "x" * 42}, "authorize.pkce_challenge", "invalid_request"),
        ({"code_challenge": "x" * 44}, "authorize.pkce_challenge", "invalid_request"),
        ({"code_challenge": "x" * 42 + "="}, "authorize.pkce_challenge", "invalid_request"),
        ({"prompt": "create"}, "authorize.prompt", "invalid_request"),
        ({"prompt": "none login"}, "authorize.prompt", "invalid_request"),
        ({"max_age": "-1"}, "authorize.max_age", "invalid_request"),
        ({"max_age": "9" * 10}, "authorize.max_age", "invalid_request"),
        ({"request": "e30.e30."}, "authorize.request_object", "request_not_supported"),
        ({"request_uri": "http://client.example/r"}, "authorize.request_uri", "request_uri_not_supported"),
        ({"prompt": "none"}, "authorize.login_required", "login_required"),
    ],
)
def test_a_wrong_request_is_told_to_the_client(
    world: World, browser: Browser, more: dict[str, str | None], kind: str, error: str
) -> None:
    authorize(browser, client_of(world, scope="openid email profile"), **more)
    found = answered(browser)
    assert set(found) == {"error", "error_description", "state", "iss"}
    assert (found["error"], found["state"]) == (error, "st/ate +1")
    assert found["error_description"]
    told(world, kind)


def test_a_client_without_that_grant_is_told_so(world: World, browser: Browser) -> None:
    found = answered(authorize(browser, client_of(world, grant_types=["refresh_token"])))
    assert found["error"] == "unauthorized_client"
    told(world, "authorize.not_for_client")


@pytest.mark.parametrize("name", ["scope", "state", "nonce", "something"])
def test_a_parameter_that_comes_twice_is_refused(world: World, browser: Browser, name: str) -> None:
    twice = urlencode({name: "a"}) + "&" + urlencode({name: "b"})
    open_there(browser, f"/cas/oauth2/authorize?{urlencode(query(client_of(world), **{name: None}))}&{twice}")
    found = answered(browser)
    assert (found["error"], told(world, "parameter.repeated")["got"]) == ("invalid_request", f"2 times {name}")
    assert ("state" in found) is (name != "state")


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_two_clients_or_two_addresses_are_not_chosen_from(world: World, browser: Browser, name: str) -> None:
    asked = query(client_of(world))
    open_there(browser, f"/cas/oauth2/authorize?{urlencode(asked)}&{urlencode({name: asked[name]})}")
    assert browser.at[0] == "oidc-refused"


def test_what_is_not_understood_is_ignored(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    more = {"scope": "profile openid openid eulogin offline_access", "acr_values": "urn:x", "claims": "{", "foo": "1"}
    found = answered(authorize(sign_in(browser, world, account), client, **more))
    assert grant_of(world, found).parameters["scope"] == "openid profile"


def test_pkce_may_be_left_out_where_the_setting_says_so(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"oidc.pkce": "optional"})
    client, without = client_of(world), {"code_challenge": None, "code_challenge_method": None}
    assert answered(authorize(sign_in(browser, world, account), client, **without))["code"]
    assert answered(authorize(browser, client, code_challenge=None))["error"] == "invalid_request"


# Who has signed in how, and when.


@pytest.mark.parametrize("more", [{"prompt": "login"}, {"max_age": "0"}, {"prompt": "consent login"}])
def test_the_client_may_ask_for_a_new_proof(
    world: World, account: Account, browser: Browser, more: dict[str, str]
) -> None:
    before = world.clock.now()
    sign_in(browser, world, account)
    advance(world, minutes(1))
    authorize(browser, client_of(world), **more)
    assert browser.at == ("whoami", "ready")
    grant = grant_of(world, answered(give_password(browser, account)))
    assert (grant.auth_time, grant.sso) == (before + minutes(1), False)


@pytest.mark.parametrize("more", [{"prompt": "login"}, {"max_age": "0"}])
def test_the_new_proof_cannot_be_walked_around(
    world: World, account: Account, browser: Browser, more: dict[str, str]
) -> None:
    """Also at the instant of the sign-in before."""
    assert authorize(sign_in(browser, world, account), client_of(world), **more).at == ("whoami", "ready")
    assert open_there(browser, waiting(world)).at == ("whoami", "ready")


def test_a_client_that_loops_silently_is_told_so(
    world: World, account: Account, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of(world)
    for _ in range(7):  # nobody is signed in, and the client is told so
        assert answered(authorize(browser, client, prompt="none"))["error"] == "login_required"
    sign_in(browser, world, account)
    for _ in range(5):
        assert answered(authorize(browser, client, prompt="none"))["code"]
    found = answered(authorize(browser, client, prompt="none"))
    assert (found["error"], found["state"]) == ("temporarily_unavailable", "st/ate +1")
    assert "it sent you back to EU Login 5 times" in found["error_description"]
    assert "its own session cookie" in told(world, "signin.loop")["expected"]
    assert BACK in caplog.text
    assert answered(authorize(browser, client, prompt="none"))["code"]


@pytest.mark.parametrize(("asked", "silent"), [(None, False), ("https://ecas.ec.europa.eu/loa/basic", True)])
def test_the_level_of_the_setting_counts_where_none_is_asked(
    world: World, account: Account, browser: Browser, asked: str | None, *, silent: bool
) -> None:
    world.settings.change({"cas.default_level": "MEDIUM"})
    authorize(sign_in(browser, world, account), client_of(world), prompt="none", acr_values=asked)
    assert ("code" in answered(browser)) is silent
    authorize(browser, client_of(world), acr_values=asked)
    assert bool(target(browser)) is silent
    if not silent:
        assert open_there(browser, waiting(world)).at[0] == "password"


@pytest.mark.parametrize(("seconds", "asks"), [(60, False), (61, True)])
def test_max_age_asks_anew_once_the_sign_in_is_older(
    world: World, account: Account, browser: Browser, seconds: int, *, asks: bool
) -> None:
    sign_in(browser, world, account)
    advance(world, minutes(seconds / 60))
    authorize(browser, client_of(world), max_age="60")
    assert (browser.at[0] == "whoami") is asks
    silent = answered(authorize(browser, client_of(world), max_age="60", prompt="none"))
    assert (silent.get("error") == "login_required") is asks


def test_the_registered_max_age_counts_where_none_is_sent(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account)
    advance(world, minutes(2))
    client = client_of(world, default_max_age=60)
    assert authorize(browser, client).at[0] == "whoami"
    assert answered(authorize(browser, client, max_age="120"))["code"]


def test_a_higher_level_asks_for_the_second_factor(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    authorize(
        sign_in(browser, world, account), client_of(world), acr_values="urn:x https://ecas.ec.europa.eu/loa/medium"
    )
    assert browser.at[0] == "password"
    give_password(browser, account, APP)
    answer(world, account, device)
    browser.page = browser.http.get(browser.page.url, allow_redirects=False)
    found = answered(open_there(browser, browser.page.url))
    assert set(grant_of(world, found).strengths) == {"PASSWORD", APP}


def test_the_registered_level_counts_where_none_is_sent(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world, default_acr_values=["https://ecas.ec.europa.eu/loa/medium"])
    found = answered(authorize(sign_in(browser, world, account), client, prompt="none"))
    assert found["error"] == "interaction_required"
    assert told(world, "authorize.interaction_required")["got"] == "a sign-in by PASSWORD"


def test_the_level_cannot_be_walked_around(world: World, account: Account, browser: Browser) -> None:
    authorize(sign_in(browser, world, account), client_of(world), acr_values="https://ecas.ec.europa.eu/loa/medium")
    assert open_there(browser, waiting(world)).at[0] == "password"


def test_a_level_that_nobody_reaches_leads_back_with_access_denied(
    world: World, account: Account, browser: Browser
) -> None:
    authorize(browser, client_of(world), acr_values="https://ecas.ec.europa.eu/loa/high")
    give_password(browser, account)
    assert browser.at == ("second-factor-needed", "no-way")
    (link,) = {part for part in browser.page.text.split('"') if "denied=true" in part}
    found = answered(open_there(browser, link.replace("&amp;", "&")))
    assert (found["error"], found["state"]) == ("access_denied", "st/ate +1")
    told(world, "authorize.denied")
    assert open_there(browser, waiting(world)).at[0] == "oidc-refused"


def test_who_wants_to_be_warned_is_asked_and_may_say_no(world: World, account: Account, browser: Browser) -> None:
    change(world, account, warns=True)
    client = client_of(world)
    assert authorize(sign_in(browser, world, account), client).at == ("warn", "ready")
    assert answered(answer_page(browser, "cancel"))["error"] == "access_denied"
    assert authorize(browser, client).at == ("warn", "ready")
    assert answered(answer_page(browser, "warn"))["code"]
    assert answered(authorize(browser, client, prompt="none"))["error"] == "interaction_required"


def test_pages_in_between_do_not_lose_the_client(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"password.max_age": "P10D"})
    authorize(browser, client_of(world))
    assert give_password(browser, account).at[0] == "password-expires"
    assert answered(answer_page(browser, "expires"))["code"]


@pytest.mark.parametrize("same", [True, False])
def test_a_newcomer_signs_up_in_between_and_goes_on_in_the_same_browser(
    world: World, browser: Browser, *, same: bool
) -> None:
    authorize(browser, client_of(world))
    browser.open(link_to(browser, "Create an account"))
    assert "Rare Disease Portal" in browser.text
    browser.send(**fill())
    mailed = browser if same else Browser(browser.base)
    mailed.open(the_link(world)).send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    open_there(mailed, link_to(mailed, "Proceed to Rare Disease Portal"))
    if same:
        assert answered(mailed)["code"]
    else:
        assert mailed.at == ("oidc-refused", "ready")


def test_select_account_begins_as_somebody_else(world: World, account: Account, browser: Browser) -> None:
    give_password(authorize(browser, client_of(world)), account)
    authorize(browser, client_of(world), prompt="select_account")
    assert browser.at == ("whoami", "ready")
    assert account.email not in browser.page.text.partition("<main")[2]


@pytest.fixture
def bo(world: World) -> Account:
    return create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))


@pytest.mark.parametrize("prompt", [None, "none"])
def test_whom_the_id_token_hint_names_goes_back_at_once(
    world: World, account: Account, browser: Browser, prompt: str | None
) -> None:
    client = client_of(world)
    hint = tokens(browser, account, client)["id_token"]
    found = answered(authorize(browser, client, id_token_hint=hint, prompt=prompt))
    assert grant_of(world, found).uid == account.uid


def test_silently_nobody_else_than_the_id_token_hint_names_goes_back(
    world: World, account: Account, bo: Account, browser: Browser
) -> None:
    client = client_of(world)
    hint = tokens(browser, account, client)["id_token"]
    found = answered(authorize(sign_in(browser, world, bo), client, id_token_hint=hint, prompt="none"))
    assert found["error"] == "login_required"
    assert journal_explains(world, "authorize.other_person")


def test_whom_the_id_token_hint_names_may_sign_in_for_somebody_else(
    world: World, account: Account, bo: Account, browser: Browser
) -> None:
    client = client_of(world)
    hint = tokens(browser, account, client)["id_token"]
    assert authorize(sign_in(browser, world, bo), client, id_token_hint=hint).at == ("whoami", "ready")
    assert f'value="{account.uid}"' in browser.page.text
    assert open_there(browser, waiting(world)).at == ("whoami", "ready")  # not walked around
    assert grant_of(world, answered(give_password(browser, account))).uid == account.uid


def test_who_signs_in_though_the_id_token_hint_names_another_is_not_told_to_the_client(
    world: World, account: Account, bo: Account, browser: Browser
) -> None:
    client = client_of(world)
    hint = tokens(browser, account, client)["id_token"]
    authorize(sign_in(browser, world, bo), client, id_token_hint=hint)
    assert answered(give_password(browser, bo))["error"] == "login_required"
    assert open_there(browser, waiting(world)).at == ("oidc-refused", "ready")


@pytest.mark.parametrize("hint", ["x", "a.b.c", ""])
def test_a_hint_that_is_no_id_token_of_this_world_hinders_nobody(
    world: World, account: Account, browser: Browser, hint: str
) -> None:
    found = answered(authorize(sign_in(browser, world, account), client_of(world), id_token_hint=hint, prompt="none"))
    assert grant_of(world, found).uid == account.uid


# One browser, one use, its time.


def test_another_browser_with_the_address_gets_nothing(world: World, account: Account, browser: Browser) -> None:
    authorize(browser, client_of(world))
    thief = sign_in(Browser(browser.base), world, account)
    assert open_there(thief, waiting(world)).at == ("oidc-refused", "ready")
    assert thief.page.status_code == 410
    assert told(world, "authorize.request_gone")["got"] == "the request of another browser"
    assert answered(give_password(browser, account))["code"]


def test_a_browser_that_comes_again_gets_the_same_code_until_it_is_redeemed(
    world: World, account: Account, browser: Browser
) -> None:
    """A form that was sent twice, a page that was reloaded."""
    client = client_of(world)
    first = answered(authorize(sign_in(browser, world, account), client))
    assert answered(open_there(browser, waiting(world))) == first
    assert token(browser, client, code=first["code"]).status_code == 200
    assert open_there(browser, waiting(world)).at == ("oidc-refused", "ready")
    assert told(world, "authorize.request_gone")["got"] == "a request that was answered already"
    assert open_there(browser, "/cas/oauth2/authorize/continue").page.status_code == 410


def test_a_code_that_is_out_cannot_be_given_up(world: World, account: Account, browser: Browser) -> None:
    authorize(sign_in(browser, world, account), client_of(world))
    assert open_there(browser, waiting(world) + "&denied=true").at == ("oidc-refused", "ready")


@pytest.mark.parametrize(("seconds", "again"), [(299, True), (300, False)])
def test_a_code_that_is_too_old_is_not_given_again(
    world: World, account: Account, browser: Browser, seconds: int, *, again: bool
) -> None:
    authorize(sign_in(browser, world, account), client_of(world))
    advance(world, minutes(seconds / 60))
    assert bool(target(open_there(browser, waiting(world)))) is again


def test_a_code_that_ended_is_not_given_again(world: World, account: Account, browser: Browser) -> None:
    authorize(sign_in(browser, world, account), client_of(world))
    end_sign_ins(world, account.uid)
    assert open_there(browser, waiting(world)).at == ("oidc-refused", "ready")


def test_somebody_else_in_the_same_browser_does_not_get_it(world: World, account: Account, browser: Browser) -> None:
    """Nor does the client get a code of the one before."""
    first = answered(authorize(sign_in(browser, world, account), client_of(world)))
    bo = create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))
    open_there(sign_in(browser, world, bo), waiting(world))
    assert "Location" not in browser.page.headers
    assert grant_of(world, first).uid == account.uid


def test_two_tabs_at_the_same_instant_get_one_code(world: World, account: Account) -> None:
    client = client_of(world)
    way = WayBack(client, BACK)
    asked = {"redirect_uri": BACK, "state": "", "response_mode": "query", "scope": "openid"}
    kept = rules.Kept(rules.keep_request(world, way, asked, "b", None), way)
    found = SignedIn(start_session(world, account, "PASSWORD"), account)
    start, codes = threading.Barrier(2), list[str]()

    def come() -> None:
        start.wait(5)
        codes.append(rules.answer(world, kept, found)["code"])

    threads = [threading.Thread(target=come) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (len(codes), len(set(codes))) == (2, 1)
    with world.database.session() as db:
        assert db.query(Grant).count() == 1


@pytest.mark.parametrize(("seconds", "works"), [(3599, True), (3600, False)])
def test_a_request_waits_an_hour(
    world: World, account: Account, browser: Browser, seconds: int, *, works: bool
) -> None:
    authorize(browser, client_of(world))
    advance(world, minutes(seconds / 60))
    open_there(sign_in(browser, world, account), waiting(world))
    assert bool(target(browser)) is works


def test_a_client_that_was_deleted_meanwhile_gets_nothing(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    authorize(browser, client)
    delete_client(world, client.client_id)
    assert give_password(browser, account).at == ("oidc-refused", "ready")


def test_a_session_that_ended_meanwhile_asks_again(world: World, account: Account, browser: Browser) -> None:
    change(world, account, warns=True)
    authorize(sign_in(browser, world, account), client_of(world))
    with world.database.session() as db:
        db.query(SsoSession).delete()
    assert open_there(browser, waiting(world)).at[0] == "whoami"


def test_a_request_of_another_world_is_none_here(world: World, account: Account, browser: Browser, site: Any) -> None:
    other = site.worlds.create()
    there = Browser(site.listeners["idp"] + other.prefix)
    assert authorize(there, client_of(world)).at == ("oidc-refused", "ready")
    site.worlds.delete(other.name)


def test_no_code_is_written_to_the_journal(world: World, account: Account, browser: Browser) -> None:
    found = answered(authorize(sign_in(browser, world, account), client_of(world)))
    assert all(found["code"] not in str(event.fields) for event in world.journal.events())


def test_nor_is_the_query_of_an_address_that_is_not_trusted(world: World, browser: Browser) -> None:
    authorize(browser, client_of(world), redirect_uri=f"{BACK}?token=hidden")
    assert "hidden" not in str(told(world, "authorize.redirect_differs"))
    assert "hidden" not in browser.page.text.partition("<main")[2].partition("</main>")[0]


def test_only_get_and_post_are_answered(browser: Browser) -> None:
    assert requests.put(f"{browser.base}/cas/oauth2/authorize", timeout=5).status_code == 405
