"""The command line."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result

from eulogin_harness import serving as serve_command
from eulogin_harness.cli import main
from eulogin_harness.client import World
from eulogin_harness.configuration import gather_settings
from eulogin_harness.pyproject import from_pyproject
from tests.eulogin_harness.prepared import PreparedBrowser

COMMAND = [sys.executable, "-m", "eulogin_harness.cli"]
ROOT = Path(__file__).parents[2]


def _environment(more: dict[str, str]) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("EULOGIN_")}
    return own | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | more


@contextmanager
def serving(*arguments: str, folder: Path, **environ: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running process and the address of its desk, as it printed it."""
    process = subprocess.Popen(
        [*COMMAND, "serve", *arguments],
        cwd=folder,
        env=_environment(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        desk = next(line.split()[-1] for line in process.stdout if "Control room" in line)
        yield process, desk
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, and no settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("EULOGIN_")]:
        monkeypatch.delenv(name)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="eulogin-harness")


@pytest.mark.slow
def test_serve_prints_the_addresses_and_stops_cleanly_on_ctrl_c(folder: Path) -> None:
    with serving("--port", "0", folder=folder) as (process, desk):
        assert run("ready", "--wait", "10", "--url", desk).exit_code == 0
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, errors) == (0, "")


@pytest.mark.slow
def test_a_refusal_is_a_line_on_standard_error(folder: Path) -> None:
    with serving("--port", "0", folder=folder) as (process, desk):
        (world,) = requests.get(f"{desk}api/worlds", timeout=30).json()["items"]
        address = f"{world['addresses']['idp']}/cas/laxValidate"
        requests.get(address, params={"ticket": "ST-1-secret", "service": "http://app.example/"}, timeout=30)
        assert process.stderr is not None
        line = process.stderr.readline()
    assert line.startswith("world default: ticket.invalid_ticket: got a ticket that this world never issued; expected ")
    assert "What to do: send the browser to /cas/login again" in line
    assert "secret" not in line


@pytest.mark.slow
def test_a_process_takes_settings_of_every_source(folder: Path) -> None:
    table = "[tool.eulogin-harness]\nport = 0\nprofile = 'today'\nqr.life = 'PT7M'\n"
    (folder / "pyproject.toml").write_text(table, encoding="utf-8")
    with serving("--set", "link.life=PT9M", folder=folder, EULOGIN_DEVICE_MAX="8") as (process, desk):
        items = requests.get(f"{desk}api/settings", timeout=30).json()["items"]
    assert process.returncode == 0
    values = {item["name"]: (item["value"], item["origin"]) for item in items}
    assert values["link.life"] == ("PT9M", "start")
    assert values["device.max"] == (8, "start")
    assert values["qr.life"] == ("PT7M", "start")
    assert values["password.min_length"] == (10, "profile")


def test_arguments_go_before_the_environment_and_that_before_pyproject(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = "[tool.eulogin-harness]\nport = 0\nlink.life = 'PT7M'\ndevice.max = 7\nqr.life = 'PT7M'\n"
    (folder / "pyproject.toml").write_text(table, encoding="utf-8")
    monkeypatch.setenv("EULOGIN_LINK_LIFE", "PT8M")
    monkeypatch.setenv("EULOGIN_DEVICE_MAX", "8")
    found = gather_settings(["link.life=PT9M"], from_pyproject(folder))
    assert found == {"link.life": "PT9M", "device.max": 8, "qr.life": "PT7M"}


def test_a_taken_port_is_told_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run("serve", "--port", str(port))
    assert done.exit_code == 1
    assert f"expected port {port} to be free" in done.stderr
    assert "--port" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("serve", "--prt", "1"), "--port"),
        (("serve", "--set", "link.lif=PT1M"), "did you mean link.life?"),
        (("serve", "--set", "link.life"), "expected name=value"),
        (("serve", "--host", "0.0.0.0"), "EULOGIN_TOKEN"),
        (("serve", "--host", "LOCALHOST", "--set", "link.life=soon"), "a value of its form is 'PT5M'"),
        (("ready", "--wait", "inf"), "a number of seconds"),
        (("ready", "--wait", "nan"), "a number of seconds"),
        (("serv",), "No such command"),
    ],
)
def test_wrong_usage_is_told_with_a_way_out(arguments: tuple[str, ...], told: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert told in done.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool.eulogin-harness]\nprot = 1", "'prot'"),
        ("[tool.eulogin-harness]\nport =", "cannot be read"),
        ("[tool.eulogin-harness]\nport = 'abc'", "got 'abc'"),
        ("tool = 3", "expected tool to be a table"),
        ("[tool]\neulogin-harness = 5", "expected eulogin-harness to be a table"),
    ],
)
def test_a_wrong_table_in_pyproject_is_told(folder: Path, text: str, told: str) -> None:
    (folder / "pyproject.toml").write_text(f"{text}\n", encoding="utf-8")
    done = run("ready")
    assert done.exit_code == 2
    assert told in done.stderr


