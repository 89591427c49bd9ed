"""CPMS alone: `python -m mock_cpms`. It reaches any EU Login by its address."""

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from mock_cpms.app import create_app
from mock_cpms.helpdesk.rules import appoint_helpdesk
from mock_cpms.networks import networks
from mock_world import World, WorldSpec
from mock_world.server import Site
from mock_world.standalone import port_option, serve_standalone, usual_port

EU_LOGIN = f"http://localhost:{usual_port('idp')}"

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
@port_option("cpms", "CPMS's")
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

    def appoint(world: World) -> None:
        for uid, network in helpdesk:
            appoint_helpdesk(world, uid, network)

    def ready(site: Site) -> str:
        world = site.worlds.get("default")
        if now is not None:
            site.worlds.reset(world, WorldSpec(now=now))
        return (
            f"CPMS is ready at {site.listeners['cpms']}/screen/home\n"
            f"It signs people in with EU Login at {world.addresses.public('idp', '/cas')}\nCtrl-C stops it."
        )

    serve_standalone("cpms", create_app(), port=port, ready=ready, defaults={"idp.public_url": EU_LOGIN}, seed=appoint)


if __name__ == "__main__":
    main(prog_name="python -m mock_cpms")
