"""Phones alone: `python -m mock_phone`. They reach EU Login at the address in its QR codes."""

import signal
import threading

import click

from mock_phone.app import create_app
from mock_world.addresses import ACTORS
from mock_world.server import AddressTaken, Site
from mock_world.settings import from_environment

_BEFORE = ACTORS.index("phone")  # listeners of other actors that come first
DEFAULT_PORT = 8400 + _BEFORE


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port of the phones' pages. 0 takes a free one.",
)
def main(port: int) -> None:
    """Phones with the EU Login app, without EU Login, CPMS and desk. Stops on Ctrl-C.

    They have a world and a clock of their own, and reach EU Login at the address in the QR code that they scan.
    Settings stand in the environment (EULOGIN_ONE_TIME_CODE).
    """
    if 0 < port <= _BEFORE:
        raise click.BadParameter(f"write 0 or a port from {_BEFORE + 1} on", param_hint="--port")
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    try:
        site = Site({"phone": create_app()}, port=port and port - _BEFORE, defaults=from_environment())
        with site:
            click.echo(f"Phones are ready at {site.listeners['phone']}/\nCtrl-C stops them.")
            stop.wait()
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    except AddressTaken as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main(prog_name="python -m mock_phone")
