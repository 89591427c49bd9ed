"""The application under test as a process: started when it is asked for, its output shown where a test fails."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

from eulogin_harness.app_process import AppNotStarted, AppServer, launch

_SERVERS = pytest.StashKey[list[AppServer]]()


class StartApp(Protocol):
    """Starts an application: `app_server([sys.executable, "app.py"], health="/health")`.

    `{port}` in the command, in values of `env` and in `health` is a free port. env: besides the environment of the
    tests. health: a path, or an address, that answers below 500 once the application is ready. timeout: seconds that
    it has for that. cwd: folder in which it starts.
    """

    def __call__(
        self,
        command: str | Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        health: str = "/",
        timeout: float = 30,
        cwd: str | Path | None = None,
    ) -> AppServer: ...


@pytest.fixture(scope="session")
def app_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartApp]:
    """Starts the application under test as a process; all that were started end after the tests."""
    servers = request.config.stash.setdefault(_SERVERS, [])
    folder, numbers = tmp_path_factory.mktemp("app_server"), count(1)

    def start(
        command: str | Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        health: str = "/",
        timeout: float = 30,
        cwd: str | Path | None = None,
    ) -> AppServer:
        output = folder / f"{next(numbers)}.log"
        try:
            server = launch(command, output=output, env=env, health=health, timeout=timeout, cwd=cwd)
        except AppNotStarted as error:
            pytest.fail(f"app_server: {error}", pytrace=False)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    servers = item.config.stash.get(_SERVERS, [])
    servers[:] = [server for server in servers if not server.stopped]
    for server in servers:
        server.begin_test()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the applications printed during a test that failed."""
    report = yield
    if report.failed:
        for server in item.config.stash.get(_SERVERS, ()):
            if text := server.log_of_test:
                report.sections.append((f"app_server: {server.command}", text))
    return report