@pytest.mark.parametrize("port", ["abc", "99999"])
def test_a_wrong_port_of_the_environment_is_wrong_usage(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("EULOGIN_PORT", port)
    done = run("ready")
    assert done.exit_code == 2
    assert "EULOGIN_PORT" in done.stderr


def test_a_misspelt_variable_gets_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EULOGIN_LINKLIFE", "EULOGIN_LINK_LIFE", "EULOGIN_COLOUR"):
        monkeypatch.setenv(name, "PT1M")
    done = run("serve", "--set", "link.life=soon")
    assert "EULOGIN_LINKLIFE is not known and left aside; did you mean EULOGIN_LINK_LIFE?" in done.stderr
    assert done.stderr.count("is not known") == 1


@pytest.fixture
def server_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    """The server's own log, as before afterwards; serving a site only writes two lines to it."""
    log = logging.getLogger("mock_world.server")

    def serve(*_: object, **__: object) -> None:
        log.info("a connection from 127.0.0.1 broke")
        log.warning("something to look at")

    monkeypatch.setattr(serve_command, "_serve", serve)
    monkeypatch.setattr(log, "handlers", [])
    yield log
    log.setLevel(logging.NOTSET)


@pytest.mark.parametrize(("by_option", "by_variable"), [(True, False), (False, True)])
@pytest.mark.usefixtures("server_log")
def test_verbose_tells_of_broken_connections_in_a_line_each(
    monkeypatch: pytest.MonkeyPatch, by_option: bool, by_variable: bool
) -> None:
    if by_variable:
        monkeypatch.setenv("EULOGIN_VERBOSE", "1")
    told = run("serve", "--port", "0", *["--verbose"] * by_option).stderr.splitlines()
    assert told[0] == "eulogin-harness: a connection from 127.0.0.1 broke"
    assert len(told) == 2


def test_without_verbose_a_broken_connection_is_not_told(server_log: logging.Logger) -> None:
    run("serve", "--port", "0")
    assert not server_log.isEnabledFor(logging.INFO)
    assert server_log.handlers == []


def test_ready_says_where_the_mock_is_and_fails_with_a_sentence_where_nothing_listens(world: World) -> None:
    url = world.addresses.desk.partition("/w/")[0]
    done = run("ready", "--url", url)
    assert (done.exit_code, f"is ready at {url}" in done.output) == (0, True)
    done = run("ready", "--url", "http://localhost:1")
    assert done.exit_code == 1
    assert "start it with `eulogin-harness serve`" in done.stderr


# The description of the control API, without a mock that runs.


def test_openapi_prints_what_a_running_mock_answers(world: World) -> None:
    printed = json.loads(run("openapi").stdout)
    answered = requests.get(f"{world.addresses.desk}/api/openapi.json", timeout=30).json()
    assert printed == answered | {"servers": [{"url": "http://localhost:8400"}]}


@pytest.mark.parametrize("option", ["--output", "-o"])
def test_openapi_goes_into_a_file(folder: Path, option: str) -> None:
    done = run("openapi", option, "api.json")
    assert (done.exit_code, done.output) == (0, "")
    assert json.loads((folder / "api.json").read_text(encoding="utf-8"))["openapi"].startswith("3.")


def test_openapi_tells_of_a_file_that_cannot_be_written() -> None:
    done = run("openapi", "-o", "missing/api.json")
    assert done.exit_code == 1
    assert "missing/api.json" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [["--version"], ["--help"], ["ready", "--help"], ["ready", "--url", "http://localhost:1"]]
)
def test_what_scripts_call_again_and_again_imports_little(words: list[str]) -> None:
    code = (
        "import atexit, sys; from eulogin_harness.cli import main;"
        "heavy = {'flask', 'mock_world', 'pydantic', 'sqlalchemy', 'webauthn', 'zxingcpp'};"
        f"atexit.register(lambda: print('loaded', *sorted(heavy & sys.modules.keys()))); main({words})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "loaded"


@pytest.mark.slow
def test_one_command_and_one_click_show_a_problem(folder: Path) -> None:
    with serving("--world", "phone-lost", "--port", "0", folder=folder) as (process, _):
        assert process.stdout is not None
        problem = next(line.strip() for line in process.stdout if line.strip().endswith("/open"))
        assert PreparedBrowser().open(problem).shown == "waiting"


@pytest.mark.slow
def test_a_problem_of_tls_switches_it_on(folder: Path) -> None:
    with serving("--world", "authority-not-trusted", "--port", "0", "--ca-file", "ca.pem", folder=folder) as (_, desk):
        url = f"{desk}api/events?type=tls.handshake_failed"
        events = requests.get(url, verify=str(folder / "ca.pem"), timeout=10)
        assert len(events.json()["items"]) == 1


@pytest.mark.slow
def test_a_state_that_is_taken_up_goes_before_a_prepared_world(folder: Path) -> None:
    with serving("--world", "link-expired", "--state", "kept.json", "--port", "0", folder=folder):
        pass
    with serving("--world", "phone-lost", "--state", "kept.json", "--port", "0", folder=folder) as (process, desk):
        assert PreparedBrowser().open(f"{desk}worlds/link-expired/open").shown == "link-expired"
        process.terminate()
        assert process.stderr is not None
        assert "--world, --now, --frozen and --import are left aside" in process.stderr.read()


@pytest.mark.parametrize(("given", "told"), [("link-expird", "perhaps link-expired"), ("none.yaml", "No such file")])
def test_serve_refuses_a_prepared_world_that_is_none(given: str, told: str) -> None:
    done = run("serve", "--world", given)
    assert (done.exit_code, told in done.stderr) == (2, True)
