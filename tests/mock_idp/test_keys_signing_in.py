"""Signing in with a security key as second step (facts, methods in the list; limits)."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from eulogin_harness.state import dump_state, load_state
from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.keys import rules, signing_in
from mock_idp.keys.deleting import delete_key
from mock_idp.signin.sessions import SsoSession
from mock_world import Refusal, World
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.test_keys import SECOND, STRANGE, add_key, new_key, options, told
from tests.software_key import SoftwareKey

SERVICE = "http://cpms.example/signin"
WANTED = f"/cas/login?service={SERVICE}&authenticationLevel=MEDIUM"


@pytest.fixture
def key(world: World, account: Account) -> SoftwareKey:
    return add_key(world, account)


def at_key_page(browser: Browser, account: Account, address: str = "/cas/login") -> Browser:
    """After the right password, where the browser asks for the key."""
    browser.open(address).send(username=account.email).send(password=PASSWORD, loginStrength="PASSWORD_WEBAUTHN")
    assert browser.at == ("webauthn", "pending")
    return browser


def password_page(browser: Browser) -> Browser:
    """By the button that leads back to the password and its methods."""
    action = unescape(browser.page.text.partition('<form method="post" action="')[2].partition('"')[0])
    hidden = dict(browser.hidden)
    data = {name: hidden[name] for name in ("csrf_token", "username")}
    browser.page = browser.http.post(browser.base + action[action.index("/cas/") :], data=data)
    return browser


def answer(browser: Browser, key: SoftwareKey, **odd: Any) -> Browser:
    return browser.send(keyAction="answer", credential=key.get(options(browser) | odd))


def strengths(world: World) -> list[list[str]]:
    with world.database.session() as db:
        return [session.strengths for session in db.query(SsoSession)]


def test_a_key_is_the_second_step_to_a_service_that_asks_for_two(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    browser.open(WANTED).send(username=account.email)
    assert 'id="verif-method-dd-PASSWORD"' not in browser.page.text
    browser.send(password=PASSWORD, loginStrength="PASSWORD_WEBAUTHN")
    assert "to continue to" in browser.text
    assert options(browser)["allowCredentials"] == [{"id": key.id, "type": "public-key", "transports": ["usb"]}]
    credential = key.get(options(browser))
    browser.send(follow=False, keyAction="answer", credential=credential)
    ticket = browser.page.headers["Location"].partition("ticket=")[2]
    query = {"service": SERVICE, "ticket": ticket, "authenticationLevel": "MEDIUM"}
    told_service = browser.http.get(f"{browser.base}/cas/laxValidate", params=query).text
    assert "<cas:strength>PASSWORD_WEBAUTHN</cas:strength>" in told_service
    assert "<cas:authenticationLevel>MEDIUM</cas:authenticationLevel>" in told_service
    (kept,) = rules.keys_of(world, account.uid)
    assert (kept.sign_count, kept.used_at) == (1, world.clock.now())
    assert world.journal.events(types=["key.used"])[0].fields == {"key": "Blue key"}


def test_a_key_is_chosen_beforehand_and_comes_after_the_password(
    account: Account, key: SoftwareKey, browser: Browser
) -> None:
    browser.open("/cas/login").send(username=account.email)
    assert dict(browser.hidden)["loginStrength"] == "PASSWORD_WEBAUTHN"
    browser.send(password="wrong-password")
    assert browser.at == ("password", "ready")
    assert browser.send(password=PASSWORD).at == ("webauthn", "pending")


def test_a_key_that_has_no_counter_works_again_and_again(world: World, account: Account, browser: Browser) -> None:
    key = add_key(world, account)
    for _ in range(2):
        key.counter = -1  # goes up to 0: passkeys count nothing
        answer(at_key_page(browser, account, "/cas/login?renew=true"), key)
        assert browser.at[0] != "webauthn"
    assert rules.keys_of(world, account.uid)[0].sign_count == 0


@pytest.mark.parametrize(
    ("odd", "asked", "got"),
    [
        ({"origin": "https://evil.example"}, {}, "origin"),
        ({"rp_id": "evil.example"}, {}, "RP ID"),
        ({}, {"challenge": "AAAA"}, "challenge"),
        ({"credential_id": b"another"}, {}, "a key that no account has"),
        ({"_private": SoftwareKey("", "")._private}, {}, "signature"),
    ],
    ids=["origin", "site", "challenge", "unknown key", "signature"],
)
def test_a_wrong_answer_is_counted_and_signs_nobody_in(
    world: World,
    account: Account,
    key: SoftwareKey,
    browser: Browser,
    odd: dict[str, Any],
    asked: dict[str, str],
    got: str,
) -> None:
    for name, value in odd.items():
        setattr(key, name, value)
    answer(at_key_page(browser, account), key, **asked)
    assert browser.at == ("webauthn", "failed")
    assert "Try again with a key from your list: this answer was wrong. Tries left: 4." in browser.errors[0]
    told_journal = told(world, "key.wrong")
    assert got in told_journal["got"]
    assert told_journal["expected"].startswith("an answer to this page's challenge, signed by a key of the account")
    assert told_journal["remedy"].endswith("tries left: 4")
    assert strengths(world) == []
    assert browser.send(keyAction="again").at == ("webauthn", "pending")


@pytest.mark.parametrize("credential", STRANGE)
def test_a_strange_answer_signs_nobody_in(
    world: World, account: Account, key: SoftwareKey, browser: Browser, credential: str
) -> None:
    at_key_page(browser, account).send(keyAction="answer", credential=credential)
    assert browser.at == ("webauthn", "failed")
    assert strengths(world) == []


def test_a_key_of_another_user_is_refused_with_the_documented_sentence(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    eve = create_account(world, NewAccount("Eve", "Nil", "eve@hospital.example", password=PASSWORD))
    theirs = add_key(world, eve, "Theirs")
    answer(at_key_page(browser, account), theirs)
    assert browser.at == ("webauthn", "failed")
    assert browser.errors[0] == (
        f'You are currently logged in as user "{account.uid}" and cannot use an authentication factor '
        f'registered to user "{eve.uid}"'
    )
    assert told(world, "signin.other_user")["got"] == f"a key of {eve.uid}"
    assert rules.keys_of(world, eve.uid)[0].used_at is None


def test_a_counter_that_goes_back_may_be_a_copy(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    key.counter = 6
    answer(at_key_page(browser, account), key)
    key.counter = 6
    answer(at_key_page(browser, account, "/cas/login?renew=true"), key)
    assert browser.at == ("webauthn", "failed")
    assert "delete this key and add it again: its counter went back" in browser.errors[0]
    cloned = told(world, "key.cloned")
    assert (cloned["expected"], cloned["got"]) == (
        "a counter above 7, where the key stood when it was used last",
        "the counter 7",
    )
    assert "delete the key and add it again" in cloned["remedy"]
    assert rules.keys_of(world, account.uid)[0].sign_count == 7


def test_an_answer_signs_in_once(world: World, account: Account, key: SoftwareKey, browser: Browser) -> None:
    page = at_key_page(browser, account).page.url
    data = dict(browser.hidden) | {"keyAction": "answer", "credential": key.get(options(browser))}
    browser.page = browser.http.post(page, data=data)
    assert browser.at == ("successful-login", "ready")
    browser.open("/cas/logout").send()
    for sent in (data, data | {"keyAction": "again"}):  # back button, and the old form once more
        token = dict(browser.open("/cas/login").hidden)["csrf_token"]
        browser.page = browser.http.post(page, data=sent | {"csrf_token": token})
        assert browser.at == ("whoami", "known")
    assert browser.open(page).at == ("whoami", "known")
    assert strengths(world) == []


def test_answers_at_the_same_moment_sign_in_once(world: World, account: Account, key: SoftwareKey) -> None:
    challenge = signing_in.ask_key(world, account, browser="b")
    answers = [key.get({"challenge": challenge.challenge}) for _ in range(4)]

    def use(credential: str) -> str:
        try:
            return signing_in.use_key(world, account, challenge, credential).name
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(use, answers)) == ["Blue key"] + ["key.challenge_answered"] * 3


def test_after_the_right_answer_no_new_question_without_the_password(
    world: World, account: Account, key: SoftwareKey
) -> None:
    challenge = signing_in.ask_key(world, account, browser="b")
    signing_in.use_key(world, account, challenge, key.get({"challenge": challenge.challenge}))
    with world.database.session() as db:
        challenge = db.merge(challenge)
        db.refresh(challenge)
    with pytest.raises(Refusal, match="answered already"):
        signing_in.ask_again(world, account, challenge)


def test_a_question_of_another_browser_is_not_known(account: Account, key: SoftwareKey, browser: Browser) -> None:
    page = at_key_page(browser, account).page.url
    other = Browser(browser.base)
    token = dict(other.open("/cas/login").hidden)["csrf_token"]
    other.page = other.http.post(page, data={"csrf_token": token, "keyAction": "again"})
    assert other.page.status_code == 404
    assert other.open(page).page.status_code == 404
    assert "Start again: this page was not opened for you in this browser." in other.errors[0]


def test_the_question_for_a_new_key_is_none_for_signing_in(
    account: Account, key: SoftwareKey, browser: Browser
) -> None:
    page = at_key_page(browser, account).page.url
    number = page.partition("key=")[2]
    browser.send(keyAction="answer", credential=key.get(options(browser)))
    assert browser.open(f"/cas/userdata/addMySecurityKey.cgi?key={number}").page.status_code == 404


def test_two_tabs_both_sign_in(account: Account, key: SoftwareKey, browser: Browser) -> None:
    first = at_key_page(browser, account).page
    at_key_page(browser, account)
    assert answer(browser, key).at == ("successful-login", "ready")
    browser.page = first
    assert answer(browser, key).at == ("successful-login", "ready")


def test_a_key_is_awaited_until_its_time_is_over(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    page = at_key_page(browser, account, WANTED).page.url
    advance(world, minutes(10) - SECOND)
    assert browser.open(page).at == ("webauthn", "pending")
    late = browser.page
    advance(world, SECOND)
    assert answer(browser, key).at == ("webauthn", "timed-out")
    assert "Start again: the security key had to answer by 17:10." in browser.errors[0]
    browser.page = late
    assert browser.send(keyAction="again").at == ("webauthn", "timed-out")
    assert browser.open(page).at == ("webauthn", "timed-out")
    assert "Enter your password again" in browser.errors[0]
    assert password_page(browser).at == ("password", "ready")
    assert "service=http" in browser.page.url
    assert strengths(world) == []


def test_just_in_time_a_key_signs_in(world: World, account: Account, key: SoftwareKey, browser: Browser) -> None:
    at_key_page(browser, account)
    advance(world, minutes(10) - SECOND)
    assert answer(browser, key).at == ("successful-login", "ready")


@pytest.mark.parametrize("problem", ["NotAllowedError", "UnknownError"])
def test_a_cancelled_question_counts_as_no_try_and_leads_to_other_methods(
    world: World, account: Account, key: SoftwareKey, browser: Browser, problem: str
) -> None:
    world.settings.change({"key.requests": 100})
    for _ in range(6):
        at_key_page(browser, account).send(keyAction="answer", keyProblem=problem)
        assert browser.at == ("webauthn", "failed")
    assert browser.send(keyAction="again").at == ("webauthn", "pending")
    browser.send(keyAction="answer", keyProblem=problem)
    assert password_page(browser).at == ("password", "ready")
    assert answer(at_key_page(browser, account), key).at == ("successful-login", "ready")


def test_a_key_is_asked_five_times_in_a_quarter_of_an_hour(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    for _ in range(5):
        assert at_key_page(browser, account).at == ("webauthn", "pending")
    open_page = browser.page
    often = "Use another verification method, or try again after 17:15: your key was asked too often."
    at_password = browser.open("/cas/login?renew=true").send(username=account.email)
    at_password.send(password=PASSWORD, loginStrength="PASSWORD_WEBAUTHN")
    assert (browser.at, browser.errors) == (("webauthn", "failed"), [often])
    assert told(world, "key.too_many_requests")["remedy"].startswith("use another verification method, wait until")
    assert password_page(browser).at == ("password", "ready")
    browser.page = open_page
    assert answer(browser, key).at == ("successful-login", "ready")
    browser.open("/cas/logout").send()
    assert at_key_page(browser, account).at == ("webauthn", "pending")


def test_the_questions_to_a_key_are_forgotten_after_a_quarter_of_an_hour(
    world: World, account: Account, key: SoftwareKey
) -> None:
    for _ in range(5):
        signing_in.ask_key(world, account, browser="b")
    advance(world, minutes(15) - SECOND)
    with pytest.raises(Refusal, match="asked too often"):
        signing_in.ask_key(world, account, browser="b")
    advance(world, SECOND)
    signing_in.ask_key(world, account, browser="b")


def test_five_wrong_answers_lock_the_keys_for_a_while(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    other = new_key(world)
    at_key_page(browser, account)
    for left in (4, 3, 2, 1):
        assert f"Tries left: {left}." in answer(browser, other).errors[0]
        browser.send(keyAction="again")
    right = dict(browser.hidden) | {"keyAction": "answer"}, options(browser), browser.page.url
    answer(browser, other)
    locked = "Use another verification method, or try again after 17:15: too many answers were wrong."
    assert browser.errors == [locked]
    assert "Try again" not in browser.text.replace("try again", "")
    assert told(world, "key.locked")["remedy"].startswith("use another verification method, wait until 17:15")
    browser.open("/cas/login").send(username=account.email).send(password=PASSWORD, loginStrength="PASSWORD_WEBAUTHN")
    assert (browser.at, browser.errors) == (("webauthn", "failed"), [locked])
    browser.page = browser.http.post(right[2], data=right[0] | {"credential": key.get(right[1])})
    assert browser.errors == [locked]
    assert strengths(world) == []
    advance(world, minutes(15) - SECOND)
    with pytest.raises(Refusal):
        signing_in.ask_key(world, account, browser="b")
    advance(world, SECOND)
    assert answer(at_key_page(browser, account), key).at == ("successful-login", "ready")


def test_the_right_answer_begins_to_count_anew(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    other = new_key(world)
    answer(at_key_page(browser, account), other)
    answer(browser.send(keyAction="again"), key)
    assert browser.at == ("successful-login", "ready")
    answer(at_key_page(browser, account, "/cas/login?renew=true"), other)
    assert "Tries left: 4." in browser.errors[0]


def test_a_key_that_is_deleted_meanwhile_signs_nobody_in(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    at_key_page(browser, account)
    delete_key(world, account, 1)
    assert answer(browser, key).at == ("webauthn", "failed")
    assert told(world, "key.wrong")["got"] == "a key that no account has"


def test_without_script_the_page_says_so_and_offers_other_methods(
    account: Account, key: SoftwareKey, browser: Browser
) -> None:
    at_key_page(browser, account)
    assert "Switch on JavaScript and reload this page" in browser.text
    assert "Use another verification method" in browser.text


def test_an_answer_counts_only_for_the_service_that_the_page_named(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    at_key_page(browser, account)
    asked, elsewhere = options(browser), f"{browser.page.url}&service={SERVICE}"
    data = dict(browser.hidden) | {"keyAction": "answer", "credential": key.get(asked)}
    assert browser.http.get(elsewhere).url.startswith(f"{browser.base}/cas/login?service=")
    browser.page = browser.http.post(elsewhere, data=data)
    assert browser.at == ("whoami", "ready")
    assert strengths(world) == []


def test_an_answer_leads_to_no_service_that_asks_for_more(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    at_key_page(browser, account, WANTED)
    data = dict(browser.hidden) | {"keyAction": "answer", "credential": key.get(options(browser))}
    browser.page = browser.http.post(browser.page.url.replace("=MEDIUM", "=HIGH"), data=data)
    assert browser.at == ("password", "ready")
    assert world.journal.events(types=["ticket.issued"]) == []


def test_trying_again_and_again_does_not_keep_the_password_fresh(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    at_key_page(browser, account)
    for _ in range(6):
        advance(world, minutes(9))
        browser.send(keyAction="answer", keyProblem="AbortError")
        assert browser.send(keyAction="again").at == ("webauthn", "pending")
    advance(world, minutes(6))
    browser.send(keyAction="answer", keyProblem="AbortError")
    assert browser.send(keyAction="again").at == ("page-too-old", "ready")


def test_no_secret_of_a_question_is_in_the_journal(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    challenge = options(at_key_page(browser, account))["challenge"]
    answer(browser, key, challenge="AAAA")
    answer(browser.send(keyAction="again"), key)
    written = str([event.fields for event in world.journal.events()])
    assert challenge not in written
    assert key.id not in written


def test_how_long_a_question_lives_is_a_setting(world: World, account: Account, key: SoftwareKey) -> None:
    world.settings.change({"challenge.life": "PT30S"})
    challenge = signing_in.ask_key(world, account, browser="b")
    assert challenge.expires_at - world.clock.now() == timedelta(seconds=30)


def test_an_account_that_is_disabled_meanwhile_stays_out(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    at_key_page(browser, account)
    with world.database.session() as db:
        db.get_one(Account, account.uid).disabled = True
    assert answer(browser, key).at == ("webauthn", "failed")
    assert "Ask the support of EU Login for help" in browser.errors[0]
    assert strengths(world) == []


def test_a_world_that_is_kept_and_taken_up_again_knows_keys_and_open_questions(
    world: World, account: Account, key: SoftwareKey, browser: Browser
) -> None:
    at_key_page(browser, account)
    load_state(world, json.loads(json.dumps(dump_state(world))))
    assert answer(browser, key).at == ("successful-login", "ready")
    assert rules.keys_of(world, account.uid)[0].sign_count == 1
