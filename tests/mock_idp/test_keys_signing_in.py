"""Signing in with a security key as second step (facts, methods in the list; limits)."""

import json
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest

from eulogin_harness.state import dump_state, load_state
from mock_idp.account_management.key_deletion import delete_key
from mock_idp.accounts.model import Account
from mock_idp.factors.keys import rules, signing_in
from mock_idp.factors.keys.challenges import challenge_of
from mock_idp.signin.sessions import SsoSession
from mock_world import Refusal, World
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.signing_in import change, tab, told
from tests.mock_idp.test_keys import SECOND, STRANGE, add_key, new_key, options
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


@pytest.fixture
def asking(account: Account, key: SoftwareKey, browser: Browser) -> Browser:
    """At the page that asks for the account's only key."""
    return at_key_page(browser, account)


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


def test_a_key_is_preselected_and_comes_after_the_password(
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
    ("odd", "got"),
    [
        ({"origin": "https://evil.example"}, "origin"),
        ({"rp_id": "evil.example"}, "RP ID"),
        ({"challenge": "AAAA"}, "challenge"),
        ({"credential_id": b"another"}, "a key that no account has"),
        ({"_private": SoftwareKey("", "")._private}, "signature"),
    ],
    ids=["origin", "site", "challenge", "unknown key", "signature"],
)
def test_a_wrong_answer_is_counted_and_signs_nobody_in(
    world: World, key: SoftwareKey, asking: Browser, odd: dict[str, Any], got: str
) -> None:
    question = {name: value for name, value in odd.items() if name == "challenge"}
    for name in odd.keys() - question.keys():
        setattr(key, name, odd[name])
    answer(asking, key, **question)
    assert asking.at == ("webauthn", "failed")
    assert "Try again with a key from your list: this answer was wrong. Tries left: 4." in asking.errors[0]
    told_journal = told(world, "key.wrong")
    assert got in told_journal["got"]
    assert told_journal["remedy"].endswith("tries left: 4")
    assert strengths(world) == []
    assert asking.send(keyAction="again").at == ("webauthn", "pending")


def test_a_strange_answer_signs_nobody_in(world: World, key: SoftwareKey, asking: Browser) -> None:
    world.settings.change({"key.tries": 100, "key.requests": 100})
    for credential in STRANGE:
        asking.send(keyAction="answer", credential=credential)
        assert asking.at == ("webauthn", "failed")
        assert asking.send(keyAction="again").at == ("webauthn", "pending")
    assert strengths(world) == []


def test_a_key_of_another_user_is_refused_with_the_documented_sentence(
    world: World, account: Account, key: SoftwareKey, other: Account, asking: Browser
) -> None:
    theirs = add_key(world, other, "Theirs")
    answer(asking, theirs)
    assert asking.at == ("webauthn", "failed")
    assert asking.errors[0] == (
        f'You are currently logged in as user "{account.uid}" and cannot use an authentication factor '
        f'registered to user "{other.uid}"'
    )
    assert told(world, "signin.other_user")["got"] == f"a key of {other.uid}"
    assert rules.keys_of(world, other.uid)[0].used_at is None


def test_a_counter_that_went_back_is_told(world: World, account: Account, key: SoftwareKey, asking: Browser) -> None:
    key.counter = 6
    answer(asking, key)
    key.counter = 6
    answer(at_key_page(asking, account, "/cas/login?renew=true"), key)
    assert asking.at == ("webauthn", "failed")
    assert "delete this key and add it again: its counter went back" in asking.errors[0]
    cloned = told(world, "key.cloned")
    assert (cloned["expected"], cloned["got"]) == (
        "a counter above 7, where the key stood when it was used last",
        "the counter 7",
    )
    assert "delete the key and add it again" in cloned["remedy"]
    assert rules.keys_of(world, account.uid)[0].sign_count == 7


