"""A Django application with django-cas-ng signs people in by our pages, is refused, and signs them out with us."""

from collections.abc import Iterator

import pytest

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.signin.services import NewService, register_service
from mock_world import World
from tests.clients import django_site
from tests.mock_idp.conftest import PASSWORD, Browser
from tests.mock_idp.test_single_logout import journal

NOBODY = {"user": "", "attributes": None}


@pytest.fixture(params=[2, 3])  # its call of python-cas's version 1 is wrong
def version(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found


@pytest.fixture
def app(browser: Browser, version: int) -> Iterator[str]:
    with django_site.serve(f"{browser.base}/cas/", version) as address:
        yield address


@pytest.fixture
def plain(world: World) -> None:
    world.settings.change({"dialect": "cas"})


def sign_in(browser: Browser, app: str, account: Account) -> Browser:
    assert browser.open(f"{app}/in").at == ("whoami", "ready")
    assert browser.send(username=account.email).at == ("password", "ready")
    return browser.send(password=PASSWORD, loginStrength="PASSWORD")


@pytest.mark.usefixtures("plain")
def test_somebody_signs_in_and_out_and_single_sign_on_asks_nothing(
    account: Account, browser: Browser, app: str
) -> None:
    assert browser.open(app).page.json() == NOBODY
    home = sign_in(browser, app, account).page
    assert (home.url, home.json()["user"]) == (f"{app}/", account.uid)
    assert home.json()["attributes"]["email"] == account.email
    browser.http.cookies.pop("sessionid")
    assert browser.open(app).page.json() == NOBODY
    assert browser.open(f"{app}/in").page.json()["user"] == account.uid
    assert browser.open(f"{app}/out").at == ("logout", "ready")
    assert browser.send().at == ("logged-out", "ready")
    assert browser.open(app).page.json() == NOBODY
    assert browser.open(f"{app}/in").at == ("whoami", "known")


@pytest.mark.usefixtures("plain")
def test_a_ticket_that_is_forged_or_was_used_is_forbidden(
    world: World, account: Account, browser: Browser, app: str
) -> None:
    for forged in ("ST-1-forged", "x" * 5_000):
        assert browser.open(f"{app}/in?ticket={forged}").page.status_code == 403
        assert world.journal.events()[-1].type == "ticket.invalid_ticket"
    used = sign_in(browser, app, account).page.history[0].headers["Location"]
    assert "ticket=ST-" in used
    assert Browser(browser.base).open(used).page.status_code == 403


def test_in_eu_logins_dialect_it_knows_who_and_nothing_more_and_self_registered_people_are_forbidden(
    world: World, account: Account, browser: Browser, app: str
) -> None:
    assert sign_in(Browser(browser.base), app, account).page.status_code == 403
    assert world.journal.events()[-1].type == "ticket.invalid_user"
    boss = create_account(world, NewAccount("Io", "Top", "io@hospital.example", password=PASSWORD, assurance_level=40))
    assert sign_in(browser, app, boss).page.json() == {"user": boss.uid, "attributes": None}


@pytest.mark.parametrize("dialect", ["eulogin", "cas"])
def test_it_signs_out_with_eu_login(world: World, browser: Browser, dialect: str) -> None:
    world.settings.change({"dialect": dialect})
    boss = create_account(world, NewAccount("Io", "Top", "io@hospital.example", password=PASSWORD, assurance_level=40))
    with django_site.serve(f"{browser.base}/cas/", 3) as app:
        register_service(world, NewService(app, single_logout=True))
        assert sign_in(browser, app, boss).page.json()["user"] == boss.uid
        browser.open("/cas/logout").send()
        journal(world, "single_logout.sent")
        assert browser.open(app).page.json() == NOBODY
