"""Security keys: adding, naming, deleting (facts, methods in the list; limits)."""

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from mock_idp.account_management import key_deletion
from mock_idp.accounts.model import Account
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.factors.keys import adding, challenges, rules
from mock_world import Refusal, World
from mock_world.relying_party import RelyingParty
from tests.mock_idp.conftest import PASSWORD, Browser, advance, minutes
from tests.mock_idp.signing_in import change, told
from tests.software_key import SoftwareKey

LIST = "/cas/userdata/manageMySecurityKeys.cgi"
ADDING = "/cas/userdata/addMySecurityKey.cgi"
RENAMING = "/cas/userdata/renameMySecurityKey.cgi"
DELETING = "/cas/userdata/deleteMySecurityKey.cgi"
SECOND = timedelta(seconds=1)
STRANGE = ["", "{}", "[]", "x" * 200_000, "[" * 50_000, "<b>\x00</b>", '{"id": NaN}']


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


@pytest.fixture
def signed_in(account: Account, browser: Browser) -> Browser:
    """Somebody who gave the password, without any factor yet."""
    return browser.open("/cas/login").send(username=account.email).send(password=PASSWORD)


def asked(browser: Browser, name: str = "Blue key") -> Browser:
    """At the page that asks for a new key."""
    assert "Switch on JavaScript" in browser.open(ADDING).text
    browser.send(keyName=name)
    assert browser.at == ("add-security-key", "pending")
    assert "Switch on JavaScript" in browser.text
    return browser


# Adding.


def test_a_key_is_added_by_its_name_and_a_mail_reports_it(world: World, account: Account, signed_in: Browser) -> None:
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


def test_the_browser_learns_who_asks_and_which_keys_exist(world: World, account: Account, signed_in: Browser) -> None:
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


def test_a_name_has_1_to_50_characters_that_can_be_seen(world: World, signed_in: Browser) -> None:
    for name in (" ", "x" * 51, "\u202eeulb"):
        assert signed_in.open(ADDING).send(keyName=name).at == ("add-security-key", "ready")
        assert any("Enter a name of 1 to 50 characters" in error for error in signed_in.errors)
    assert told(world, "key.name_wrong")["expected"] == "a name of 1 to 50 printable characters"


@pytest.mark.parametrize("name", ["x" * 50, "مفتاح أزرق", "<b>{key}</b>"])
def test_names_of_all_alphabets_are_shown(world: World, account: Account, signed_in: Browser, name: str) -> None:
    asked(signed_in, name).send(credential=new_key(world).create(options(signed_in)))
    assert names(world, account) == [name]
    assert f"{name} was added" in unescape(re.sub("<(?!b>|/b>)[^>]+>", "", signed_in.page.text))
    assert "<b>" not in signed_in.page.text
    assert name in world.mailbox.mails(to=account.email)[0].text


def test_two_keys_have_different_names(world: World, account: Account) -> None:
    add_key(world, account)
    for name in ("Blue key", " BLUE  KEY ", "\uff22lue key"):
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
    ("odd", "asked_for", "got"),
    [
        ({"origin": "https://evil.example"}, {}, "origin"),
        ({"rp_id": "evil.example"}, {}, "RP ID"),
        ({}, {"challenge": "AAAA"}, "challenge"),
    ],
)
def test_a_new_key_answers_the_challenge_of_this_page_and_site_alone(
    world: World, account: Account, signed_in: Browser, odd: dict[str, str], asked_for: dict[str, str], got: str
) -> None:
    question = options(asked(signed_in))
    signed_in.send(credential=new_key(world, **odd).create(question | asked_for))
    assert signed_in.at == ("add-security-key", "failed")
    assert "Try again, or use another key" in signed_in.errors[0]
    assert got in told(world, "key.not_added")["got"]
    assert challenges.relying_party(world).origin in told(world, "key.not_added")["expected"]
    assert question["challenge"] not in str(world.journal.events())
    assert names(world, account) == []
    assert signed_in.send(keyAction="again").at == ("add-security-key", "pending")


def test_a_strange_answer_adds_nothing(world: World, account: Account, signed_in: Browser) -> None:
    for answer in STRANGE:
        asked(signed_in).send(credential=answer)
        assert signed_in.at == ("add-security-key", "failed")
    assert names(world, account) == []