def test_an_answer_signs_in_once(world: World, key: SoftwareKey, asking: Browser) -> None:
    page = asking.page.url
    data = dict(asking.hidden) | {"keyAction": "answer", "credential": key.get(options(asking))}
    asking.page = asking.http.post(page, data=data)
    assert asking.at == ("successful-login", "ready")
    asking.open("/cas/logout").send()
    for sent in (data, data | {"keyAction": "again"}):  # back button, and the old form once more
        token = dict(asking.open("/cas/login").hidden)["csrf_token"]
        asking.page = asking.http.post(page, data=sent | {"csrf_token": token})
        assert asking.at == ("whoami", "known")
    assert asking.open(page).at == ("whoami", "known")
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
    with pytest.raises(Refusal, match="answered already"):
        signing_in.ask_again(world, account, challenge_of(world, challenge.id, browser="b"))


def test_a_question_of_another_browser_is_not_known(asking: Browser) -> None:
    page = asking.page.url
    other = Browser(asking.base)
    token = dict(other.open("/cas/login").hidden)["csrf_token"]
    other.page = other.http.post(page, data={"csrf_token": token, "keyAction": "again"})
    assert other.page.status_code == 404
    assert other.open(page).page.status_code == 404
    assert "Start again: this page was not opened for you in this browser." in other.errors[0]


def test_the_question_for_a_new_key_is_none_for_signing_in(key: SoftwareKey, asking: Browser) -> None:
    page = asking.page.url
    number = page.partition("key=")[2]
    asking.send(keyAction="answer", credential=key.get(options(asking)))
    assert asking.open(f"/cas/userdata/addMySecurityKey.cgi?key={number}").page.status_code == 404


def test_two_tabs_sign_in_to_the_last_second(world: World, account: Account, key: SoftwareKey, asking: Browser) -> None:
    first = tab(asking)
    at_key_page(asking, account)
    advance(world, minutes(10) - SECOND)
    for each in (asking, first):
        assert answer(each, key).at == ("successful-login", "ready")


def test_a_key_is_awaited_for_its_time(world: World, account: Account, key: SoftwareKey, browser: Browser) -> None:
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


def test_a_cancelled_question_counts_as_no_try_and_leads_to_other_methods(
    world: World, account: Account, key: SoftwareKey, asking: Browser
) -> None:
    world.settings.change({"key.requests": 100})
    for problem in ("NotAllowedError", "UnknownError") * 3:
        assert asking.send(keyAction="answer", keyProblem=problem).at == ("webauthn", "failed")
        assert asking.send(keyAction="again").at == ("webauthn", "pending")
    asking.send(keyAction="answer", keyProblem="NotAllowedError")
    assert password_page(asking).at == ("password", "ready")
    assert answer(at_key_page(asking, account), key).at == ("successful-login", "ready")


def test_a_key_is_asked_five_times_at_most(world: World, account: Account, key: SoftwareKey, asking: Browser) -> None:
    for _ in range(4):
        at_key_page(asking, account)
    open_page = asking.page
    often = "Use another verification method, or try again after 17:15: your key was asked too often."
    at_password = asking.open("/cas/login?renew=true").send(username=account.email)
    at_password.send(password=PASSWORD, loginStrength="PASSWORD_WEBAUTHN")
    assert (asking.at, asking.errors) == (("webauthn", "failed"), [often])
    assert told(world, "key.too_many_requests")["remedy"].startswith("use another verification method, wait until")
    assert password_page(asking).at == ("password", "ready")
    asking.page = open_page
    assert answer(asking, key).at == ("successful-login", "ready")
    asking.open("/cas/logout").send()
    assert at_key_page(asking, account).at == ("webauthn", "pending")


