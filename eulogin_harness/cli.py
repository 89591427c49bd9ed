"""The command line. Exit codes: 0 good, 1 failed, 2 wrong usage."""

import math
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from eulogin_harness import VERSION

if TYPE_CHECKING:
    from mock_world.server import Site
    from mock_world.settings import Profile

DEFAULT_PORT = 8400
_LAST_PORT = 65535


def _fail(sentence: str) -> NoReturn:
    click.echo(f"eulogin-harness: {sentence}", err=True)
    sys.exit(1)


def _project() -> dict[str, Any]:
    from eulogin_harness.configuration import from_pyproject

    try:
        return from_pyproject(Path.cwd())
    except ValueError as error:
        raise click.UsageError(f"[tool.eulogin-harness] of pyproject.toml: {error}") from None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="eulogin-harness")
@click.pass_context
def main(context: click.Context) -> None:
    """A mock of EU Login with mailbox, phone and CPMS 2.0, for tests and demonstrations.

    Each option may also stand in the environment (EULOGIN_PORT, EULOGIN_PASSWORD_MIN_LENGTH) or in
    pyproject.toml of the current folder, table [tool.eulogin-harness].
    """
    project = _project()
    context.obj = project
    own = {name: project[name] for name in ("port", "host", "profile") if name in project}
    context.default_map = {"serve": own}


def _url(project: dict[str, Any]) -> str:
    """Where `serve` would put the desk."""
    if "url" in project:
        return str(project["url"])
    port = str(os.environ.get("EULOGIN_PORT") or project.get("port") or DEFAULT_PORT)
    if not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > _LAST_PORT:
        raise click.UsageError(f"expected EULOGIN_PORT, or port in pyproject.toml, to be a port; got {port!r}")
    return f"http://localhost:{port}"


def _finite(_: click.Context, __: click.Parameter, seconds: float) -> float:
    if not math.isfinite(seconds):
        raise click.BadParameter("write a number of seconds, such as 30")
    return seconds


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65532),
    default=DEFAULT_PORT,
    show_default=True,
    envvar="EULOGIN_PORT",
    help="Port of the desk; EU Login, CPMS and phones follow. 0 takes free ones.",
)
@click.option(
    "--host",
    default="localhost",
    show_default=True,
    envvar="EULOGIN_HOST",
    help="Address to listen on. Beyond loopback, EULOGIN_TOKEN must be set; desk and API then demand it.",
)
@click.option(
    "--profile",
    type=click.Choice(["guide", "today"]),
    default="guide",
    show_default=True,
    envvar="EULOGIN_PROFILE",
    help="Limits as the guide tells them, or as EU Login has them today.",
)
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting, such as link.life=PT15M.")
@click.pass_obj
def serve(project: dict[str, Any], port: int, host: str, profile: "Profile", settings: tuple[str, ...]) -> None:
    """Start everything on a fresh world and stop on Ctrl-C."""
    from eulogin_harness.configuration import gather_settings, misspelt
    from mock_world.domains import LOOPBACK

    for name, meant in misspelt().items():
        click.echo(f"eulogin-harness: {name} is not known and left aside; did you mean {meant}?", err=True)
    token = os.environ.get("EULOGIN_TOKEN") or None
    if host.lower() not in LOOPBACK and token is None:
        raise click.UsageError(
            f"listening on {host} needs a token, since others can reach it: set EULOGIN_TOKEN, or leave --host out"
        )
    try:
        defaults = gather_settings(settings, project)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    _serve(port=port, host=host, profile=profile, defaults=defaults, token=token)


def _serve(*, port: int, host: str, profile: "Profile", defaults: dict[str, Any], token: str | None) -> None:
    from eulogin_harness.site import open_site
    from mock_world.alone import asked_to_stop
    from mock_world.server import AddressTaken

    site = open_site(port=port, host=host, profile=profile, defaults=defaults, token=token)
    try:
        with asked_to_stop() as stop, site:
            click.echo(_welcome(site))
            stop.wait()
    except AddressTaken as error:
        _fail(str(error))


def _welcome(site: "Site") -> str:
    public = site.worlds.get("default").addresses.public
    return f"""eulogin-harness {VERSION} is ready.

  Control room  {public("desk", "/")}
  EU Login      {public("idp", "/cas/login")}
  CPMS 2.0      {public("cpms", "/screen/home")}
  Phones        {public("phone", "/")}
  Mail server   {site.smtp[0]}:{site.smtp[1]} (SMTP)

Start by opening the control room, or create an account:
  {public("idp", "/cas/eim/external/register.cgi")}

Ctrl-C stops it."""


@main.command()
@click.option(
    "--wait", "seconds", type=click.FloatRange(0), callback=_finite, default=0.0, help="Seconds to wait for it."
)
@click.option("--url", envvar="EULOGIN_URL", help="Address of the desk; that of `serve` by default.")
@click.pass_obj
def ready(project: dict[str, Any], seconds: float, url: str | None) -> None:
    """Say whether the mock at an address is ready: exit code 0, else 1."""
    from eulogin_harness.client import Harness, NotReady

    url = url or _url(project)
    try:
        answer = Harness(url).wait_until_ready(seconds)
    except NotReady as error:
        _fail(str(error))
    click.echo(f"eulogin-harness {answer.version} is ready at {url}")


if __name__ == "__main__":
    main()
