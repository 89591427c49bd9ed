"""`/readyz` says which part of the mock is dead, and `ready` passes it on."""

from collections.abc import Iterator

import pytest
import requests
from click.testing import CliRunner

from eulogin_harness import health
from eulogin_harness.cli import main
from eulogin_harness.site import open_site
from mock_world.server import Site


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(health, "SECONDS", 0.3)
    with open_site() as site:
        yield site


def dead(site: Site) -> str:
    """What the problem document names."""
    answer = requests.get(f"{site.listeners['desk']}/readyz", timeout=30)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "not-ready"
    assert requests.get(f"{site.listeners['desk']}/livez", timeout=30).ok
    return str(problem["got"])


def test_all_is_well(site: Site) -> None:
    answer = requests.get(f"{site.listeners['desk']}/readyz", timeout=30)
    assert (answer.status_code, answer.json()["ready"]) == (200, True)


def test_a_mail_server_whose_socket_is_closed_is_noticed(site: Site) -> None:
    site._sink._loop.call_soon_threadsafe(site._sink._server.close)
    assert "the mail server (" in (said := dead(site))
    assert "the database" not in said
    done = CliRunner().invoke(main, ["ready", "--url", site.listeners["desk"]])
    assert done.exit_code == 1
    assert "but got no answer of the mail server (" in done.stderr


def test_a_mail_server_whose_thread_is_dead_is_noticed_and_the_site_still_stops(site: Site) -> None:
    sink = site._sink
    sink._loop.call_soon_threadsafe(sink._loop.stop)
    sink._thread.join()
    assert dead(site).startswith("no answer of the mail server (")


def test_a_database_that_is_closed_is_noticed(site: Site) -> None:
    site.worlds.get("default").database.close()
    assert dead(site).startswith("no answer of the database (")


def test_a_database_that_does_not_answer_holds_up_one_thread_alone(site: Site) -> None:
    database = site.worlds.get("default").database
    with database._lock:
        assert dead(site) == "no answer of the database (within 0.3 seconds)"
        assert dead(site) == "no answer of the database (within 0.3 seconds)"
    assert requests.get(f"{site.listeners['desk']}/readyz", timeout=30).ok