def test_five_wrong_answers_lock_the_keys(world: World, account: Account, key: SoftwareKey, asking: Browser) -> None:
    other = new_key(world)
    for left in (4, 3, 2, 1):
        assert f"Tries left: {left}." in answer(asking, other).errors[0]
        asking.send(keyAction="again")
    right = dict(asking.hidden) | {"keyAction": "answer"}, options(asking), asking.page.url
    answer(asking, other)
    locked = "Use another verification method, or try again after 17:15: too many answers were wrong."
    assert asking.errors == [locked]
    assert "Try again" not in asking.text.replace("try again", "")
    assert told(world, "key.locked")["remedy"].startswith("use another verification method, wait until 17:15")
    asking.open("/cas/login").send(username=account.email).send(password=PASSWORD, loginStrength="PASSWORD_WEBAUTHN")
    assert (asking.at, asking.errors) == (("webauthn", "failed"), [locked])
    asking.page = asking.http.post(right[2], data=right[0] | {"credential": key.get(right[1])})
    assert asking.errors == [locked]
    assert strengths(world) == []
    advance(world, minutes(15) - SECOND)
    with pytest.raises(Refusal):
        signing_in.ask_key(world, account, browser="b")
    advance(world, SECOND)
    answer(at_key_page(asking, account), other)
    assert answer(asking.send(keyAction="again"), key).at == ("successful-login", "ready")
    answer(at_key_page(asking, account, "/cas/login?renew=true"), other)
    assert "Tries left: 4." in asking.errors[0]  # the right answer began to count anew


def test_a_key_deleted_meanwhile_is_no_key(world: World, account: Account, key: SoftwareKey, asking: Browser) -> None:
    delete_key(world, account, 1)
    assert answer(asking, key).at == ("webauthn", "failed")
    assert told(world, "key.wrong")["got"] == "a key that no account has"


def test_without_script_the_page_says_so_and_offers_other_methods(asking: Browser) -> None:
    assert "Switch on JavaScript and reload this page" in asking.text
    assert "Use another verification method" in asking.text


def test_an_answer_counts_for_its_own_page(world: World, account: Account, key: SoftwareKey, browser: Browser) -> None:
    page = at_key_page(browser, account, WANTED).page.url
    data = dict(browser.hidden) | {"keyAction": "answer", "credential": key.get(options(browser))}
    elsewhere = page.replace("cpms.example", "other.example")
    assert browser.http.get(elsewhere).url.startswith(f"{browser.base}/cas/login?service=")
    browser.page = browser.http.post(elsewhere, data=data)
    assert (browser.at, strengths(world)) == (("whoami", "ready"), [])
    browser.page = browser.http.post(page.replace("=MEDIUM", "=HIGH"), data=data)
    assert browser.at == ("password", "ready")
    assert world.journal.events(types=["ticket.issued"]) == []


def test_trying_again_and_again_does_not_keep_the_password_fresh(world: World, asking: Browser) -> None:
    world.settings.change({"login_page.life": "PT20M"})
    for _ in range(2):
        advance(world, minutes(9))
        asking.send(keyAction="answer", keyProblem="AbortError")
        assert asking.send(keyAction="again").at == ("webauthn", "pending")
    advance(world, minutes(2))
    asking.send(keyAction="answer", keyProblem="AbortError")
    assert asking.send(keyAction="again").at == ("page-too-old", "ready")


def test_no_secret_of_a_question_is_in_the_journal(world: World, key: SoftwareKey, asking: Browser) -> None:
    challenge = options(asking)["challenge"]
    answer(asking, key, challenge="AAAA")
    answer(asking.send(keyAction="again"), key)
    written = str([event.fields for event in world.journal.events()])
    assert challenge not in written
    assert key.id not in written


def test_who_is_disabled_meanwhile_stays_out(world: World, account: Account, key: SoftwareKey, asking: Browser) -> None:
    change(world, account, disabled=True)
    assert answer(asking, key).at == ("webauthn", "failed")
    assert "Ask the support of EU Login for help" in asking.errors[0]
    assert strengths(world) == []


def test_a_world_that_is_kept_and_taken_up_again_knows_keys_and_open_questions(
    world: World, account: Account, key: SoftwareKey, asking: Browser
) -> None:
    load_state(world, json.loads(json.dumps(dump_state(world))))
    assert answer(asking, key).at == ("successful-login", "ready")
    assert rules.keys_of(world, account.uid)[0].sign_count == 1
