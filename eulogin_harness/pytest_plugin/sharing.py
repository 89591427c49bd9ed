"""One mock for all workers of pytest-xdist, where its place was asked for, in a process of its own: started when the
first worker asks for it.
"""

import json
import subprocess
import sys
from contextlib import suppress
from functools import cached_property
from threading import Thread
from typing import Any

import pytest

from eulogin_harness.pytest_plugin.sources import mock_of

_END = 10  # seconds that the mock has to end
_INPUT = "eulogin_shared_mock"  # of a worker: where it asks for the mock


class SharedMock:
    """Of the process that starts the workers: starts the mock, and tells each worker its address.

    options: of `open_site`. The mock ends when this process ends, however it does: its standard input closes then.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        import secrets
        from multiprocessing.connection import Listener

        self._options = options
        self._key = secrets.token_bytes()
        self._listener = Listener(authkey=self._key)
        self._process: subprocess.Popen[str] | None = None
        self._closing = False
        self._thread = Thread(target=self._answer_workers, name="eulogin-shared-mock", daemon=True)
        self._thread.start()

    @property
    def place(self) -> dict[str, Any]:
        """Where workers ask, as simple values."""
        return {"address": self._listener.address, "key": self._key.hex()}

    def _answer_workers(self) -> None:
        while not self._closing:
            with suppress(OSError, EOFError), self._listener.accept() as worker:  # one may end meanwhile
                if not self._closing:
                    worker.send_bytes(self._started)

    @cached_property
    def _started(self) -> bytes:
        """What the mock says at its start, as JSON: its address, or why there is none."""
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "eulogin_harness.shared_mock"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the tests, which need it until they end
            text=True,
        )
        assert self._process.stdin is not None  # noqa: S101 - for the type checker
        assert self._process.stdout is not None  # noqa: S101
        self._process.stdin.write(json.dumps(self._options) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        return line.encode() or b'{"error": "the mock for all workers ended at its start; standard error says why"}'

    def close(self) -> None:
        """End the mock, if it was started."""
        from multiprocessing.connection import Client

        self._closing = True
        with suppress(OSError, EOFError), Client(self._listener.address, authkey=self._key):
            self._thread.join()
        self._listener.close()
        if self._process is not None:
            self._process.communicate(timeout=_END)


_SHARED = pytest.StashKey[SharedMock]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where it finds the mock; without a fixed place each starts its own."""
    config: pytest.Config = node.config
    mock = mock_of(config)
    if not mock.has_fixed_place:
        return
    if _SHARED not in config.stash:
        config.stash[_SHARED] = SharedMock(mock.start)
        config.add_cleanup(config.stash[_SHARED].close)
    node.workerinput[_INPUT] = config.stash[_SHARED].place


def shared_mock(config: pytest.Config) -> dict[str, Any] | None:
    """What the mock of all workers said at its start, in one of them; None where there is none."""
    place = getattr(config, "workerinput", {}).get(_INPUT)
    if place is None:
        return None
    from multiprocessing.connection import Client

    try:
        with Client(place["address"], authkey=bytes.fromhex(place["key"])) as controller:
            started: dict[str, Any] = json.loads(controller.recv_bytes())
    except (OSError, EOFError) as error:
        started = {"error": f"a worker cannot reach the process that started it ({error}); use --eulogin-url"}
    return started
