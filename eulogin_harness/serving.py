"""The command `serve`: everything in one process, from its options to the lines that it prints."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eulogin_harness import VERSION
from eulogin_harness.api_token import token_for
from eulogin_harness.log_format import log_to_standard_error
from eulogin_harness.options import LAST_PORT, fail, port_option
from eulogin_harness.world_commands import prepared_names, prepared_of

if TYPE_CHECKING:
    from datetime import datetime

    from eulogin_harness.beginning import Beginning
    from eulogin_harness.reloading import Reloader
    from mock_world.server import Site
    from mock_world.settings import Profile

_START = "Start by opening the control room, or create an account:\n  {}"
_SMTP = 25  # behind the port of the desk


def _moment(_: click.Context, __: click.Parameter, text: str | None) -> "datetime | None":
    from datetime import datetime

    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        moment = None
    if text and (moment is None or moment.tzinfo is None):
        raise click.BadParameter(f"write a time with its offset, such as 2026-11-27T17:00:00+01:00; got {text!r}")
    return moment


@click.command()
@port_option("Port of the desk; EU Login, CPMS and phones follow. 0 takes free ones.")
@click.option(
    "--host",
    default="localhost",
    show_default=True,
    envvar="EULOGIN_HOST",
    help="Address to listen on. Beyond loopback EULOGIN_TOKEN must have 12 characters; desk, API and phones then "
    "demand it. Open stay what asks for a sign-in (EU Login, CPMS), its protocols, and the mail server.",
)
@click.option(
    "--profile",
    type=click.Choice(["guide", "today"]),
    default="guide",
    show_default=True,
    envvar="EULOGIN_PROFILE",
    help="Limits as the guide tells them, or as EU Login has them today.",
)
@click.option(
    "--tls",
    is_flag=True,
    envvar="EULOGIN_TLS",
    help="All speak https, by an authority that lives as long as this process; its certificate is at /ca.pem of the "
    "desk.",
)
@click.option(
    "--ca-file",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="EULOGIN_CA_FILE",
    help="Write the authority's certificate into this file (PEM), which must be new, before anything listens, and "
    "remove it at the end.",
)
@click.option(
    "--compat",
    type=click.Choice(["mockup"]),
    envvar="EULOGIN_COMPAT",
    help="mockup: EU Login listens where the Commission's own mock-up does, by https on 7002 for browsers and by http "
    "on 7001 for the back channel. Clients of it need no new addresses; where they call it eulogin, add "
    "--set idp.public_url=https://eulogin:7002.",
)
@click.option(
    "--verbose",
    is_flag=True,
    envvar="EULOGIN_VERBOSE",
    help="Log each request, and each connection that broke, in a line on standard error.",
)
@click.option(
    "--database",
    metavar="URL",
    envvar="EULOGIN_DATABASE",
    help="Keep all worlds in a database, such as sqlite:///mock.db, and go on where they were left. It holds the "
    "mock's secrets.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    envvar="EULOGIN_WORKERS",
    help="How many processes answer; more than one share a database of PostgreSQL.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    envvar="EULOGIN_LOG_FORMAT",
    help="Lines of the log as text, or as one JSON object each.",
)
@click.option(
    "--state",
    "state_file",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="EULOGIN_STATE",
    help="Go on where this file left the default world, and keep its state there: on every change, and at the end. It "
    "holds the mock's secrets.",
)
@click.option(
    "--world",
    "prepared",
    metavar="NAME|FILE",
    envvar="EULOGIN_WORLD",
    shell_complete=prepared_names,
    help="Begin with a prepared world, such as link-expired, or with an own file (.yaml); `world list --prepared` "
    "lists them.",
)
@click.option(
    "--import",
    "imports",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Users, clients or people to begin with, read as by the command `import`; left aside where --state goes on.",
)
@click.option(
    "--now", callback=_moment, metavar="TIME", help="World time at the start, such as 2026-11-27T17:00+01:00."
)
@click.option("--frozen", is_flag=True, help="World time stands still at the start.")
@click.option(
    "--smtp-port",
    type=click.IntRange(0, 65535),
    envvar="EULOGIN_SMTP_PORT",
    help="Port of the mail server; 25 behind that of the desk by default, 8425. A free one where it is 0 or taken.",
)
@click.option(
    "--open",
    "opens",
    is_flag=True,
    help="Open the control room in a browser; with --world the page where the problem shows.",
)
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting, such as link.life=PT15M.")
@click.pass_obj
def serve(
    project: dict[str, Any],
    *,
    port: int,
    host: str,
    profile: "Profile",
    settings: tuple[str, ...],
    tls: bool,
    ca_file: Path | None,
    compat: str | None,
    verbose: bool,
    database: str | None,
    workers: int,
    log_format: str,
    state_file: Path | None,
    prepared: str | None,
    imports: tuple[Path, ...],
    now: "datetime | None",
    frozen: bool,
    smtp_port: int | None,
    opens: bool,
) -> None:
    """Start everything, on a fresh world unless --database or --state has one, and stop on Ctrl-C."""
    gc.disable()  # until all is imported: what comes now stays, and to look through it took a tenth of the start
    from eulogin_harness.beginning import Beginning
    from eulogin_harness.configuration import gather_settings, misspelt
    from eulogin_harness.pyproject import from_pyproject
    from eulogin_harness.reloading import Reloader

    for name, meant in misspelt().items():
        click.echo(f"eulogin-harness: {name} is not known and left aside; did you mean {meant}?", err=True)
    try:
        token = token_for(host)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if database and state_file:
        raise click.UsageError("expected --database or --state, but got both; --database keeps all worlds, at once")
    if workers > 1 and not (database or "").startswith("postgresql"):
        raise click.UsageError(
            f"{workers} workers share a database: add --database postgresql://..., or leave --workers"
        )
    world = prepared_of(prepared) if prepared else None
    tls = tls or (world is not None and world[1].tls)
    if ca_file and not (tls or compat):
        raise click.UsageError("without TLS there is no authority for --ca-file; add --tls, or leave --ca-file out")
    try:
        defaults = gather_settings(settings, project)
        smtp_port = smtp_port if smtp_port is not None else _behind(port)
        site = _site(
            port=port,
            host=host,
            profile=profile,
            defaults=defaults,
            token=token,
            tls=tls,
            compat=compat,
            smtp_port=smtp_port,
            database=database,
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    log_to_standard_error(log_format, verbose=verbose)
    beginning = Beginning(state_file, world, now, frozen=frozen, imports=imports)
    reloader = Reloader(site, defaults, lambda: gather_settings(settings, from_pyproject(Path.cwd())))
    _serve(site, ca_file, beginning, reloader, opens=opens, workers=workers)


def _behind(port: int) -> int:
    """Usual port of the mail server."""
    return port + _SMTP if 0 < port <= LAST_PORT - _SMTP else 0


def _site(*, compat: str | None, database: str | None, **options: Any) -> "Site":
    """Raises ValueError for settings, an address of a database, or host names that no certificate can hold."""
    from eulogin_harness.site import MOCKUP_PORTS, open_site
    from mock_world.database_url import storage_at

    storage = storage_at(database) if database else None
    return open_site(mockup=MOCKUP_PORTS if compat else None, storage=storage, **options)


def _serve(
    site: "Site", ca_file: Path | None, beginning: "Beginning", reloader: "Reloader", *, opens: bool, workers: int
) -> None:
    from eulogin_harness.beginning import BeginningError
    from eulogin_harness.state_file import StateFileError
    from eulogin_harness.workers import WorkerError, Workers
    from mock_world.server import AddressTaken
    from mock_world.standalone import stop_requested
    from mock_world.storage import StorageError

    serve = partial(_served, site, beginning, reloader, opens=opens)
    try:
        with _written(site, ca_file):
            if workers > 1:
                Workers(site, workers, serve, reloader.take).run()
                return
            with stop_requested() as stop, serve(first=True) as text:
                click.echo(text)
                stop.wait()
    except (AddressTaken, BeginningError, StateFileError, StorageError, WorkerError) as error:
        fail(str(error))


@contextmanager
def _served(site: "Site", beginning: "Beginning", reloader: "Reloader", first: bool, *, opens: bool) -> "Iterator[str]":
    """Serve in this process; what to print. first: the worlds begin with it."""
    from eulogin_harness.beginning import Beginning, begun
    from eulogin_harness.reloading import reloading_on_hangup
    from mock_world.worlds import DEFAULT

    with site, begun(site, beginning if first else Beginning()) as problem:
        gc.freeze()
        gc.enable()
        if opens and first:
            click.launch(problem or site.worlds.get(DEFAULT).addresses.public("desk", "/"))
        with reloading_on_hangup(reloader.reload):
            yield _welcome(site, problem)


@contextmanager
def _written(site: "Site", file: Path | None) -> Iterator[None]:
    """The authority's certificate in a file while the process runs: the next one has another authority."""
    if file is None or site.authority is None:
        yield
        return
    pem = site.authority.pem
    try:
        _check_free(file)
        file.write_text(pem, encoding="ascii")
    except OSError as error:
        fail(f"expected a file that can be written for --ca-file, but {file} cannot ({error.strerror}); name another")
    try:
        yield
    finally:
        if _content(file) == pem.encode():
            file.unlink(missing_ok=True)


