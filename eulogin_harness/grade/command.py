"""The command `grade`: does an application check what EU Login reports to it?"""

import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import click

from eulogin_harness.commands import check_address, find_world, refusals_in_words
from eulogin_harness.grade.report_formats import BY_SUFFIX
from eulogin_harness.options import ca_option, desk_address, fail, url_option

if TYPE_CHECKING:
    from eulogin_harness.client.harness import World
    from eulogin_harness.documents.grades import CheckResult, GradedApplication, GradeReport

_GRADES = "ABCDEF"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_START = 30  # seconds that an own mock has to start
_OF_TABLE = frozenset(
    {
        *("application", "sign_in", "signed_in", "sign_out", "return_to", "staff_only", "only", "skip", "limit"),
        *("fail_below", "report", "baseline", "allow_host"),
    }
)


def grade_defaults(project: Mapping[str, Any]) -> dict[str, Any]:
    """The options of table `[tool.eulogin-harness.grade]`. Raises UsageError for a name that is none."""
    given = {name.removeprefix("grade."): value for name, value in project.items() if name.startswith("grade.")}
    given = {name.replace("-", "_"): value for name, value in given.items()}
    if wrong := sorted(given.keys() - _OF_TABLE):
        known = ", ".join(sorted(_OF_TABLE))
        raise click.UsageError(f"[tool.eulogin-harness.grade] of pyproject.toml: expected {known}; got {wrong[0]}")
    return given


def _reports(_: click.Context, __: click.Parameter, files: tuple[str, ...]) -> tuple[Path, ...]:
    paths = tuple(map(Path, files))
    for path in paths:
        if path.suffix not in BY_SUFFIX:
            raise click.BadParameter(f"expected a file that ends with {', '.join(BY_SUFFIX)}; got {path}")
        if not path.absolute().parent.is_dir():
            raise click.BadParameter(f"expected a folder that is there for {path}; make it first")
    return paths


def _baseline(_: click.Context, __: click.Parameter, file: Path | None) -> dict[str, str]:
    """Known findings with their reasons."""
    if file is None:
        return {}
    try:
        known = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"{file} cannot be read: {error}") from None
    for name, reason in known.items():
        if not isinstance(reason, str) or not reason.strip():
            line = f'"{name}" = "why it stays"'
            raise click.BadParameter(
                f"expected a reason for each known finding of {file}, as in {line}; got {reason!r}"
            )
    return known


@click.command()
@click.argument("application", metavar="URL", required=False)
@click.option("--sign-in", default="", metavar="PATH", help="A page that asks for sign-in.")
@click.option(
    "--signed-in", default="", metavar="SIGN", help="How one sees who is: text:Hello, css:.user, json:/api/me."
)
@click.option("--sign-out", default="", metavar="PATH", help="What signs out: a path, or the words on its button.")
@click.option(
    "--return-to", default="", metavar="NAME", help="Parameter of --sign-in with the address to come back to."
)
@click.option("--staff-only", is_flag=True, help="It is for staff, not for people who registered themselves.")
@click.option(
    "--only", multiple=True, metavar="NAME", help="These checks alone, or all that begin so: cas.ticket-replayed."
)
@click.option("--skip", multiple=True, metavar="NAME", help="All but these checks, or those that begin so.")
@click.option(
    "--limit", type=click.FloatRange(1, 600), default=20.0, show_default=True, help="Seconds that each check may take."
)
@click.option("--fail-below", type=click.Choice(list(_GRADES)), help="Exit code 1 for a grade that is worse.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FILE",
    callback=_reports,
    help=f"Write the report; the end of its name says how: {', '.join(BY_SUFFIX)} (.xml is JUnit).",
)
@click.option(
    "--baseline",
    "known",
    type=_FILE,
    callback=_baseline,
    metavar="FILE",
    help='Known findings, which do not count: TOML, a line "name of the check" = "reason" each.',
)
@click.option(
    "--allow-host", "allowed_hosts", multiple=True, metavar="NAME", help="A host that is yours and may be graded."
)
@click.option("--yes", is_flag=True, help="Do not ask before something else than this machine is graded.")
@click.option("--list", "listing", is_flag=True, help="List the checks, and grade nothing.")
@url_option
@ca_option
@click.option("--world", default="default", show_default=True, help="The world that the application uses.")
@click.pass_obj
def grade(project: dict[str, Any], /, **options: Any) -> None:
    """Grade an application behind EU Login: does it check what EU Login reports to it?

    Signs people in at the application at URL by a browser, sends it forged tickets, tokens and answers, and says by a
    grade from A to F what it believed. The application must be configured with the mock of EU Login that runs at --url,
    or with the one that is started here where none runs. What is in that mock stays as it is: each check happens in a
    copy. Only applications on this machine, of reserved domains (.test, .example) and of
    hosts named by --allow-host are graded. It is a check of the sign-in, not a penetration test. Needs the extras
    `server` and `browser`.
    """
    if options["listing"]:
        _list()
        return
    application = options["application"]
    if not application:
        raise click.UsageError("say the address of the application: eulogin-harness grade http://localhost:5000/")
    _confirm(application, yes=options["yes"])
    desk = (options["url"] or desk_address(project, options["ca"])).rstrip("/")
    check_address(desk)
    with _mock(desk, options["ca"], start=not options["url"]), refusals_in_words(desk):
        world = find_world(desk, options["ca"], options["world"])
        report = _graded(world, application, options)
    _print(report)
    for path in options["reports"]:
        click.echo(f"report: {path}", err=True)
    least = options["fail_below"]
    if least and _GRADES.index(report.grade) > _GRADES.index(least):
        fail(f"expected grade {least} or better; got {report.grade}")


