"""One application and one mock for all tests: the world is the one without prefix, and people tell the tests apart."""

import os

import pytest

from eulogin_harness import EuLogin, Harness, Pages, World


@pytest.fixture
def world(eulogin_harness: Harness) -> World:
    """The world that the application knows; `persona`, `mailbox`, `journal` and the others take it."""
    return eulogin_harness.default


@pytest.fixture
def app() -> str:
    return os.environ["APP_URL"]


@pytest.fixture
def eu_login(eulogin_pages: Pages) -> EuLogin:
    """EU Login's pages in the test's browser."""
    return eulogin_pages.eu_login
