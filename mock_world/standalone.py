"""One actor in a process of its own: what `python -m mock_phone` and `python -m mock_cpms` share."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from mock_world.addresses import ACTORS
from mock_world.process_signals import ENDING, on_signals
from mock_world.server import AddressTaken, Site
from mock_world.settings import from_environment

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from mock_world.world import World

_FIRST_PORT = 8400


def usual_port(actor: str) -> int:
    """Where an actor is found that was told nothing else, alone or with all others."""
    return _FIRST_PORT + ACTORS.index(actor)


def port_option(actor: str, whose: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option `--port` of a command that serves this actor alone."""
    return click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=usual_port(actor),
        show_default=True,
        help=f"Port of {whose} pages. 0 takes a free one.",
    )


@contextmanager
def stop_requested() -> Iterator[threading.Event]:
    """Set by Ctrl-C and by SIGTERM, which else end the process in the middle of something."""
    stop = threading.Event()
    with on_signals(ENDING, stop.set):
        yield stop


def serve_standalone(
    actor: str,
    app: "WSGIApplication",
    *,
    port: int,
    ready: Callable[[Site], str],
    defaults: Mapping[str, object] | None = None,
    seed: Callable[["World"], None] = lambda _: None,
) -> None:
    """Serve until Ctrl-C or SIGTERM; print what `ready` says. The environment's settings go before `defaults`.

    Raises click's exceptions, which end the command with a sentence.
    """
    before = ACTORS.index(actor)  # listeners of other actors that come first
    if 0 < port <= before:
        raise click.BadParameter(f"write 0 or a port from {before + 1} on", param_hint="--port")
    try:
        settings = {**(defaults or {}), **from_environment()}
        with (
            stop_requested() as stop,
            Site({actor: app}, port=port and port - before, defaults=settings, seed=seed) as site,
        ):
            click.echo(ready(site))
            stop.wait()
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    except AddressTaken as error:
        raise click.ClickException(str(error)) from None
