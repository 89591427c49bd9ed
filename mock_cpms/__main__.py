"""CPMS alone: `python -m mock_cpms`. It reaches any EU Login by its address."""

import signal
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from mock_cpms.app import create_app
from mock_cpms.helpdesk.rules import appoint_helpdesk
from mock_cpms.networks import networks
from mock_world import WorldSpec
from mock_world.addresses import ACTORS
from mock_world.server import AddressTaken, Site
from mock_world.settings import from_environment

if TYPE_CHECKING:
    from mock_world import World

_BEFORE = ACTORS.index("cpms")  # listeners of other actors that come first
_FIRST_PORT = 8400
DEFAULT_PORT = _FIRST_PORT + _BEFORE
EU_LOGIN = f"http://localhost:{_FIRST_PORT + ACTORS.index('idp')}"

Member = tuple[str, str]  # unique identifier at EU Login, code of a network


def _members(_: click.Context, __: click.Parameter, given: Sequence[str]) -> list[Member]:
    return [_member(text) for text in given]


def _member(text: str) -> Member:
    uid, _, network = text.rpartition(":")
    if not uid or network not in networks():
        known = ", ".join(networks())
        raise click.BadParameter(f"write an account and a network, such as n00abcd:PaedCAN; networks are {known}")
    return uid, network


def _moment(_: click.Context, __: click.Parameter, given: str | None) -> datetime | None:
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise click.BadParameter(f"write a time such as 2026-11-27T17:00:00+01:00, not {given!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port of CPMS's pages. 0 takes a free one.",
)
@click.option(
    "--helpdesk",
    callback=_members,
    metavar="UID:NETWORK",
    multiple=True,
    help="Lets an account of EU Login decide for a network, such as n00abcd:PaedCAN. May be given several times.",
)
@click.option(
    "--now", callback=_moment, metavar="TIME", help="Time at which CPMS begins; UTC where no offset is given."
)
def main(port: int, helpdesk: Sequence[Member], now: datetime | None) -> None:
    """CPMS 2.0 and the ERN search tool, without EU Login, phones and desk. Stops on Ctrl-C.

    It has a world and a clock of its own, and forgets all when it stops. Settings stand in the environment:

    \b
    EULOGIN_IDP_PUBLIC_URL      where browsers find EU Login
                                (http://localhost:8401 if left out)
    EULOGIN_IDP_INTERNAL_URL    where CPMS finds it, if elsewhere
    EULOGIN_CPMS_PUBLIC_URL     where browsers find CPMS behind a proxy
    EULOGIN_CPMS_PATIENCE       how long it waits for EU Login (PT10S)
    EULOGIN_CPMS_PROFILE        an own file for "Complete Profile"
    EULOGIN_HELPDESK_AUTOMATIC  answers of a helpdesk without people, such as
                                approve; --helpdesk appoints people
    EULOGIN_SMTP                where mails go, such as localhost:1025; left
                                out, nobody can read them: there is no desk

    EU Login must accept CPMS's address, with /screen/signin behind it, as a service.
    """
    if 0 < port <= _BEFORE:
        raise click.BadParameter(f"write 0 or a port from {_BEFORE + 1} on", param_hint="--port")
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())

    def appoint(world: "World") -> None:
        for uid, network in helpdesk:
            appoint_helpdesk(world, uid, network)

    try:
        defaults = {"idp.public_url": EU_LOGIN} | from_environment()
        with Site({"cpms": create_app()}, port=port and port - _BEFORE, defaults=defaults, seed=appoint) as site:
            world = site.worlds.get("default")
            if now is not None:
                site.worlds.reset(world, WorldSpec(now=now))
            click.echo(
                f"CPMS is ready at {site.listeners['cpms']}/screen/home\n"
                f"It signs people in with EU Login at {world.addresses.public('idp', '/cas')}\nCtrl-C stops it."
            )
            stop.wait()
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    except AddressTaken as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main(prog_name="python -m mock_cpms")
