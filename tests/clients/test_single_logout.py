"""A real client ends its session when the person signs out of EU Login: django-cas-ng in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.cas.services import NewService, register_service
from mock_world import World
from tests.mock_idp.conftest import PASSWORD, Browser, browser, site, world  # noqa: F401 - fixtures
from tests.mock_idp.test_single_logout import journal

BOSS = NewAccount("Io", "Top", "io@hospital.example", password=PASSWORD, assurance_level=40)


@contextmanager
def django_site(cas: str) -> Iterator[str]:
    """Its address, while it runs."""
    command = [sys.executable, str(Path(__file__).with_name("django_site.py")), cas]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()


@pytest.mark.parametrize("dialect", ["eulogin", "cas"])
def test_django_cas_ng_signs_out_with_eu_login(world: World, browser: Browser, dialect: str) -> None:  # noqa: F811
    world.settings.change({"dialect": dialect})
    person = create_account(world, BOSS)
    with django_site(browser.base + "/cas/") as application:
        register_service(world, NewService(application, single_logout=True))
        browser.open(f"{application}/accounts/login?next=/who").send(username=person.email).send(password=PASSWORD)
        assert browser.page.text == f"user: {person.uid}"
        browser.open("/cas/logout").send()
        journal(world, "single_logout.sent")
        assert browser.open(f"{application}/who").page.text == "user: nobody"


def test_without_single_logout_the_application_stays_open(world: World, browser: Browser) -> None:  # noqa: F811
    person = create_account(world, BOSS)
    with django_site(browser.base + "/cas/") as application:
        browser.open(f"{application}/accounts/login?next=/who").send(username=person.email).send(password=PASSWORD)
        browser.open("/cas/logout").send()
        assert browser.open(f"{application}/who").page.text == f"user: {person.uid}"
        assert world.due.next_at is None