def _check_free(file: Path) -> None:
    """A file that a process left behind, which was killed, may be written again; nothing else is. Raises OSError."""
    from mock_world.tls import is_authority

    if file.exists() and (held := file.read_bytes()) and not is_authority(held):
        fail(
            f"expected a new or empty file for --ca-file, or one that an earlier run left behind, but {file} holds "
            "something else; name another, or take it away"
        )


def _content(file: Path) -> bytes:
    """The text of a file; empty where it is gone or closed to us."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _welcome(site: "Site", problem: str) -> str:
    from eulogin_harness.certificate_authority import PATH
    from eulogin_harness.site import address_lines
    from mock_world.worlds import DEFAULT

    addresses = site.worlds.get(DEFAULT).addresses
    public = addresses.public
    authority = f"\n  Authority     {public('desk', PATH)}" if site.authority else ""
    taken = f"; {site.smtp_port} was taken" if site.smtp_port not in {0, site.smtp[1]} else ""
    start = f"The problem:\n  {problem}" if problem else _START.format(public("idp", "/cas/eim/external/register.cgi"))
    return f"""eulogin-harness {VERSION} is ready.

{address_lines(addresses)}
  Mail server   {site.smtp[0]}:{site.smtp[1]} (SMTP{taken}){authority}

{start}

Ctrl-C stops it."""
