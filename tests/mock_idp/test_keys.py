"""Security keys: adding, naming, deleting (facts, methods in the list; limits)."""

import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.devices.rules import Enrolled
from mock_idp.keys import adding, challenges, deleting, rules
from mock_idp.keys.model import ADD, KeyChallenge
from mock_world import Refusal, World
from mock_world.relying_party import RelyingParty
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.software_key import SoftwareKey

LIST = "/cas/userdata/manageMySecurityKeys.cgi"
ADDING = "/cas/userdata/addMySecurityKey.cgi"
RENAMING = "/cas/userdata/renameMySecurityKey.cgi"
DELETING = "/cas/userdata/deleteMySecurityKey.cgi"
SECOND = timedelta(seconds=1)
STRANGE = ["", "{}", "[]", "null", "x" * 200_000, '{"id": "\u202e"}', "[" * 50_000, "<b>\x00</b>", '{"id": NaN}']


def new_key(world: World, **odd: Any) -> SoftwareKey:
    party = challenges.relying_party(world)
    return SoftwareKey(**{"rp_id": party.id, "origin": party.origin, **odd})


def options(browser: Browser) -> dict[str, Any]:
    """What the page tells the browser to ask."""
    found = re.search(r'data-options="([^"]*)"', browser.page.text)
    assert found, browser.text
    told: dict[str, Any] = json.loads(unescape(found[1]))
    return told


def add_key(world: World, account: Account, name: str = "Blue key", key: SoftwareKey | None = None) -> SoftwareKey:
    """Add a key without pages."""
    key = key or new_key(world)
    challenge = adding.start_adding(world, account, name=name, browser="b")
    asked = json.loads(adding.creation_options(world, account, challenge))
    adding.add_key(world, account, challenge, key.create(asked))
    return key


def names(world: World, account: Account) -> list[str]:
    return [key.name for key in rules.keys_of(world, account.uid)]


def told(world: World, code: str) -> dict[str, Any]:
    """What the journal keeps of the last refusal of that kind."""
    return world.journal.events(types=[code])[-1].fields


@pytest.fixture
def signed_in(account: Account, browser: Browser) -> Browser:
    """Somebody who gave the password, without any factor yet."""
    return browser.open("/cas/login").send(username=account.email).send(password=PASSWORD)


def asked(browser: Browser, name: str = "Blue key") -> Browser:
    """At the page that asks for a new key."""
    browser.open(ADDING).send(keyName=name)
    assert browser.at == ("add-security-key", "pending")
    return browser


def delete_page(browser: Browser, world: World, account: Account) -> Browser:
    (key,) = rules.keys_of(world, account.uid)
    return browser.open(f"{DELETING}?key={key.id}")


# Adding.


def test_a_key_is_added_under_its_name_and_a_mail_reports_it(
    world: World, account: Account, signed_in: Browser
) -> None:
    signed_in.open(LIST)
    assert "Your account has no security key yet" in signed_in.text
    key = new_key(world)
    asked(signed_in, "  Blue   key ").send(credential=key.create(options(signed_in)))
    assert signed_in.at == ("security-keys", "ready")
    assert "Blue key was added. You can sign in with it from now on." in signed_in.text
    assert "Not used yet" in signed_in.text
    (kept,) = rules.keys_of(world, account.uid)
    assert (kept.name, kept.credential_id, kept.sign_count, kept.transports) == ("Blue key", key.id, 0, ["usb"])
    (mail,) = world.mailbox.mails(to=account.email)
    assert 'The security key "Blue key" was added to your account.' in mail.text
    assert world.journal.events(types=["key.added"])[0].fields == {"key": "Blue key"}


def test_a_mail_comes_only_where_notifications_are_on(world: World, account: Account) -> None:
    with world.database.session() as db:
        silent = db.get_one(Account, account.uid)
        silent.notifications = False
    add_key(world, silent)
    assert world.mailbox.mails(to=account.email) == []


def test_the_browser_is_told_who_asks_and_which_keys_are_there_already(
    world: World, account: Account, signed_in: Browser
) -> None:
    asked_for = options(asked(signed_in))
    assert asked_for["rp"] == {"id": "localhost", "name": "EU Login mock"}
    assert asked_for["user"]["name"] == account.email
    assert account.uid not in str(asked_for)
    assert (asked_for["timeout"], asked_for["excludeCredentials"]) == (600_000, [])
    challenge = adding.start_adding(world, account, name="Other", browser="b")
    key = add_key(world, account)
    again = json.loads(adding.creation_options(world, account, challenge))
    assert [one["id"] for one in again["excludeCredentials"]] == [key.id]
    assert again["user"]["id"] == asked_for["user"]["id"]


