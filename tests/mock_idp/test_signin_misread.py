"""What services ask for in words that EU Login does not know, or knows by an older name."""

import pytest

from mock_idp.accounts.model import Account
from mock_world import World
from tests.mock_idp.conftest import Browser
from tests.mock_idp.signed_in import sign_in as signed_in
from tests.mock_idp.signing_in import SERVICE, opened, sign_in, target, ticket
from tests.mock_idp.validating import code, validate
from tests.mock_idp.validating import ticket as ticket_of

IGNORED = "signin.parameter_ignored"


@pytest.mark.parametrize("strength", ["BASIC,PASSWORD", "STRONG, CLIENT_CERT"])
def test_older_names_of_the_password_work(world: World, account: Account, browser: Browser, strength: str) -> None:
    sign_in(browser, account, service=SERVICE, acceptStrengths=strength)
    number = ticket(world, browser).id
    answer = validate(browser, ticket=number, service=SERVICE, acceptStrengths=strength)
    assert (code(answer), [each.text for each in answer.findall("{*}strengths/*")]) == (None, ["PASSWORD"])
    assert world.journal.events(types=[IGNORED]) == []


@pytest.mark.parametrize("strength", ["STRONG", "BASIC"])
def test_a_script_may_choose_the_password_by_an_older_name(account: Account, browser: Browser, strength: str) -> None:
    assert target(sign_in(browser, account, strength, service=SERVICE))


@pytest.mark.parametrize(
    ("name", "value", "known"),
    [
        ("authenticationLevel", "STRONG", "BASIC, MEDIUM, HIGH"),
        ("acceptStrengths", "PASSWORD,password", "PASSWORD, PASSWORD_MOBILE_APP"),
        ("renew", "1", "true, false"),
        ("gateway", "yes", "true, false"),
    ],
)
def test_what_is_not_understood_is_told(
    world: World, account: Account, browser: Browser, name: str, value: str, known: str
) -> None:
    assert target(sign_in(browser, account, service=SERVICE, **{name: value}))
    (event,) = world.journal.events(types=[IGNORED])
    fields = event.fields
    assert (fields["parameter"], fields["service"]) == (name, SERVICE)
    assert fields["got"] == value.rpartition(",")[2]
    assert fields["known"].startswith(known)


def test_what_is_understood_is_not(world: World, browser: Browser) -> None:
    opened(browser, service=SERVICE, renew="TRUE", gateway="False", authenticationLevel=" medium ")
    opened(browser, service=SERVICE, renew="", gateway="", authenticationLevel="", acceptStrengths="")
    opened(browser, service=SERVICE, acceptStrengths="PASSWORD_MOBILE_APP,STORK,STRONG_SMS")
    assert world.journal.events(types=[IGNORED]) == []


def test_a_ticket_or_endless_text_in_it_is_not_written(world: World, browser: Browser) -> None:
    opened(browser, service=SERVICE, renew="ST-1-secret" + "x" * 1000)
    opened(browser, service=SERVICE, gateway="y" * 1000)
    assert [event.fields["got"] for event in world.journal.events(types=[IGNORED])] == ["ST-...", "y" * 40]


@pytest.mark.parametrize(("value", "is_set"), [("1", True), ("true", True), ("FALSE", False), ("", False)])
def test_plain_cas_takes_any_value_but_false_as_set(
    world: World, account: Account, browser: Browser, value: str, *, is_set: bool
) -> None:
    world.settings.change({"dialect": "cas"})
    assert (target(opened(browser, service=SERVICE, gateway=value)) == SERVICE) is is_set
    old = ticket_of(world, account, service=SERVICE, sso=True)
    answer = validate(browser, ticket=old, service=SERVICE, renew=value)
    assert code(answer) == ("INVALID_TICKET" if is_set else None)
    signed_in(browser, world, account)
    assert (opened(browser, service=SERVICE, renew=value).at[0] == "whoami") is is_set
    assert world.journal.events(types=[IGNORED]) == []


def test_eu_login_takes_true_alone(world: World, account: Account, browser: Browser) -> None:
    signed_in(browser, world, account)
    assert [bool(target(opened(browser, service=SERVICE, renew=value))) for value in ("1", "yes", "on")] == [True] * 3
