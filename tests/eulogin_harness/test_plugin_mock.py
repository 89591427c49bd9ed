"""The mock of a run: where it is or how it is started, by command line, environment and pyproject.toml; for workers."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from threading import Thread
from typing import TYPE_CHECKING

import pytest

import eulogin_harness.configuration  # noqa: F401 - pytester forgets what is first imported in one of its runs
from eulogin_harness.client import Harness
from eulogin_harness.pytest_plugin.mock import running
from eulogin_harness.pytest_plugin.sources import Mock, mock_of
from eulogin_harness.shared_mock import started
from eulogin_harness.site import open_site
from tests.serving import free_ports
from tests.suites import RunSuite

if TYPE_CHECKING:
    from mock_world.server import Site

pytest_plugins = ["pytester"]

Read = Callable[..., Mock]


@pytest.fixture
def read(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Read:
    """The mock that a run with this command line, project and environment uses."""
    for name in [name for name in os.environ if name.startswith("EULOGIN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # each would be imported anew for each case

    def read(*arguments: str, project: str = "", **environment: str) -> Mock:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        pytester.makepyprojecttoml(f"[tool.pytest.ini_options]\n[tool.eulogin-harness]\n{project}")
        return mock_of(pytester.parseconfig("-p", "eulogin", *arguments))

    return read


def free_port() -> int:
    """The first of as many free ones as a mock takes."""
    return free_ports(4)[0]


def test_without_anything_it_is_started_as_by_serve_without_options(read: Read) -> None:
    assert read() == Mock()


def test_the_command_line_goes_before_the_environment_and_that_before_the_project(read: Read) -> None:
    project = 'port = 1\nhost = "::1"\nprofile = "today"\ntls = true\nlink.life = "PT1M"\npassword.min_length = 11'
    mock = read("--eulogin-port", "3", project=project, EULOGIN_HOST="127.0.0.1", EULOGIN_PASSWORD_MIN_LENGTH="12")
    settings = {"link.life": "PT1M", "password.min_length": 12}
    assert mock == Mock(port=3, host="127.0.0.1", profile="today", tls=True, settings=settings)


def test_a_mock_that_runs_has_settings_of_its_own(read: Read) -> None:
    project = 'ca = "ca.pem"\nlink.life = "PT1M"'
    assert read(project=project, EULOGIN_URL="http://eulogin:8400") == Mock(url="http://eulogin:8400", ca="ca.pem")


def test_options_of_a_start_go_before_a_mock_that_others_use(read: Read) -> None:
    assert read("--eulogin-port", "3", EULOGIN_URL="http://eulogin:8400") == Mock(port=3)


@pytest.mark.parametrize(
    ("arguments", "project", "environment", "sentence"),
    [
        ([], "link.live = 1", {}, r"\[tool.eulogin-harness\] of pyproject.toml: there is no setting 'link.live'; did"),
        ([], "", {"EULOGIN_LINK_LIFE": "soon"}, "link.life: .*got 'soon'; a value of its form is 'PT5M'"),
        ([], "", {"EULOGIN_PORT": "many"}, "EULOGIN_PORT: 'many' is not a valid integer range"),
        ([], 'profile = "new"', {}, "profile in pyproject.toml: 'new' is not one of 'guide', 'today'"),
        (["--eulogin-port", "70000"], "", {}, "--eulogin-port: 70000 is not in the range"),
        (["--eulogin-host", "0.0.0.0"], "", {}, "listening on 0.0.0.0 needs a token, .*: set EULOGIN_TOKEN to at"),
        (["--eulogin-host", "0.0.0.0"], "", {"EULOGIN_TOKEN": " " * 20}, "to at least 12 characters, or leave"),
        (["--eulogin-host", "0.0.0.0"], "", {"EULOGIN_TOKEN": "secret"}, "to at least 12 characters, or leave"),
        (["--eulogin-url", "http://x", "--eulogin-tls"], "", {}, "--eulogin-tls is for one that is started: leave one"),
        (["--eulogin-wait", "inf"], "", {}, "--eulogin-wait: expected a number of seconds, such as 30; got inf"),
    ],
)
def test_what_is_wrong_is_a_sentence(
    read: Read, arguments: list[str], project: str, environment: dict[str, str], sentence: str
) -> None:
    with pytest.raises(pytest.UsageError, match=sentence):
        read(*arguments, project=project, **environment)


def test_beyond_loopback_the_token_is_demanded(read: Read) -> None:
    assert read("--eulogin-host", "0.0.0.0", EULOGIN_TOKEN="secret-of-this-run").start["token"] == "secret-of-this-run"


def test_a_mock_that_comes_is_waited_for() -> None:
    port = free_port()
    sites: list[Site] = []
    thread = Thread(target=lambda: sites.append(open_site(port=port).start()))
    thread.start()
    assert running(Mock(url=f"http://localhost:{port}"), 30).ports["desk"] == port
    thread.join()
    sites[0].stop()


def test_of_a_mock_that_does_not_come_it_is_said_what_was_tried() -> None:
    url = f"http://localhost:{free_port()}"
    sentence = f"expected a ready mock at {url} within 0 seconds, but got ConnectionError; .* with --eulogin-url"
    with pytest.raises(pytest.fail.Exception, match=sentence):
        running(Mock(url=url), 0)


def test_a_port_that_is_taken_is_a_sentence(harness: Harness) -> None:
    with started({"port": harness.ports["desk"]}) as mock:
        assert mock.keys() == {"error"}
        assert mock["error"].startswith(f"expected port {harness.ports['desk']} to be free for desk")


@pytest.mark.parametrize(
    ("arguments", "project", "environment", "fixed"),
    [
        ([], "tls = true", {}, False),
        (["--eulogin-port", "0"], 'host = "localhost"', {}, False),
        (["--eulogin-port", "3"], "", {}, True),
        (["--eulogin-host", "::1"], "", {}, True),
        ([], "", {"EULOGIN_PORT": "3"}, True),
        ([], 'host = "127.0.0.1"', {}, True),
        ([], "port = 3", {"EULOGIN_URL": "http://eulogin:8400"}, False),
    ],
)
def test_a_place_is_fixed_where_any_source_says_a_port_or_another_host(
    read: Read, arguments: list[str], project: str, environment: dict[str, str], fixed: bool
) -> None:
    assert read(*arguments, project=project, **environment).has_fixed_place == fixed


IN_WORKERS = """
from pathlib import Path