@pytest.mark.parametrize("name", ["", " ", "x" * 51, "x" * 10_000, "\u202eeulb", "a\x00b", "\u200b"])
def test_a_name_has_1_to_50_characters_that_can_be_seen(world: World, signed_in: Browser, name: str) -> None:
    signed_in.open(ADDING).send(keyName=name)
    assert signed_in.at == ("add-security-key", "ready")
    assert any("Enter a name of 1 to 50 characters" in error for error in signed_in.errors)
    assert told(world, "key.name_wrong")["expected"] == "a name of 1 to 50 printable characters"


@pytest.mark.parametrize("name", ["x", "x" * 50, "مفتاح أزرق", "Синий ключ", "<b>bold</b>", "{key}", "🔑", "a'\"&"])
def test_names_of_all_alphabets_are_shown_as_they_are(
    world: World, account: Account, signed_in: Browser, name: str
) -> None:
    asked(signed_in, name).send(credential=new_key(world).create(options(signed_in)))
    assert names(world, account) == [name]
    assert f"{name} was added" in unescape(re.sub("<(?!b>|/b>)[^>]+>", "", signed_in.page.text))
    assert "<b>" not in signed_in.page.text
    assert name in world.mailbox.mails(to=account.email)[0].text


@pytest.mark.parametrize("name", ["Blue key", " BLUE  KEY ", "\uff22lue key"])
def test_two_keys_have_different_names(world: World, account: Account, signed_in: Browser, name: str) -> None:
    asked(signed_in).send(credential=new_key(world).create(options(signed_in)))
    with pytest.raises(Refusal, match="one of your security keys is called Blue key already") as refused:
        adding.start_adding(world, account, name=name, browser="b")
    assert refused.value.field == "keyName"
    assert told(world, "key.name_taken")["remedy"] == "choose another name, or delete the other key first"


def test_an_account_has_at_most_ten_keys(world: World, account: Account) -> None:
    in_time = adding.start_adding(world, account, name="Asked for in time", browser="b")
    for number in range(10):
        add_key(world, account, f"Key {number}")
    with pytest.raises(Refusal, match="Delete a security key first: an account can have 10"):
        adding.start_adding(world, account, name="Eleventh", browser="b")
    with pytest.raises(Refusal, match="Delete a security key first"):
        adding.add_key(world, account, in_time, new_key(world).create({"challenge": in_time.challenge}))
    assert len(names(world, account)) == 10
    assert told(world, "key.too_many")["expected"] == "fewer than 10 security keys"


@pytest.mark.parametrize(
    ("odd", "got"),
    [
        ({"origin": "http://localhost"}, "origin"),
        ({"origin": "https://evil.example"}, "origin"),
        ({"rp_id": "evil.example"}, "RP ID"),
    ],
)
def test_a_new_key_answers_for_this_site_alone(
    world: World, account: Account, signed_in: Browser, odd: dict[str, str], got: str
) -> None:
    asked(signed_in).send(credential=new_key(world, **odd).create(options(signed_in)))
    assert signed_in.at == ("add-security-key", "failed")
    assert "Try again, or use another key" in signed_in.errors[0]
    assert got in told(world, "key.not_added")["got"]
    assert challenges.relying_party(world).origin in told(world, "key.not_added")["expected"]
    assert names(world, account) == []
    signed_in.send(keyAction="again")
    assert signed_in.at == ("add-security-key", "pending")


def test_a_new_key_answers_the_challenge_of_this_page(world: World, account: Account, signed_in: Browser) -> None:
    other = options(asked(signed_in))
    asked(signed_in).send(credential=new_key(world).create(other))
    assert signed_in.at == ("add-security-key", "failed")
    assert "challenge" in told(world, "key.not_added")["got"]
    assert other["challenge"] not in str(world.journal.events())


@pytest.mark.parametrize("answer", STRANGE)
def test_a_strange_answer_adds_nothing(world: World, account: Account, signed_in: Browser, answer: str) -> None:
    asked(signed_in).send(credential=answer)
    assert signed_in.at == ("add-security-key", "failed")
    assert names(world, account) == []