@pytest.mark.parametrize(
    ("problem", "code", "message"),
    [
        ("NotAllowedError", "key.cancelled", "Try again: the prompt of your browser was cancelled"),
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
    answer = key.create(options(signed_in))
    advance(world, SECOND)
    assert signed_in.send(credential=answer).at == ("add-security-key", "timed-out")
    assert "Start again: the security key had to answer by 17:10." in signed_in.errors[0]
    assert told(world, "key.challenge_lapsed")["expected"] == "an answer before 17:10"
    assert names(world, account) == []
    assert signed_in.open(page).at == ("add-security-key", "timed-out")
    assert signed_in.send(keyAction="again").at == ("add-security-key", "pending")


def test_the_page_learns_that_its_time_is_over(world: World, signed_in: Browser, is_waiting: threading.Event) -> None:
    state = asked(signed_in).page.text.partition('data-wait="')[2].partition('"')[0].removeprefix(world.prefix)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(signed_in.http.get, signed_in.base + state, timeout=5)
        assert is_waiting.wait(5)
        advance(world, minutes(10))
        assert waiting.result().json() == {"state": "timed-out"}


def test_a_page_takes_one_answer_and_none_once_cancelled(world: World, account: Account, signed_in: Browser) -> None:
    page = asked(signed_in).page
    answer = new_key(world).create(options(signed_in))
    signed_in.send(keyProblem="NotAllowedError")
    signed_in.page = page
    assert signed_in.send(credential=answer).at == ("add-security-key", "failed")
    assert "Try again: this page was answered already" in signed_in.errors[0]
    assert told(world, "key.challenge_answered")["expected"] == "one answer to a challenge"
    assert signed_in.open(page.url).at == ("add-security-key", "ready")
    assert names(world, account) == []
    twice = asked(signed_in).page
    answer = new_key(world).create(options(signed_in))
    assert signed_in.send(credential=answer).page.url.endswith(f"{LIST}?added=1")
    signed_in.page = twice
    assert signed_in.send(credential=answer).at == (
        "password",
        "ready",
    )  # since a key is there now
    assert names(world, account) == ["Blue key"]


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


def test_a_key_is_in_one_list_once(world: World, account: Account, other: Account) -> None:
    key = add_key(world, account)
    with pytest.raises(Refusal, match="Use another key: this one is in your list already"):
        add_key(world, account, "Twice", key)
    with pytest.raises(Refusal) as refused:
        add_key(world, other, "Found it", key)
    assert refused.value.message() == (
        f'You are currently logged in as user "{other.uid}" and cannot use an authentication factor '
        f'registered to user "{account.uid}"'
    )
    assert names(world, other) == []


def test_a_question_to_somebody_else_or_another_browser_is_not_known(
    world: World, other: Account, signed_in: Browser
) -> None:
    page = asked(signed_in).page.url
    for browser in (Browser(signed_in.base), signed_in):
        browser.open("/cas/login?anonymize=true").send(username=other.email).send(password=PASSWORD)
        for address in (page, f"{ADDING}?key={'x' * 10_000}"):
            assert browser.open(address).page.status_code == 404
            assert "Start again: this page was not opened for you in this browser." in browser.errors[0]
    assert told(world, "key.challenge_unknown")["remedy"] == "start again, in one browser"


def test_pages_of_keys_ask_for_the_factor_that_is_there(world: World, account: Account, browser: Browser) -> None:
    for path in (LIST, ADDING, f"{RENAMING}?key=1", f"{DELETING}?key=1"):
        assert browser.open(path).at == ("whoami", "ready")
    browser.send(username=account.email).send(password=PASSWORD)
    add_key(world, account)
    assert browser.open(LIST).at == ("security-keys", "ready")
    for path in (ADDING, f"{RENAMING}?key=1", f"{DELETING}?key=1"):
        assert browser.open(path).at == ("password", "ready")
        assert 'id="verif-method-dd-PASSWORD"' not in browser.page.text


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
    with_key.open(f"{DELETING}?key=1")
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
def test_a_number_that_is_none_of_its_keys_is_told(world: World, other: Account, with_key: Browser, path: str) -> None:
    add_key(world, other, "Theirs")
    for number in ("99999999999999999999", "x", "\u0661", "", "2"):
        assert with_key.open(f"{path}?key={number}").page.status_code == 404
    assert names(world, other) == ["Theirs"]


def test_who_always_wants_two_factors_keeps_the_last_one(world: World, account: Account, with_key: Browser) -> None:
    change(world, account, always_two_factors=True)
    with_key.open(f"{DELETING}?key=1").send()
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
    change(world, account, always_two_factors=True)
    key_deletion.delete_key(world, account, 1)
    assert names(world, account) == []