def test_it(world, eulogin_harness, request):
    assert world.settings["link.life"] == "PT7M"
    assert world.settings["password.min_length"] == 13
    assert world.settings["bundle.checkpoints"] == 50
    port = eulogin_harness.ports["desk"]
    Path(request.config.workerinput["workerid"]).write_text(str(port))
"""


@pytest.fixture
def ports(pytester: pytest.Pytester, run_suite: RunSuite, monkeypatch: pytest.MonkeyPatch) -> Callable[..., set[int]]:
    """Where two workers had their mocks in a run with these arguments, which has settings of each source."""
    monkeypatch.setenv("EULOGIN_PASSWORD_MIN_LENGTH", "13")
    monkeypatch.setenv("EULOGIN_LINK_LIVE", "PT1M")
    pytester.makepyprojecttoml('[tool.pytest.ini_options]\n[tool.eulogin-harness]\nlink.life = "PT7M"\n')
    pytester.makepyfile(IN_WORKERS)

    def ports(*arguments: str) -> set[int]:
        result = run_suite("-n", "2", "--dist", "each", *arguments, plugins=("eulogin", "xdist"))
        result.assert_outcomes(passed=2, warnings=1)
        result.stdout.fnmatch_lines(["*EULOGIN_LINK_LIVE is not known *; did you mean EULOGIN_LINK_LIFE?*"])
        return {int((pytester.path / worker).read_text()) for worker in ("gw0", "gw1")}

    return ports


@pytest.mark.slow
def test_each_worker_has_a_mock_of_its_own(ports: Callable[..., set[int]]) -> None:
    assert len(ports()) == 2


@pytest.mark.slow
def test_workers_share_one_mock_at_a_fixed_place_that_ends_with_the_run(ports: Callable[..., set[int]]) -> None:
    port = free_port()
    assert ports("--eulogin-port", str(port)) == {port}
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) != 0


MOST = 120  # seconds that anything takes; a machine may be busy
ENDED = """
import socket, threading

def test_long(eulogin_harness):
    with socket.create_connection(("127.0.0.1", {port})) as parent:
        parent.sendall(b"there")
        threading.Event().wait({most})
"""


@pytest.fixture
def heeds_ctrl_c() -> Iterator[None]:
    """What is started heeds SIGINT, which all ignore that a shell has started in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.usefixtures("heeds_ctrl_c")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_of_a_run_that_is_killed_or_interrupted(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    """Ctrl-C reaches all processes of the terminal's group, SIGKILL the one that started the others."""
    port = free_port()
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    command = [sys.executable, "-m", "pytest", "-p", "eulogin", "-p", "xdist", "-n", "1", "--eulogin-port", str(port)]
    with socket.create_server(("127.0.0.1", 0)) as parent:
        parent.settimeout(MOST)
        pytester.makepyfile(ENDED.format(port=parent.getsockname()[1], most=2 * MOST))
        run = pytester.popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        worker = parent.accept()[0]
    mock = HTTPConnection("127.0.0.1", port, timeout=MOST)
    with run, worker, closing(mock):
        assert worker.recv(5) == b"there"
        mock.request("GET", "/livez")
        assert mock.getresponse().read()
        if how == signal.SIGINT:
            os.killpg(run.pid, how)
        else:
            run.kill()
        assert run.wait(MOST) == (pytest.ExitCode.INTERRUPTED if how == signal.SIGINT else -how)
        assert (worker.recv(1), mock.sock.recv(1)) == (b"", b"")  # both have ended, and so their connections