@pytest.mark.parametrize(
    ("problem", "code", "message"),
    [
        ("NotAllowedError", "key.cancelled", "Try again: the prompt of your browser was cancelled"),
        ("AbortError", "key.cancelled", "Try again: the prompt of your browser was cancelled"),
        ("InvalidStateError", "key.added_already", "Use another key: this one is in your list already."),
        ("SecurityError", "key.not_usable", "Open this page at http://localhost"),
        ("<b>" + "x" * 10_000, "key.not_usable", "or try another key or browser: your browser reported <b>x"),
    ],
)
def test_what_the_browser_says_instead_of_an_answer_is_told_in_words(
    world: World, account: Account, signed_in: Browser, problem: str, code: str, message: str
) -> None:
    asked(signed_in).send(keyProblem=problem)
    assert signed_in.at == ("add-security-key", "failed")
    assert message in signed_in.errors[0]
    assert len(told(world, code)["got"]) <= 40
    assert told(world, code)["remedy"]
    signed_in.send(keyAction="again")
    assert signed_in.at == ("add-security-key", "pending")


def test_a_key_is_asked_until_its_time_is_over(world: World, account: Account, signed_in: Browser) -> None:
    key, page = new_key(world), asked(signed_in).page.url
    advance(world, minutes(10) - SECOND)
    assert signed_in.open(page).at == ("add-security-key", "pending")
    assert options(signed_in)["timeout"] == 1000
    hidden, answer = dict(signed_in.hidden), key.create(options(signed_in))
    advance(world, SECOND)
    signed_in.page = signed_in.http.post(page, data=hidden | {"credential": answer})
    assert signed_in.at == ("add-security-key", "timed-out")
    assert "Start again: the security key had to answer by 17:10." in signed_in.errors[0]
    assert told(world, "key.challenge_lapsed")["expected"] == "an answer before 17:10"
    assert names(world, account) == []
    assert signed_in.open(page).at == ("add-security-key", "timed-out")
    signed_in.send(keyAction="again")
    assert signed_in.at == ("add-security-key", "pending")


def test_where_time_runs_nobody_waits_beyond_it(world: World, account: Account) -> None:
    world.settings.change({"challenge.life": "PT0.2S"})
    world.clock.run()
    asked_for = challenges.make_challenge(world, account.uid, browser="b", purpose=ADD)
    begun = time.monotonic()
    assert challenges.wait_for_lapse(world, asked_for, 25) == "timed-out"
    assert time.monotonic() - begun < 10


def test_the_page_learns_at_once_that_its_time_is_over(
    world: World, signed_in: Browser, is_waiting: threading.Event
) -> None:
    state = asked(signed_in).page.text.partition('data-wait="')[2].partition('"')[0].removeprefix(world.prefix)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(signed_in.http.get, signed_in.base + state, timeout=5)
        assert is_waiting.wait(5)
        advance(world, minutes(10))
        assert waiting.result().json() == {"state": "timed-out"}


def test_an_answer_that_is_sent_twice_adds_one_key(world: World, account: Account, signed_in: Browser) -> None:
    page = asked(signed_in).page.url
    data = dict(signed_in.hidden) | {"credential": new_key(world).create(options(signed_in))}
    assert signed_in.http.post(page, data=data).url.endswith(f"{LIST}?added=1")
    signed_in.page = signed_in.http.post(page, data=data)
    assert signed_in.at == ("password", "ready")  # adding another one asks for the factor that is there now
    assert names(world, account) == ["Blue key"]


def test_after_a_cancelled_question_the_same_page_takes_no_answer(
    world: World, account: Account, signed_in: Browser
) -> None:
    page = asked(signed_in).page.url
    answer = dict(signed_in.hidden) | {"credential": new_key(world).create(options(signed_in))}
    signed_in.send(keyProblem="NotAllowedError")
    signed_in.page = signed_in.http.post(page, data=answer)
    assert signed_in.at == ("add-security-key", "failed")
    assert "Try again: this page was answered already" in signed_in.errors[0]
    assert told(world, "key.challenge_answered")["expected"] == "one answer to a challenge"
    assert signed_in.open(page).at == ("add-security-key", "ready")
    assert names(world, account) == []


