"""Bugs planted into the CAS example: control room and log name the cause, and none is explained wrongly."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from types import ModuleType
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from flask import Flask

from eulogin_harness.client import Harness
from eulogin_harness.site import open_site
from tests.serving import serving
from tests_clients.application_bugs import Start, live_through
from tools.application_bugs import SOURCES, Bug, bugs

LISTED = bugs()
OF_FLASK = {bug.id: bug for bug in bugs("flask-cas")}
LEAST = 0.95  # of all bugs are named


@pytest.fixture(scope="module")
def over_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    """A mock that speaks https, by an authority of its own."""
    with open_site(port=0, tls=True) as site:
        assert site.authority is not None
        ca = tmp_path_factory.mktemp("authority") / "ca.pem"
        ca.write_text(site.authority.pem, encoding="ascii")
        yield Harness(site.listeners["desk"], ca=ca)


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the example with a bug in it, in a thread, until the test ends."""
    with ExitStack() as stack:

        def start(bug: Bug, environment: Mapping[str, str]) -> str:
            port = urlsplit(environment["APP_URL"]).port or 0
            stack.enter_context(serving(example(bug, environment), port=port))
            return ""

        yield start


def example(bug: Bug, environment: Mapping[str, str]) -> Flask:
    """The application, made of the source with the bug in it."""
    module = ModuleType("application_with_a_bug")
    module.__file__ = str(SOURCES["flask-cas"])
    with patch.dict(os.environ, environment):
        exec(compile(bug.planted(), module.__file__, "exec"), module.__dict__)  # noqa: S102 - our own example
    app: Flask = module.app
    app.logger.disabled = True
    return app


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_FLASK)
def test_a_bug_is_named_in_the_control_room_and_in_the_log(
    name: str, request: pytest.FixtureRequest, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    bug = OF_FLASK[name]
    harness = request.getfixturevalue("over_tls" if bug.tls else "eulogin_harness")
    seen = live_through(harness, bug, start, caplog)
    assert seen.misleading(bug) == []
    assert bool(seen.problems(bug)) is bool(bug.unnamed), seen.problems(bug) or "it is named: take the reason away"


@pytest.mark.slow
def test_an_application_without_a_bug_is_not_blamed(
    request: pytest.FixtureRequest, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    right = Bug("none", "flask-cas", "none", shows="Hello Ada Berg", events=["ticket.validated"], names=[])
    seen = live_through(request.getfixturevalue("eulogin_harness"), right, start, caplog)
    assert (seen.problems(right), seen.misleading(right)) == ([], [])


def test_nearly_all_bugs_are_named() -> None:
    assert len({bug.id for bug in LISTED}) == len(LISTED) >= 40
    assert sum(not bug.unnamed for bug in LISTED) / len(LISTED) >= LEAST


@pytest.mark.parametrize("bug", LISTED, ids=lambda bug: bug.id)
def test_each_bug_can_be_planted_and_says_what_names_it(bug: Bug) -> None:
    assert bool(bug.changes) is (bug.planted() != SOURCES[bug.application].read_text(encoding="utf-8"))
    assert bug.changes or bug.environment or bug.client or bug.settings or bug.now or bug.tls
    assert bug.names or bug.unnamed
