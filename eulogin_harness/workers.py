"""Several processes behind the same ports: a parent that opened the sockets, and workers that answer at them."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

import click

from eulogin_harness.beginning import BeginningError
from eulogin_harness.reloading import heeds_hangup
from mock_world.process_signals import ENDING, on_signals
from mock_world.standalone import stop_requested
from mock_world.storage import StorageError

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from mock_world.server import Site

Serve = Callable[[bool], AbstractContextManager[str]]
_PAUSE = 1.0  # seconds before a worker is tried again that could not begin
_CONTEXT = multiprocessing.get_context("fork")  # what is imported is there once


class WorkerError(Exception):
    """A worker ended before it was ready; a sentence."""


class Workers:
    """The workers of a site, so many.

    serve: a context in which a worker serves, which gives what to print when it does; its argument is whether it is the
    first of all, which comes before the others. reload: lets workers that come later begin by the
    settings of now; those that are there get SIGHUP, as this process did.
    """

    def __init__(self, site: "Site", number: int, serve: Serve, reload: Callable[[], None]) -> None:
        self._site = site
        self._number = number
        self._serve = serve
        self._reload = reload
        self._processes: dict[int, BaseProcess] = {}
        self._alive, self._ours = _CONTEXT.Pipe(duplex=False)  # the parent's end closes when it is killed

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM; a worker that ends is begun anew. Raises AddressTaken, WorkerError."""
        self._site.bind()
        stop, stopped = _CONTEXT.Pipe(duplex=False)
        hangup, hung_up = _CONTEXT.Pipe(duplex=False)
        heeded = [signal.SIGHUP] if heeds_hangup() else []
        with (
            on_signals(ENDING, lambda: stopped.send(None)),
            on_signals(heeded, lambda: hung_up.send(None)),
        ):
            try:
                text = self._begin(0, first=True)
                for number in range(1, self._number):
                    self._begin(number)
                click.echo(text)
                while not stop.poll():
                    alive = [process.sentinel for process in self._processes.values()]
                    wait([stop, hangup, *alive], None if len(alive) == self._number else _PAUSE)
                    if hangup.poll():
                        hangup.recv()
                        self._reload_all()
                    elif not stop.poll():
                        self._replace()
            finally:
                self._end()

    def _begin(self, number: int, *, first: bool = False) -> str:
        """Start a worker, and wait until it is ready; what it says then."""
        reader, writer = _CONTEXT.Pipe(duplex=False)
        process = _CONTEXT.Process(target=self._work, args=(writer, first), name=f"worker {number + 1}")
        process.start()
        writer.close()
        try:
            text: str | WorkerError = reader.recv()
        except EOFError:
            process.join()
            raise WorkerError(f"worker {number + 1} ended before it was ready; the lines above say why") from None
        finally:
            reader.close()
        if isinstance(text, WorkerError):
            process.join()
            raise text
        self._processes[number] = process
        return text

    def _work(self, writer: Connection, first: bool) -> None:
        self._ours.close()
        try:
            with stop_requested() as stop, self._serve(first) as text:
                threading.Thread(target=self._follow_parent, args=(stop,), name="parent", daemon=True).start()
                writer.send(text)
                stop.wait()
        except (BeginningError, StorageError) as error:
            writer.send(WorkerError(str(error)))

    def _follow_parent(self, stop: threading.Event) -> None:
        wait([self._alive])  # at its end
        stop.set()

    def _end(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.join()
        self._site.unbind()

    def _reload_all(self) -> None:
        self._reload()
        for process in self._processes.values():
            if process.pid and process.is_alive():
                os.kill(process.pid, signal.SIGHUP)

    def _replace(self) -> None:
        """Begin workers anew that ended; one that cannot begin now is tried again, and the others serve."""
        for number, process in list(self._processes.items()):
            if not process.is_alive():
                _say(f"{process.name} ended (exit code {process.exitcode}); it is begun anew")
                del self._processes[number]
        for number in {*range(self._number)} - self._processes.keys():
            try:
                self._begin(number)
            except WorkerError as error:
                _say(f"worker {number + 1} cannot begin, and is tried again: {error}")


def _say(text: str) -> None:
    click.echo(f"eulogin-harness: {text}", err=True)
