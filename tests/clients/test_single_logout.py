"""A real client ends its session when the person signs out of EU Login: django-cas-ng."""

import pytest

from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.cas.services import NewService, register_service
from mock_world import World
from tests.clients.django_site import serve
from tests.mock_idp.conftest import PASSWORD, Browser
from tests.mock_idp.test_single_logout import journal

BOSS = NewAccount("Io", "Top", "io@hospital.example", password=PASSWORD, assurance_level=40)


def user(browser: Browser, application: str) -> str:
    """Who is signed in at the application; empty where nobody is."""
    return str(browser.open(application + "/").page.json()["user"])


def sign_in(browser: Browser, application: str) -> None:
    browser.open(f"{application}/in").send(username=BOSS.email).send(password=PASSWORD)


@pytest.mark.parametrize("dialect", ["eulogin", "cas"])
def test_django_cas_ng_signs_out_with_eu_login(world: World, browser: Browser, dialect: str) -> None:
    world.settings.change({"dialect": dialect})
    person = create_account(world, BOSS)
    with serve(browser.base + "/cas/", 3) as application:
        register_service(world, NewService(application, single_logout=True))
        sign_in(browser, application)
        assert user(browser, application) == person.uid
        browser.open("/cas/logout").send()
        journal(world, "single_logout.sent")
        assert user(browser, application) == ""


def test_without_single_logout_the_application_stays_open(world: World, browser: Browser) -> None:
    person = create_account(world, BOSS)
    with serve(browser.base + "/cas/", 3) as application:
        sign_in(browser, application)
        browser.open("/cas/logout").send()
        assert user(browser, application) == person.uid
        assert world.due.next_at is None
