"""The command line. Exit codes: 0 good, 1 failed, 2 wrong usage."""

import gc
import json
import math
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click

from eulogin_harness import VERSION
from eulogin_harness.commands import add_to, groups, prepared_names, prepared_of
from eulogin_harness.replay.command import replay

if TYPE_CHECKING:
    from datetime import datetime

    from eulogin_harness.beginning import Beginning
    from mock_world.server import Site
    from mock_world.settings import Profile

DEFAULT_PORT = 8400
_LAST_PORT = 65535
_START = "Start by opening the control room, or create an account:\n  {}"
_SMTP = 25  # behind the port of the desk
_OF_SERVE = ("port", "host", "profile", "tls", "compat", "verbose", "smtp_port")


def _fail(sentence: str) -> NoReturn:
    click.echo(f"eulogin-harness: {sentence}", err=True)
    sys.exit(1)


def _project() -> dict[str, Any]:
    from eulogin_harness.pyproject import from_pyproject

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
    own = {name: project[name] for name in _OF_SERVE if name in project}
    own |= {"state_file": project["state"]} if "state" in project else {}
    client = {"ca": project["ca"]} if "ca" in project else {}
    of_mock = {name: dict.fromkeys(group.commands, client) for name, group in groups(main).items()}
    context.default_map = {"serve": own, "ready": client, "import": client, "record": client} | of_mock


def _url(project: dict[str, Any], ca: str | None) -> str:
    """Where `serve` would put the desk; by https where an authority is to be trusted."""
    if "url" in project:
        return str(project["url"])
    port = str(os.environ.get("EULOGIN_PORT") or project.get("port") or DEFAULT_PORT)
    if not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > _LAST_PORT:
        raise click.UsageError(f"expected EULOGIN_PORT, or port in pyproject.toml, to be a port; got {port!r}")
    return f"{'https' if ca else 'http'}://localhost:{port}"


def _finite(_: click.Context, __: click.Parameter, seconds: float) -> float:
    if not math.isfinite(seconds):
        raise click.BadParameter("write a number of seconds, such as 30")
    return seconds


def _moment(_: click.Context, __: click.Parameter, text: str | None) -> "datetime | None":
    from datetime import datetime

    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        moment = None
    if text and (moment is None or moment.tzinfo is None):
        raise click.BadParameter(f"write a time with its offset, such as 2026-11-27T17:00:00+01:00; got {text!r}")
    return moment


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
    state_file: Path | None,
    prepared: str | None,
    imports: tuple[Path, ...],
    now: "datetime | None",
    frozen: bool,
    smtp_port: int | None,
    opens: bool,
) -> None:
    """Start everything, on a fresh world unless --state names one, and stop on Ctrl-C."""
    gc.disable()  # until all is imported: what comes now stays, and to look through it took a tenth of the start
    from eulogin_harness.beginning import Beginning
    from eulogin_harness.configuration import gather_settings, misspelt
    from mock_world.domains import LOOPBACK

    for name, meant in misspelt().items():
        click.echo(f"eulogin-harness: {name} is not known and left aside; did you mean {meant}?", err=True)
    token = os.environ.get("EULOGIN_TOKEN") or None
    if host.lower() not in LOOPBACK and token is None:
        raise click.UsageError(
            f"listening on {host} needs a token, since others can reach it: set EULOGIN_TOKEN, or leave --host out"
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
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if verbose:
        _log_connections()
    beginning = Beginning(state_file, world, now, frozen=frozen, imports=imports)
    _serve(site, ca_file, beginning, opens=opens)


def _behind(port: int) -> int:
    """Usual port of the mail server."""
    return port + _SMTP if 0 < port <= _LAST_PORT - _SMTP else 0


def _log_connections() -> None:
    """Show what the server says at level INFO; otherwise warnings alone come to standard error."""
    import logging

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("eulogin-harness: %(message)s"))
    log = logging.getLogger("mock_world.server")
    log.addHandler(handler)
    log.setLevel(logging.INFO)


def _site(*, compat: str | None, **options: Any) -> "Site":
    """Raises ValueError for settings, or host names that no certificate can hold."""
    from eulogin_harness.site import MOCKUP_PORTS, open_site

    return open_site(mockup=MOCKUP_PORTS if compat else None, **options)