def _confirm(application: str, *, yes: bool) -> None:
    from mock_world.domains import LOOPBACK

    with suppress(ValueError):
        if yes or urlsplit(application).hostname in LOOPBACK:
            return
    if not sys.stdin.isatty():
        raise click.UsageError(f"{application} is not on this machine: say --yes where it is yours to be graded")
    click.confirm(f"{application} is not on this machine. Is it yours, and may it be graded?", abort=True, err=True)


@contextmanager
def _mock(desk: str, ca: str | None, *, start: bool) -> Iterator[None]:
    """The mock at an address; one that is started for as long as this lasts where none answers and `start` says so."""
    from eulogin_harness.readiness import NotReady, wait_until_ready

    authority = Path(ca) if ca else None
    try:
        wait_until_ready(desk, authority, 0)
    except NotReady as error:
        if not start:
            fail(str(error))
    else:
        yield
        return
    click.echo(f"No mock answers at {desk}: one is started for this grading.", err=True)
    command = [sys.executable, "-m", "eulogin_harness.cli", "serve"]
    with (
        TemporaryFile("w+") as said,
        subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        ) as process,
    ):
        try:
            wait_until_ready(desk, authority, _START)
            yield
        except NotReady as error:
            said.seek(0)
            fail(f"{error}\n{said.read()}".rstrip())
        finally:
            process.terminate()


def _graded(world: "World", application: str, options: dict[str, Any]) -> "GradeReport":
    """Grade, show how far it is, write the reports."""
    from eulogin_harness.client.grades import GradeFailed
    from eulogin_harness.client.names import GradeFields
    from eulogin_harness.documents.grades import GradeReport

    started = world.grades.start(application, **{name: options[name] for name in GradeFields.__annotations__})
    try:
        with _Progress() as progress:
            ended = world.grades.follow(started, begun=progress.begun, done=progress.done)
    except GradeFailed as error:
        fail(str(error))
    except KeyboardInterrupt:
        world.grades.stop(started)
        raise
    for path in options["reports"]:
        form = BY_SUFFIX[path.suffix]
        path.write_text(world.grades.report(ended, form), encoding="utf-8")
    return GradeReport.model_validate_json(world.grades.report(ended))


class _Progress:
    """What was found of the application, then a bar, on standard error."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.render_finish()

    def begun(self, application: "GradedApplication", total: int) -> None:
        """Show what was found, before anything is tried."""
        speaks = "OpenID Connect" if application.protocol == "openid" else "CAS"
        shown = ", ".join(application.marks) or "nothing of the user"
        rows = {
            "speaks": speaks + (f", client {application.client_id}" if application.client_id else ""),
            "asks for sign-in at": application.sign_in,
            "comes back to": application.service.partition("?")[0],
            "shows who is signed in at": f"{application.shows} ({shown})",
            "signs out by": application.sign_out or "nothing that was found; say it by --sign-out",
        }
        for name, value in rows.items():
            click.echo(f"  {name + ':':26} {value}", err=True)
        self._bar = click.progressbar(
            length=total, label="checks", file=sys.stderr, item_show_func=lambda name: str(name or "")
        )

    def done(self, result: "CheckResult") -> None:
        """One check more."""
        self._bar.update(1, result.name)


def _print(report: "GradeReport") -> None:
    """The grade, what failed and what could not be tried, on standard output."""
    counts = {name: [one for one in report.results if one.outcome == name] for name in ("passed", "not applicable")}
    known = [one for one in report.results if one.known is not None]
    for one in report.failed:
        click.echo(
            f"{one.weight.upper():8} {one.title} ({one.name})\n         saw: {one.saw}\n         do: {one.remedy.text}"
        )
    for one in report.results:
        if one.outcome == "not done":
            click.echo(f"NOT DONE {one.title} ({one.name})\n         {one.saw}")
    summary = (
        f"{len(report.failed)} failed, {len(counts['passed'])} passed, {len(counts['not applicable'])} not applicable"
    )
    click.echo(f"Grade {report.grade}: {report.application.url} ({summary}{f', {len(known)} known' if known else ''})")
    click.echo(report.rule)


def _list() -> None:
    from eulogin_harness.grade.checks import all_checks

    for check in all_checks().values():
        click.echo(f"{check.name:36} {check.weight.value:9} {check.title}")
