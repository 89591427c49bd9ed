"""An application as a process: started, waited for, and ended as a whole; what it prints is kept in a file."""

import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

_PAUSE = 0.1  # seconds between two looks whether it is there
_PATIENCE = 5.0  # seconds for an answer
_END = 10.0  # seconds that it has to end
_LAST_LINES = 40
_SERVER_ERROR = 500


class AppNotStarted(Exception):  # noqa: N818 - the name says it
    """An application did not start; the text says what was expected, what came, and its last lines."""


class AppServer:
    """An application that runs. url: its address. log: what it printed so far. A context manager, to end it early."""

    def __init__(self, command: Sequence[str], url: str, process: "subprocess.Popen[bytes]", output: Path) -> None:
        self.command = shlex.join(command)
        self.url = url
        self.process = process
        self._output = output
        self.stopped = False
        self._seen = 0

    @property
    def log(self) -> str:
        """What it printed so far."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    def begin_test(self) -> None:
        """What comes from now on belongs to another test."""
        self._seen = self._output.stat().st_size

    @property
    def log_of_test(self) -> str:
        """What it printed since the test began."""
        return self._output.read_bytes()[self._seen :].decode(errors="replace")

    def stop(self) -> None:
        """End it, and whatever it started."""
        if self.stopped:
            return
        self.stopped = True
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, PermissionError):  # nobody is left of it
                os.killpg(self.process.pid, signal_number)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_END)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def launch(
    command: str | Sequence[str | Path],
    *,
    output: Path,
    env: Mapping[str, str] | None = None,
    health: str = "/",
    timeout: float = 30,
    cwd: str | Path | None = None,
) -> AppServer:
    """Start an application and wait until it answers. output: file for what it prints; the rest as in `StartApp`.

    Raises AppNotStarted.
    """
    port = str(free_port())
    words = shlex.split(command) if isinstance(command, str) else [str(word) for word in command]
    words = [word.replace("{port}", port) for word in words]
    given = {name: value.replace("{port}", port) for name, value in (env or {}).items()}
    address = (health if "://" in health else f"http://localhost:{{port}}{health}").replace("{port}", port)
    server = _launched(words, address, given, cwd, output)
    _wait_until_ready(server, address, timeout)
    return server


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        port: int = listener.getsockname()[1]
    return port


def _launched(
    command: Sequence[str], address: str, env: Mapping[str, str], cwd: str | Path | None, output: Path
) -> AppServer:
    environment = {"PYTHONUNBUFFERED": "1"} | os.environ | dict(env)  # what it prints is to be seen at once
    try:
        with output.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603 - what the test says
                command,
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a group of its own, which ends as a whole
            )
    except OSError as error:
        raise AppNotStarted(f"{shlex.join(command)} cannot be started: {error}") from None
    parts = urlsplit(address)
    return AppServer(command, f"{parts.scheme}://{parts.netloc}", process, output)


def _wait_until_ready(server: AppServer, health: str, timeout: float) -> None:
    end = time.monotonic() + timeout
    while (problem := _problem(health)) and time.monotonic() < end:
        with suppress(subprocess.TimeoutExpired):
            server.process.wait(_PAUSE)
            problem = f"it ended with exit code {server.process.returncode}"
            break
    if problem:
        server.stop()
        raise AppNotStarted(
            f"expected {server.command} to answer at {health} within {timeout:g} seconds, but {problem}. "
            f"Its last lines:\n{_end_of(server.log)}"
        )


def _problem(health: str) -> str:
    """Why the application is not ready; empty where it is."""
    from requests import RequestException

    from eulogin_harness.readiness import new_session

    with new_session(None) as session:
        try:
            answer = session.get(health, timeout=_PATIENCE, allow_redirects=False)
        except RequestException as error:
            return f"got {type(error).__name__}"
    return f"it answered {answer.status_code}" if answer.status_code >= _SERVER_ERROR else ""


def _end_of(text: str) -> str:
    return "\n".join(text.splitlines()[-_LAST_LINES:])
