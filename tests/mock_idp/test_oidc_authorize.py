"""`/authorize`: what a client may ask for, who is believed, and how the browser comes back."""

from typing import Any
from urllib.parse import urlencode

import pytest

from mock_idp.account_management.revocation import revoke_sign_ins
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.oidc import authorize as rules
from mock_idp.oidc.authorize_redirect import RedirectTarget, find_redirect_target, mismatch_of
from mock_idp.oidc.clients import delete_client
from mock_idp.oidc.model import AuthorizationRequest, Grant
from mock_idp.signin.sessions import SignedIn, SsoSession, start_session
from mock_world import Refusal, World
from tests.mock_idp.accounts_pages import link_to, the_link
from tests.mock_idp.at_once import at_once
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
    authorize(browser, client_of(world), login_hint=account.email, ui_locales="xx de-AT en")
    assert browser.at == ("whoami", "ready")
    assert all(text in browser.page.text for text in ("Rare Disease Portal", account.email, '<html lang="de"'))
    found = answered(give_password(browser, account))
    assert set(found) == {"code", "state", "iss"}
    assert found["state"] == "st/ate +1"
    assert found["iss"] == world.addresses.public("idp", ISSUER)
    assert not grant_of(world, found).sso


def test_request_and_answer_may_be_forms_and_so_are_errors(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    asked = query(client, response_mode="form_post")
    browser.page = browser.http.post(f"{browser.base}/cas/oauth2/authorize", data=asked, allow_redirects=False)
    assert browser.page.status_code == 303
    give_password(open_there(browser, browser.page.headers["Location"].removeprefix(world.prefix)), account)
    assert browser.at == ("form-post", "ready")
    assert f'action="{BACK}"' in browser.page.text
    fields = dict(browser.hidden)
    assert (fields["state"], set(fields) - {"csrf_token", "next"}) == ("st/ate +1", {"code", "state", "iss"})
    authorize(browser, client, response_mode="form_post", scope="email")
    assert dict(browser.hidden)["error"] == "invalid_scope"
    assert browser.http.put(f"{browser.base}/cas/oauth2/authorize").status_code == 405


@pytest.mark.parametrize("state", ["x" * 10_000, "é\u0000\n<b>&#\"'", None])
def test_who_is_signed_in_goes_back_at_once_with_the_state_as_it_was(
    world: World, account: Account, browser: Browser, state: str | None
) -> None:
    found = answered(authorize(sign_in(browser, world, account), client_of(world), state=state))
    assert (found.get("state"), grant_of(world, found).sso) == (state, True)


# Before the redirect address is trusted, nothing is sent there.


UNTRUSTED: list[tuple[dict[str, str | None], str]] = [
    ({"client_id": "nobody"}, "authorize.client_unknown"),
    ({"client_id": None}, "authorize.client_unknown"),
    ({"redirect_uri": None}, "authorize.redirect_missing"),
    ({"redirect_uri": BACK + "/"}, "authorize.redirect_differs"),
    ({"redirect_uri": "http://evil.example/cb"}, "authorize.redirect_differs"),
    ({"redirect_uri": "x" * 10_000}, "authorize.redirect_differs"),
]


@pytest.mark.threat("A client sends the browser to an address that is not registered (open redirect)")
def test_who_is_not_trusted_gets_a_page_and_no_redirect(world: World, browser: Browser) -> None:
    client = client_of(world)
    for more, kind in UNTRUSTED:
        authorize(browser, client, **more)
        assert (browser.page.status_code, browser.at) == (400, ("oidc-refused", "ready"))
        assert "Location" not in browser.page.headers
        fields = told(world, kind)
        assert all(fields[name] in browser.text for name in ("expected", "got"))
        assert "Go back to the application" in browser.text


def test_the_page_names_difference_and_registered_addresses_and_no_query(world: World, browser: Browser) -> None:
    client = client_of(world, redirect_uris=[BACK, "http://other.example/x"])
    authorize(browser, client, redirect_uri=f"{BACK}/?token=hidden")
    assert f"{BACK}, http://other.example/x" in browser.text
    assert "the slash at the end differs; the query differs from the registered one" in browser.text
    assert "hidden" not in str(told(world, "authorize.redirect_differs"))
    assert "hidden" not in browser.page.text.partition("<main")[2].partition("</main>")[0]


DIFFERENCES = {
    "https://client.example/cb": "the scheme differs: http is registered, https came",
    "http://client.example:81/cb": "the port differs: none is registered, 81 came",
    "http://www.client.example/cb": "the host differs: client.example is registered, www.client.example came",
    "http://client.example/callback": "the path differs: /cb is registered, /callback came",
    "http://client.example/cb?secret=1": "the query differs from the registered one",
    "http://client.example/cb#a": "the fragment differs from the registered one",
    "HTTP://client.example/cb": "it is spelt otherwise than http://client.example/cb",
    "http://client.example:x/cb": "what came is no address",
    "http://[/cb": "what came is no address",
}


def test_a_difference_is_told_in_words() -> None:
    assert {came: mismatch_of([BACK], came) for came in DIFFERENCES} == DIFFERENCES
    assert mismatch_of([], BACK) == "no redirect address is registered"


LOOPBACK = "http://127.0.0.1/cb"
COMES_BACK = [(LOOPBACK, "http://127.0.0.1:5123/cb"), ("http://127.0.0.1:1/cb", LOOPBACK)]
COMES_BACK += [("http://[::1]/cb", "http://[::1]:5123/cb")]
STAYS_AWAY = [
    (LOOPBACK, "http://127.0.0.1:5123/other"),
    (LOOPBACK, "http://127.0.0.1:5123/cb?x"),
    (LOOPBACK, "http://x@127.0.0.1:5123/cb"),
    (LOOPBACK, "http://127.0.0.1:0/cb"),
    (LOOPBACK, "http://127.0.0.1:5123\\@evil.example/cb"),
    (LOOPBACK, "https://127.0.0.1:5123/cb"),
    (LOOPBACK, "http://127.0.0.1:51\t23/cb"),
    (LOOPBACK, "http://127.0.0.1:5123/c\nb"),
    (LOOPBACK, "http://127.0.0.1:99999/cb"),
    ("http://localhost/cb", "http://localhost:5123/cb"),
    ("http://client.example/cb", "http://client.example:5123/cb"),
    ("https://127.0.0.1/cb", "https://127.0.0.1:5123/cb"),
    ("https://app.example/cb", "https://app.example:x/cb"),
]


def test_native_apps_come_back_by_any_port_of_the_loopback_numbers(world: World) -> None:
    kinds: list[dict[str, Any]] = [{"application_type": "native", "client_secret": None}, {}]
    for registered, came in COMES_BACK + STAYS_AWAY:
        for kind in kinds:
            client = client_of(world, redirect_uris=[registered], **kind)
            sent = {"client_id": [client.client_id], "redirect_uri": [came]}
            if kind and (registered, came) in COMES_BACK:
                assert find_redirect_target(world, sent).redirect_uri == came
                continue
            with pytest.raises(Refusal) as refused:
                find_redirect_target(world, sent)
            assert refused.value.code == "authorize.redirect_differs", came


def test_a_native_app_comes_back_by_its_own_scheme(world: World, account: Account, browser: Browser) -> None:
    back = "org.example.app:/back"
    native = client_of(world, application_type="native", client_secret=None, redirect_uris=[back])
    browser.page = sign_in(browser, world, account).http.get(
        f"{browser.base}/cas/oauth2/authorize?{urlencode(query(native, redirect_uri=back, prompt='none'))}",
        allow_redirects=False,
    )
    assert browser.page.headers["Location"].startswith(f"{back}?code=")


# Afterwards, the client is told.


WRONG: list[tuple[dict[str, str | None], str, str]] = [
    ({"response_type": None}, "authorize.response_type_missing", "invalid_request"),
    ({"response_type": "id_token"}, "authorize.response_type", "unsupported_response_type"),
    ({"response_mode": "fragment"}, "authorize.response_mode", "invalid_request"),
    ({"scope": "email openidx"}, "authorize.scope_without_openid", "invalid_scope"),
    ({"scope": "openid hr phone"}, "authorize.scope_not_registered", "invalid_scope"),
    ({"code_challenge": None}, "authorize.pkce_missing", "invalid_request"),
    ({"code_challenge": None, "code_challenge_method": None}, "authorize.pkce_missing", "invalid_request"),
    ({"code_challenge_method": "plain"}, "authorize.pkce_method", "invalid_request"),
    ({"code_challenge_method": None}, "authorize.pkce_method", "invalid_request"),
    ({"code_challenge": "x" * 44}, "authorize.pkce_challenge", "invalid_request"),
    ({"code_challenge": "x" * 42 + "="}, "authorize.pkce_challenge", "invalid_request"),
    ({"prompt": "create"}, "authorize.prompt", "invalid_request"),
    ({"prompt": "none login"}, "authorize.prompt", "invalid_request"),
    ({"max_age": "-1"}, "authorize.max_age", "invalid_request"),
    ({"max_age": "9" * 10}, "authorize.max_age", "invalid_request"),
    ({"request": "e30.e30."}, "authorize.request_object", "request_not_supported"),
    ({"request_uri": "http://client.example/r"}, "authorize.request_uri", "request_uri_not_supported"),
    ({"prompt": "none"}, "authorize.login_required", "login_required"),
]


def test_a_wrong_request_is_told_to_the_client(world: World, browser: Browser) -> None:
    client = client_of(world, scope="openid email profile")
    for more, kind, error in WRONG:
        found = answered(authorize(browser, client, **more))
        assert set(found) == {"error", "error_description", "state", "iss"}
        assert (found["error"], found["state"], bool(found["error_description"])) == (error, "st/ate +1", True)
        told(world, kind)
    found = answered(authorize(browser, client_of(world, grant_types=["refresh_token"])))
    assert (found["error"], bool(told(world, "authorize.not_for_client"))) == ("unauthorized_client", True)


@pytest.mark.threat("A parameter comes twice, so that two readers take another one each")
def test_a_parameter_that_comes_twice_is_refused_and_neither_chosen(world: World, browser: Browser) -> None:
    asked = query(client_of(world))
    for name in ("state", "something"):
        open_there(browser, f"/cas/oauth2/authorize?{urlencode(asked | {name: 'a'})}&{name}=b")
        found = answered(browser)
        assert (found["error"], told(world, "parameter.repeated")["got"]) == ("invalid_request", f"2 times {name}")
        assert ("state" in found) is (name != "state")
    for name in ("client_id", "redirect_uri"):
        open_there(browser, f"/cas/oauth2/authorize?{urlencode(asked)}&{urlencode({name: asked[name]})}")
        assert browser.at[0] == "oidc-refused"


def test_what_is_not_understood_is_ignored(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    more = {"scope": "profile openid openid eulogin offline_access", "acr_values": "urn:x", "claims": "{", "foo": "1"}
    found = answered(authorize(sign_in(browser, world, account), client, **more))
    assert grant_of(world, found).parameters["scope"] == "openid profile"


# Who has signed in how, and when.


@pytest.mark.parametrize("more", [{"prompt": "login"}, {"max_age": "0"}, {"prompt": "consent login"}])
def test_the_client_may_ask_for_a_new_proof_which_cannot_be_walked_around(
    world: World, account: Account, browser: Browser, more: dict[str, str]
) -> None:
    """Also at the instant of the sign-in before."""
    assert authorize(sign_in(browser, world, account), client_of(world), **more).at == ("whoami", "ready")
    assert open_there(browser, waiting(world)).at == ("whoami", "ready")
    advance(world, minutes(1))
    grant = grant_of(world, answered(give_password(browser, account)))
    assert (grant.auth_time, grant.sso) == (world.clock.now(), False)


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
def test_max_age_asks_anew_once_the_sign_in_is_older_and_the_registered_one_where_none_is_sent(
    world: World, account: Account, browser: Browser, seconds: int, *, asks: bool
) -> None:
    sign_in(browser, world, account)
    advance(world, minutes(seconds / 60))
    world.settings.change({"loop.tickets": 0})
    client = client_of(world, default_max_age=60)
    assert (authorize(browser, client).at[0] == "whoami") is asks
    assert (authorize(browser, client_of(world), max_age="60").at[0] == "whoami") is asks
    silent = answered(authorize(browser, client, prompt="none"))
    assert (silent.get("error") == "login_required") is asks
    assert answered(authorize(browser, client, max_age="120"))["code"]


def test_a_higher_level_asks_for_the_second_factor(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    authorize(
        sign_in(browser, world, account), client_of(world), acr_values="urn:x https://ecas.ec.europa.eu/loa/medium"
    )
    assert browser.at[0] == "password"
    assert open_there(browser, waiting(world)).at[0] == "password"  # not walked around
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


def test_a_newcomer_signs_up_in_between_and_goes_on(world: World, browser: Browser) -> None:
    authorize(browser, client_of(world))
    browser.open(link_to(browser, "Create an account"))
    assert "Rare Disease Portal" in browser.text
    browser.send(**fill()).open(the_link(world)).send(newPassword=PASSWORD, newPasswordConfirm=PASSWORD)
    assert answered(open_there(browser, link_to(browser, "Proceed to Rare Disease Portal")))["code"]


def test_select_account_begins_as_somebody_else(world: World, account: Account, browser: Browser) -> None:
    give_password(authorize(browser, client_of(world)), account)
    authorize(browser, client_of(world), prompt="select_account")
    assert browser.at == ("whoami", "ready")
    assert account.email not in browser.page.text.partition("<main")[2]


@pytest.fixture
def bo(world: World) -> Account:
    return create_account(world, NewAccount("Bo", "Lind", "bo@hospital.example", password=PASSWORD))


@pytest.fixture
def hint(world: World, account: Account, browser: Browser) -> str:
    """An ID token of Ada."""
    return str(tokens(browser, account, client_of(world))["id_token"])


def test_whom_the_hint_names_goes_back_at_once_and_one_that_is_no_id_token_hinders_nobody(
    world: World, account: Account, browser: Browser, hint: str
) -> None:
    world.settings.change({"loop.tickets": 0})
    client = client_of(world)
    for value in (hint, "x", "a.b.c", ""):
        found = answered(authorize(browser, client, id_token_hint=value, prompt="none"))
        assert grant_of(world, found).uid == account.uid
    assert answered(authorize(browser, client, id_token_hint=hint))["code"]


def test_whom_the_id_token_hint_names_may_sign_in_for_somebody_else(
    world: World, account: Account, bo: Account, browser: Browser, hint: str
) -> None:
    client = client_of(world)
    silent = answered(authorize(sign_in(browser, world, bo), client, id_token_hint=hint, prompt="none"))
    assert (silent["error"], journal_explains(world, "authorize.other_person")) == ("login_required", True)
    assert authorize(browser, client, id_token_hint=hint).at == ("whoami", "ready")
    assert f'value="{account.uid}"' in browser.page.text
    assert open_there(browser, waiting(world)).at == ("whoami", "ready")  # not walked around
    assert grant_of(world, answered(give_password(browser, account))).uid == account.uid


def test_who_signs_in_though_the_id_token_hint_names_another_is_not_told_to_the_client(
    world: World, bo: Account, browser: Browser, hint: str
) -> None:
    authorize(sign_in(browser, world, bo), client_of(world), id_token_hint=hint)
    assert answered(give_password(browser, bo))["error"] == "login_required"
    assert open_there(browser, waiting(world)).at == ("oidc-refused", "ready")


# One browser, one use, its time.


@pytest.mark.threat("The address of a sign-in that goes on is used in another browser")
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
    assert open_there(browser, waiting(world) + "&denied=true").at == ("oidc-refused", "ready")  # it is out
    assert answered(open_there(browser, waiting(world))) == first
    assert token(browser, client, code=first["code"]).status_code == 200
    assert open_there(browser, waiting(world)).at == ("oidc-refused", "ready")
    assert told(world, "authorize.request_gone")["got"] == "a request that was answered already"
    assert open_there(browser, "/cas/oauth2/authorize/continue").page.status_code == 410


def test_a_code_that_is_too_old_or_ended_is_not_given_again(world: World, account: Account, browser: Browser) -> None:
    client = client_of(world)
    authorize(sign_in(browser, world, account), client)
    advance(world, minutes(299 / 60))
    assert target(open_there(browser, waiting(world)))
    advance(world, minutes(1 / 60))
    assert open_there(browser, waiting(world)).at == ("oidc-refused", "ready")
    assert target(authorize(browser, client))
    revoke_sign_ins(world, account.uid)
    assert open_there(browser, waiting(world)).at == ("oidc-refused", "ready")


def test_somebody_else_in_the_same_browser_does_not_get_it(
    world: World, account: Account, bo: Account, browser: Browser
) -> None:
    """Nor does the client get a code of the one before."""
    first = answered(authorize(sign_in(browser, world, account), client_of(world)))
    open_there(sign_in(browser, world, bo), waiting(world))
    assert "Location" not in browser.page.headers
    assert grant_of(world, first).uid == account.uid


def test_two_tabs_at_the_same_instant_get_one_code(world: World, account: Account) -> None:
    way = RedirectTarget(client_of(world), BACK)
    asked = {"redirect_uri": BACK, "state": "", "response_mode": "query", "scope": "openid"}
    pending = rules.PendingRequest(rules.keep_request(world, way, asked, "b", None), way)
    found = SignedIn(start_session(world, account, "PASSWORD"), account)
    assert len(set(at_once(2, lambda: rules.answer(world, pending, found)["code"]))) == 1
    with world.database.session() as db:
        assert db.query(Grant).count() == 1


def test_a_request_waits_an_hour(world: World, account: Account, browser: Browser) -> None:
    for seconds, works in ((3599, True), (3600, False)):
        one = authorize(Browser(browser.base), client_of(world))
        advance(world, minutes(seconds / 60))
        open_there(sign_in(one, world, account), waiting(world))
        assert bool(target(one)) is works


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