def _serve(site: "Site", ca_file: Path | None, beginning: "Beginning", *, opens: bool) -> None:
    from eulogin_harness.beginning import BeginningError, begun
    from eulogin_harness.state_file import StateFileError
    from mock_world.server import AddressTaken
    from mock_world.standalone import stop_requested

    try:
        with stop_requested() as stop, _written(site, ca_file), site, begun(site, beginning) as problem:
            gc.freeze()
            gc.enable()
            click.echo(_welcome(site, problem))
            if opens:
                click.launch(problem or site.worlds.get("default").addresses.public("desk", "/"))
            stop.wait()
    except (AddressTaken, BeginningError, StateFileError) as error:
        _fail(str(error))


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
        _fail(f"expected a file that can be written for --ca-file, but {file} cannot ({error.strerror}); name another")
    try:
        yield
    finally:
        if _content(file) == pem.encode():
            file.unlink(missing_ok=True)


def _check_free(file: Path) -> None:
    """A file that a process left behind, which was killed, may be written again; nothing else is. Raises OSError."""
    from mock_world.tls import is_authority

    if file.exists() and (held := file.read_bytes()) and not is_authority(held):
        _fail(
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

    addresses = site.worlds.get("default").addresses
    public = addresses.public
    authority = f"\n  Authority     {public('desk', PATH)}" if site.authority else ""
    taken = f"; {site.smtp_port} was taken" if site.smtp_port not in {0, site.smtp[1]} else ""
    back, front = addresses.internal("idp", "/cas"), public("idp", "/cas")
    back_channel = f"\n  Back channel  {back}" if back != front else ""
    start = f"The problem:\n  {problem}" if problem else _START.format(public("idp", "/cas/eim/external/register.cgi"))
    return f"""eulogin-harness {VERSION} is ready.

  Control room  {public("desk", "/")}
  EU Login      {public("idp", "/cas/login")}{back_channel}
  CPMS 2.0      {public("cpms", "/screen/home")}
  Phones        {public("phone", "/")}
  Mail server   {site.smtp[0]}:{site.smtp[1]} (SMTP{taken}){authority}

{start}

Ctrl-C stops it."""


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_ca_option = click.option(
    "--ca",
    type=click.Path(dir_okay=False),
    envvar="EULOGIN_CA",
    help="PEM file of the authority to trust, as `serve --tls --ca-file` writes it.",
)


@main.command()
@click.option(
    "--wait", "seconds", type=click.FloatRange(0), callback=_finite, default=0.0, help="Seconds to wait for it."
)
@click.option("--url", envvar="EULOGIN_URL", help="Address of the desk; that of `serve` by default.")
@_ca_option
@click.pass_obj
def ready(project: dict[str, Any], seconds: float, url: str | None, ca: str | None) -> None:
    """Say whether the mock at an address is ready: exit code 0, else 1."""
    from eulogin_harness.readiness import NotReady, wait_until_ready

    url = (url or _url(project, ca)).rstrip("/")
    try:
        answer = wait_until_ready(url, Path(ca) if ca else None, seconds)
    except NotReady as error:
        _fail(str(error))
    click.echo(f"eulogin-harness {answer['version']} is ready at {url}")


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", envvar="EULOGIN_URL", help="Address of the desk; that of `serve` by default.")
@_ca_option
@click.option("--world", default="default", show_default=True, help="The world that takes them.")
@click.option("--dry-run", is_flag=True, help="Only read the files and say what they lose; by the settings of --url.")
@click.option(
    "--stage",
    type=click.Choice(["registered", "enrolled"]),
    default="registered",
    show_default=True,
    help="registered: a password alone, as at the mock-up; enrolled: a phone that is ready too.",
)
@click.option("--password", metavar="SECRET", help="One password for all users.")
@click.option("--passwords", type=_FILE, metavar="FILE", help="CSV with uid,password; the others' are made up.")
@click.option("--secrets", type=_FILE, metavar="FILE", help="CSV with client_id,secret; the others' are made up.")
@click.option("--write-passwords", type=_NEW_FILE, metavar="FILE", help="Write uid,email,password,pin of all users.")
@click.option(
    "--write-secrets", type=_NEW_FILE, metavar="FILE", help="Write client_id,client_name,secret of all clients."
)
@click.pass_obj
def import_(project: dict[str, Any], /, **options: Any) -> None:
    """Take over users and clients of the official mock-up, or people of a table.

    FILES are its userDataBase.xml, its openIdConnectConfiguration.json, or people as CSV, YAML or JSON: CSV and YAML
    are known by their ending (.csv, .tsv, .yaml, .yml), the others by what is in them. All come in or none. The
    mock-up's passwords and secrets cannot be read back: they are given anew by options, else made up and shown, or
    written to a file that only its owner can read. Real addresses become harmless ones: a@ec.europa.eu.example.
    """
    from eulogin_harness.importing.command import Options, import_files
    from eulogin_harness.importing.report import ImportFileError

    url = options["url"] or (None if options["dry_run"] else _url(project, options["ca"]))
    chosen = Options(**{**options, "url": url})
    if chosen.password and chosen.passwords:
        raise click.UsageError("give one password for all by --password, or each its own by --passwords, not both")
    try:
        for line in import_files(chosen):
            click.echo(line)
    except ImportFileError as error:
        _fail(str(error))


@main.command()
@click.option(
    "--output",
    "-o",
    type=click.File("w", encoding="utf-8"),
    default="-",
    help="File to write; standard output if left out.",
)
@click.pass_obj
def openapi(project: dict[str, Any], output: IO[str]) -> None:
    """Write the OpenAPI document of the control API; no mock needs to run."""
    from eulogin_harness import desk
    from eulogin_harness.api.description import openapi_document

    with desk.create_app().app_context():
        output.write(json.dumps(openapi_document(_url(project, None)), indent=2) + "\n")


@main.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--language", metavar="CODE", default="en", show_default=True, help="Its language, such as fr.")
def guide(folder: Path | None, language: str) -> None:
    """Write the illustrated guide into FOLDER: docs/guide, or docs/guide/fr, if left out.

    It runs the scenarios of a checkout in a real browser, which it installs where there is none, and needs the extra
    `browser`.
    """
    from eulogin_harness.guide.command import GuideError, write_guide

    try:
        sys.exit(write_guide(folder, language))
    except GuideError as error:
        _fail(str(error))


@main.command()
@click.argument("file", type=_NEW_FILE)
@click.option("--name", metavar="WORDS", help="What is done, for the name of the test; that of the file by default.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--url", envvar="EULOGIN_URL", help="Desk of a mock that runs; one is started where none does.")
@_ca_option
@click.option("--headless", is_flag=True, help="Without windows, as tests of this command need it.")
@click.pass_obj
def record(
    project: dict[str, Any],
    *,
    file: Path,
    name: str | None,
    force: bool,
    url: str | None,
    ca: str | None,
    headless: bool,
) -> None:
    """Follow what you do in a browser, and write it into FILE as a scenario for pytest.

    It opens EU Login, CPMS, the control room and a phone in a fresh world. The scenario is written when the browser is
    closed, or on Ctrl-C, and holds what was typed, passwords too. Needs the extra `browser`.
    """
    from eulogin_harness.recording.command import Recording, RecordingError
    from eulogin_harness.recording.command import record as lines

    url, given = (url or _url(project, ca)).rstrip("/"), url is not None or "url" in project
    recording = Recording(file, name or file.stem, url, given, Path(ca) if ca else None, force, headless)
    try:
        for line in lines(recording):
            click.echo(line)
    except RecordingError as error:
        _fail(str(error))


@main.command()
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(file: IO[bytes], *, as_json: bool) -> None:
    """Say what went wrong in a recorded sign-in, and which line proves it; no mock needs to run.

    FILE is a HAR, also gzipped or zipped, or a trace of Playwright; - reads standard input. Of the real EU Login or of
    the mock. Secrets are taken out before anything else, nothing is sent anywhere. Exit code 1 where the file cannot be
    read, holds no sign-in, or does not tell the cause.
    """
    from eulogin_harness.explaining.explaining import explain
    from eulogin_harness.explaining.printing import as_document, as_text
    from eulogin_harness.explaining.reading import LARGEST, UnreadableFile

    try:
        explanation, redactor = explain(file.read(LARGEST + 1))
    except UnreadableFile as error:
        _fail(f"{file.name}: {error}")
    text = json.dumps(as_document(explanation), indent=2) if as_json else as_text(explanation)
    click.echo(redactor.clean_output(text))
    sys.exit(0 if explanation.outcome in {"good", "problem"} else 1)


add_to(main, _url)
main.add_command(replay)

if __name__ == "__main__":
    main()
