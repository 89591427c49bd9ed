"""python-cas signs in, is refused and signs out: with plain CAS in full, with EU Login's answers as far as it goes."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cas import CASClient

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_world import World
from tests.mock_idp.conftest import PASSWORD, Browser
from tests.mock_idp.signing_in import go_on, target
from tests.mock_idp.validating import ticket

SERVICE = "http://app.example/signin"
NOBODY: dict[int, object] = {
    1: (None, None, None),
    2: (None, None, None),
    3: (None, {}, None),
}  # what each version says of a failure


def client(browser: Browser, version: int, **more: Any) -> Any:
    return CASClient(version=version, service_url=SERVICE, server_url=f"{browser.base}/cas/", **more)


def sign_in(browser: Browser, address: str, account: Account) -> str:
    """By the pages, from the client's own address; gives the ticket."""
    browser.open(address).send(username=account.email)
    browser.send(follow=False, password=PASSWORD, loginStrength="PASSWORD")
    return parse_qs(urlsplit(target(go_on(browser))).query)["ticket"][0]


@pytest.fixture
def plain(world: World) -> None:
    world.settings.change({"dialect": "cas"})


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("version", [1, 2, 3])
def test_somebody_signs_in_is_known_once_and_signs_out(account: Account, browser: Browser, version: int) -> None:
    app, again = client(browser, version), client(browser, version, renew=True)
    number = sign_in(browser, app.get_login_url(), account)
    user, attributes, _ = app.verify_ticket(number)
    assert user == account.uid
    if version > 1:
        assert (attributes["email"], attributes["memberOf"]) == (account.email, ["G1", "G2"])
        assert (attributes["isFromNewLogin"], attributes["assuranceLevel"]) == ("true", "10")
    assert app.verify_ticket(number) == NOBODY[version]
    assert browser.open(again.get_login_url()).at[0] == "whoami"
    assert again.verify_ticket(sign_in(browser, again.get_login_url(), account))[0] == account.uid
    assert browser.open(app.get_logout_url(SERVICE)).at == ("logout", "ready")
    assert browser.send().at == ("logged-out", "ready")
    assert f'href="{SERVICE}"' in browser.page.text
    assert browser.open(app.get_login_url()).at[0] == "whoami"


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("version", [1, 2, 3])
def test_who_has_no_ticket_or_that_of_another_service_is_nobody(
    world: World, account: Account, browser: Browser, version: int
) -> None:
    other = ticket(world, account, service="http://other.example/")
    for number in ("", "ST-1-forged", "a&b=<c>", other):
        assert client(browser, version).verify_ticket(number) == NOBODY[version]


@pytest.mark.parametrize(("version", "attributes"), [(1, None), (2, None), (3, {})])
def test_of_eu_logins_answer_it_reads_the_user_alone_and_knows_no_way_to_accept_self_registered_people(
    world: World, account: Account, browser: Browser, version: int, attributes: object
) -> None:
    boss = create_account(world, NewAccount("Io", "Top", "io@hospital.example", assurance_level=40))
    assert client(browser, version).verify_ticket(ticket(world, boss)) == (boss.uid, attributes, None)
    assert client(browser, version).verify_ticket(ticket(world, account)) == NOBODY[version]
    assert world.journal.events()[-1].type == "ticket.invalid_user"
