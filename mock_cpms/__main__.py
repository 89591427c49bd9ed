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


class _Member(click.ParamType):
    name = "uid:network"

    def convert(self, value: str | Member, param: click.Parameter | None, ctx: click.Context | None) -> Member:
        if isinstance(value, tuple):
            return value
        uid, _, network = value.partition(":")
        if not uid or network not in networks():
            known = ", ".join(networks())
            self.fail(
                f"write a unique identifier and a network, such as n00abcd:PaedCAN; networks are {known}", param, ctx
            )
        return uid, network


class _Moment(click.ParamType):
    name = "time"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"write a time such as 2026-11-27T17:00:00+01:00, not {value!r}", param, ctx)
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
    type=_Member(),
    multiple=True,
    help="Lets an account of EU Login decide for a network, such as n00abcd:PaedCAN. May be given several times.",
)
@click.option("--now", type=_Moment(), help="Time at which CPMS begins; UTC where no offset is given.")
def main(port: int, helpdesk: Sequence[Member], now: datetime | None) -> None:
    """CPMS 2.0 and the ERN search tool, without EU Login, phones and desk. Stops on Ctrl-C.

    It has a world and a clock of its own, and forgets all when it stops. Settings stand in the environment:

    \b
    EULOGIN_IDP_PUBLIC_URL    where browsers find EU Login (http://localhost:8401)
    EULOGIN_IDP_INTERNAL_URL  where CPMS finds it, if elsewhere
    EULOGIN_ALLOWED_TARGETS   its host, where that is neither this machine nor
                              of a reserved domain: else CPMS does not call it
    EULOGIN_CPMS_PUBLIC_URL   where browsers find CPMS, behind a proxy
    EULOGIN_CPMS_PATIENCE     how long it waits for EU Login (PT10S)
    EULOGIN_CPMS_PROFILE      an own file for "Complete Profile"
    EULOGIN_HELPDESK_AUTOMATIC  approve, reject, or ask, approve:
                              decides where no --helpdesk does
    EULOGIN_SMTP              where mails go, as localhost:1025; without it
                              nobody can read them, since the desk is not here

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
