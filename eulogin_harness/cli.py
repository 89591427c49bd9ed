"""The command line. Exit codes: 0 good, 1 failed, 2 wrong usage."""

import json
import math
import sys
from pathlib import Path
from typing import IO, Any

import click

from eulogin_harness import VERSION
from eulogin_harness.commands import add_to, groups
from eulogin_harness.extras import ServerMissing, server_required
from eulogin_harness.grade.command import grade, grade_defaults
from eulogin_harness.guide.command import guide
from eulogin_harness.load.command import load
from eulogin_harness.options import ca_option, desk_address, fail, url_option
from eulogin_harness.replay.command import replay
from eulogin_harness.serving import serve
from eulogin_harness.writing import discard_output, problem_of_disk

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_OF_SERVE = ("port", "host", "profile", "tls", "compat", "verbose", "log_format", "smtp_port")


def _project() -> dict[str, Any]:
    from eulogin_harness.pyproject import from_pyproject

    try:
        return from_pyproject(Path.cwd())
    except ValueError as error:
        raise click.UsageError(f"[tool.eulogin-harness] of pyproject.toml: {error}") from None


class _Commands(click.Group):
    """The commands; those of the mock itself say what to install where it is not."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command; a full disk or a closed folder is a sentence and exit code 1, wherever it shows."""
        try:
            return super().main(*args, **extra)
        except OSError as error:
            sentence = problem_of_disk(error)
            if sentence is None:
                raise
            discard_output()
            fail(sentence)

    def invoke(self, context: click.Context) -> Any:
        try:
            with server_required("use a mock that runs elsewhere, by its --url"):
                result = super().invoke(context)
                sys.stdout.flush()  # here, where it can still be told that there is no room
                return result
        except ServerMissing as missing:
            fail(str(missing))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
    context.default_map = {"serve": own, "ready": client, "import": client, "record": client, "load": client} | of_mock
    context.default_map["grade"] = client | grade_defaults(project)


def _finite(_: click.Context, __: click.Parameter, seconds: float) -> float:
    if not math.isfinite(seconds):
        raise click.BadParameter("write a number of seconds, such as 30")
    return seconds


main.add_command(serve)
main.add_command(guide)
main.add_command(grade)


@main.command()
@click.option(
    "--wait", "seconds", type=click.FloatRange(0), callback=_finite, default=0.0, help="Seconds to wait for it."
)
@url_option
@ca_option
@click.pass_obj
def ready(project: dict[str, Any], seconds: float, url: str | None, ca: str | None) -> None:
    """Say whether the mock at an address is ready: exit code 0, else 1."""
    from eulogin_harness.readiness import NotReady, wait_until_ready

    url = (url or desk_address(project, ca)).rstrip("/")
    try:
        answer = wait_until_ready(url, Path(ca) if ca else None, seconds)
    except NotReady as error:
        fail(str(error))
    click.echo(f"eulogin-harness {answer['version']} is ready at {url}")


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@url_option
@ca_option
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

    url = options["url"] or (None if options["dry_run"] else desk_address(project, options["ca"]))
    chosen = Options(**{**options, "url": url})
    if chosen.password and chosen.passwords:
        raise click.UsageError("give one password for all by --password, or each its own by --passwords, not both")
    try:
        for line in import_files(chosen):
            click.echo(line)
    except ImportFileError as error:
        fail(str(error))


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
    from eulogin_harness.api.description import openapi_text

    with desk.create_app().app_context():
        output.write(openapi_text(desk_address(project, None)))


@main.command()
@click.argument("file", type=_NEW_FILE)
@click.option("--name", metavar="WORDS", help="What is done, for the name of the test; that of the file by default.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--url", envvar="EULOGIN_URL", help="Desk of a mock that runs; one is started where none does.")
@ca_option
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

    url, given = (url or desk_address(project, ca)).rstrip("/"), url is not None or "url" in project
    recording = Recording(file, name or file.stem, url, given, Path(ca) if ca else None, force, headless)
    try:
        for line in lines(recording):
            click.echo(line)
    except RecordingError as error:
        fail(str(error))


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
        fail(f"{file.name}: {error}")
    text = json.dumps(as_document(explanation), indent=2) if as_json else as_text(explanation)
    click.echo(redactor.clean_output(text))
    sys.exit(0 if explanation.outcome in {"good", "problem"} else 1)


add_to(main)
main.add_command(replay)
main.add_command(load)

if __name__ == "__main__":
    main()