def test_answers_at_the_same_moment_add_one_key(world: World, account: Account) -> None:
    challenge = adding.start_adding(world, account, name="Blue key", browser="b")
    asked_for = json.loads(adding.creation_options(world, account, challenge))

    def answer(key: SoftwareKey) -> str:
        try:
            return adding.add_key(world, account, challenge, key.create(asked_for)).name
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor() as pool:
        outcomes = list(pool.map(answer, [new_key(world) for _ in range(4)]))
    assert sorted(outcomes) == ["Blue key"] + ["key.challenge_answered"] * 3


def test_two_tabs_add_two_keys_unless_they_have_the_same_name(
    world: World, account: Account, signed_in: Browser
) -> None:
    tabs: list[tuple[KeyChallenge, str]] = []
    for name in ("Blue key", "Green key", "blue key"):
        page = asked(signed_in, name).page.url
        with world.database.session() as db:
            challenge = db.get_one(KeyChallenge, page.partition("key=")[2])
        tabs.append((challenge, new_key(world).create(options(signed_in))))
    for challenge, answer in tabs[:2]:
        adding.add_key(world, account, challenge, answer)
    with pytest.raises(Refusal, match="Choose another name"):
        adding.add_key(world, account, *tabs[2])
    assert names(world, account) == ["Blue key", "Green key"]


def test_a_key_is_in_one_list_once(world: World, account: Account) -> None:
    key = add_key(world, account)
    with pytest.raises(Refusal, match="Use another key: this one is in your list already"):
        add_key(world, account, "Twice", key)
    eve = create_account(world, NewAccount("Eve", "Nil", "eve@hospital.example", password=PASSWORD))
    with pytest.raises(Refusal) as refused:
        add_key(world, eve, "Found it", key)
    assert refused.value.message() == (
        f'You are currently logged in as user "{eve.uid}" and cannot use an authentication factor '
        f'registered to user "{account.uid}"'
    )
    assert names(world, eve) == []


def test_a_question_of_somebody_else_or_another_browser_is_not_known(
    world: World, account: Account, signed_in: Browser
) -> None:
    page = asked(signed_in).page.url
    eve = create_account(world, NewAccount("Eve", "Nil", "eve@hospital.example", password=PASSWORD))
    other = Browser(signed_in.base)
    other.open("/cas/login").send(username=eve.email).send(password=PASSWORD)
    assert other.open(page).page.status_code == 404
    assert "Start again: this page was not opened for you in this browser." in other.errors[0]
    assert told(world, "key.challenge_unknown")["remedy"] == "start again, in one browser"
    signed_in.open("/cas/login?anonymize=true").send(username=eve.email).send(password=PASSWORD)
    assert signed_in.open(page).page.status_code == 404
    assert signed_in.open(f"{ADDING}?key={'x' * 10_000}").page.status_code == 404
    with pytest.raises(Refusal):
        challenges.challenge_of(world, page.partition("key=")[2], browser="b", purpose=ADD)


def test_adding_the_first_key_asks_for_the_password_and_the_second_for_a_factor(
    world: World, account: Account, signed_in: Browser
) -> None:
    asked(signed_in).send(credential=new_key(world).create(options(signed_in)))
    assert signed_in.open(LIST).at == ("security-keys", "ready")
    (key,) = rules.keys_of(world, account.uid)
    for path in (ADDING, f"{RENAMING}?key={key.id}", f"{DELETING}?key={key.id}"):
        assert signed_in.open(path).at == ("password", "ready")
        assert 'id="verif-method-dd-PASSWORD"' not in signed_in.page.text


def test_a_phone_is_a_factor_that_adding_a_key_asks_for(account: Account, device: Enrolled, browser: Browser) -> None:
    browser.open("/cas/login").send(username=account.email).send(password=PASSWORD, loginStrength="PASSWORD")
    assert browser.open(ADDING).at == ("password", "ready")


def test_whoever_is_not_signed_in_comes_to_the_sign_in_page(browser: Browser) -> None:
    for path in (LIST, ADDING, f"{RENAMING}?key=1", f"{DELETING}?key=1"):
        assert browser.open(path).at == ("whoami", "ready")


def test_without_script_the_pages_say_so(signed_in: Browser) -> None:
    signed_in.open(ADDING)
    assert "Switch on JavaScript" in signed_in.text
    assert "Switch on JavaScript" in asked(signed_in).text


def test_keys_are_asked_at_the_public_address(world: World) -> None:
    for address, host, origin in [
        ("https://Login.Example/", "login.example", "https://login.example"),
        ("https://login.example:443", "login.example", "https://login.example"),
        ("http://login.example:8080", "login.example", "http://login.example:8080"),
    ]:
        world.settings.change({"idp.public_url": address})
        assert challenges.relying_party(world) == RelyingParty(host, origin)


# Naming and deleting, by somebody who used the key to sign in.


@pytest.fixture
def with_key(world: World, account: Account, browser: Browser) -> Browser:
    key = add_key(world, account)
    browser.open("/cas/login").send(username=account.email).send(password=PASSWORD, loginStrength="PASSWORD_WEBAUTHN")
    browser.send(credential=key.get(options(browser)), keyAction="answer")
    assert browser.at == ("successful-login", "ready")
    return browser


def test_a_key_gets_another_name(world: World, account: Account, with_key: Browser) -> None:
    add_key(world, account, "Green key")
    with_key.open(f"{RENAMING}?key=1")
    assert 'value="Blue key"' in with_key.page.text
    assert with_key.send(keyName="green KEY").at == ("rename-security-key", "ready")
    assert "Choose another name" in with_key.errors[0]
    assert with_key.send(keyName="x" * 51).at == ("rename-security-key", "ready")
    assert with_key.send(keyName="blue KEY").at == ("security-keys", "ready")
    assert names(world, account) == ["blue KEY", "Green key"]
    assert [event.fields for event in world.journal.events(types=["key.renamed"])] == [{"key": "blue KEY"}]


def test_a_name_that_was_taken_meanwhile_is_asked_for_again(world: World, account: Account, with_key: Browser) -> None:
    asked(with_key, "Green key")
    add_key(world, account, "Green key")
    with_key.send(credential=new_key(world).create(options(with_key)))
    assert with_key.at == ("add-security-key", "ready")
    assert "Choose another name" in with_key.errors[0]
    assert 'value="Green key"' in with_key.page.text
    assert with_key.page.text.count(f'action="{world.prefix}{ADDING}"') == 1


def test_a_key_is_deleted_after_asking_and_a_mail_reports_it(world: World, account: Account, with_key: Browser) -> None:
    delete_page(with_key, world, account)
    assert with_key.at == ("confirm", "ready")
    assert "Blue key can then no longer be used for this account." in with_key.text
    assert names(world, account) == ["Blue key"]
    confirm = with_key.page.url, dict(with_key.hidden)
    assert with_key.send().at == ("security-keys", "ready")
    assert names(world, account) == []
    assert 'The security key "Blue key" was deleted' in world.mailbox.mails(to=account.email)[-1].text
    assert world.journal.events(types=["key.deleted"])[0].fields == {"key": "Blue key"}
    with_key.page = with_key.http.post(confirm[0], data=confirm[1])
    assert with_key.page.status_code == 404
    assert "Choose a security key from the list" in with_key.errors[0]
    assert told(world, "key.unknown")["expected"] == "a security key of this account"


@pytest.mark.parametrize("path", [RENAMING, DELETING])
@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "x", "\u0661", "", "2"])
def test_a_number_that_is_no_key_of_this_account_is_told(
    world: World, with_key: Browser, path: str, number: str
) -> None:
    eve = create_account(world, NewAccount("Eve", "Nil", "eve@hospital.example", password=PASSWORD))
    add_key(world, eve, "Theirs")
    with_key.open(f"{path}?key={number}")
    assert with_key.page.status_code == 404
    assert names(world, eve) == ["Theirs"]


def test_who_always_wants_two_factors_keeps_the_last_one(world: World, account: Account, with_key: Browser) -> None:
    with world.database.session() as db:
        db.merge(account).always_two_factors = True
    delete_page(with_key, world, account).send()
    assert (with_key.at, with_key.page.status_code) == (("confirm", "ready"), 409)
    assert f'href="{world.prefix}{ADDING}"' in with_key.page.text
    assert "Add another factor first: this is the last one" in with_key.errors[0]
    assert "stop always asking for two factors" in told(world, "factor.last")["remedy"]
    assert names(world, account) == ["Blue key"]
    add_key(world, account, "Green key")
    with_key.open(f"{DELETING}?key=1").send()
    assert names(world, account) == ["Green key"]


def test_a_phone_is_a_factor_that_may_stay_alone(world: World, account: Account, device: Enrolled) -> None:
    add_key(world, account)
    with world.database.session() as db:
        account = db.merge(account)
        account.always_two_factors = True
    deleting.delete_key(world, account, 1)
    assert names(world, account) == []
