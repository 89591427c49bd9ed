"""The command `load`: a crowd by Locust, in processes of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from eulogin_harness.app_process import free_port
from eulogin_harness.commands import check_address, duration, find_world, refusals_in_words
from eulogin_harness.load.plan import AT_APPLICATION, WEIGHTS, Plan
from eulogin_harness.options import ca_option, desk_address, fail, url_option

_LOCUSTFILE = Path(__file__).with_name("processes") / "locustfile.py"
_MISSING = "this needs Locust: pip install 'eulogin-harness[load]'"
_STOP_TIMEOUT = 60  # seconds that journeys have to end
_MOST_WEIGHT = 1000
_MASTER_PORT = 5557  # Locust's own
_FILE = click.Path(dir_okay=False, path_type=Path)


def _weights(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, int]:
    """`pin=3`, or `pin` for a weight of 1."""
    weights = {}
    for text in given:
        name, _sign, weight = text.partition("=")
        if name not in WEIGHTS:
            raise click.BadParameter(f"expected a journey of {', '.join(WEIGHTS)}; got {name!r}")
        if not (weight or "1").isdecimal() or not 1 <= int(weight or "1") <= _MOST_WEIGHT:
            raise click.BadParameter(f"expected a weight from 1 to {_MOST_WEIGHT}, as in {name}=3; got {text!r}")
        weights[name] = int(weight or "1")
    return weights


def _time(context: click.Context, parameter: click.Parameter, text: str) -> timedelta:
    from pydantic import TypeAdapter, ValidationError

    try:
        time = TypeAdapter(timedelta).validate_python(duration(context, parameter, text))
    except ValidationError:
        time = timedelta()
    if time <= timedelta():
        raise click.BadParameter(f"write a time such as 90s, 5m or 1h30m; got {text!r}")
    return time


@click.command()
@url_option
@ca_option
@click.option("--world", default="default", show_default=True, help="The world that they come to.")
@click.option("--users", type=click.IntRange(1), default=10, show_default=True, help="People at the same time.")
@click.option(
    "--spawn-rate", type=click.FloatRange(0, min_open=True), default=5.0, show_default=True, help="New ones a second."
)
@click.option(
    "--run-time",
    metavar="TIME",
    default="1m",
    show_default=True,
    callback=_time,
    help="How long people set out, such as 90s or 1h30m; those under way arrive.",
)
@click.option("--journeys", type=click.IntRange(1), metavar="N", help="Exactly so many journeys in all, instead.")
@click.option(
    "--journey",
    "weights",
    multiple=True,
    metavar="NAME=WEIGHT",
    callback=_weights,
    help=f"A journey and its weight, such as pin=3; once for each. By default "
    f"{', '.join(f'{name}={weight}' for name, weight in WEIGHTS.items())}.",
)
@click.option(
    "--application",
    metavar="URL",
    help="Address of an application behind EU Login, at which "
    f"{', '.join(AT_APPLICATION)} begin and end instead of at CPMS; they alone are taken then.",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="A machine that is yours and may be called, beside loopback and reserved domains.",
)
@click.option("--fail-ratio", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Part that may fail.")
@click.option("--check/--no-check", default=True, help="Look for every journey that was done in the journal.")
@click.option("--report", type=_FILE, metavar="FILE", help="Write Locust's report, with charts (HTML).")
@click.option("--json", "json_file", type=_FILE, metavar="FILE", help="Write the figures as JSON.")
@click.option("--web-port", type=click.IntRange(1, 65535), metavar="PORT", help="Show Locust's live page at this port.")
@click.option("--processes", type=click.IntRange(1), default=1, show_default=True, help="Processes on this machine.")
@click.option("--master", is_flag=True, help="Lead workers on other machines, which take all else from here.")
@click.option("--expect-workers", type=click.IntRange(1), default=1, show_default=True, help="How many to wait for.")
@click.option("--worker", is_flag=True, help="Be a worker of --master-host.")
@click.option("--master-host", default="127.0.0.1", show_default=True, metavar="HOST", help="Where --master runs.")
@click.option("--master-port", type=click.IntRange(1, 65535), metavar="PORT", help="Its port; 5557 by default.")
@click.pass_obj
def load(project: dict[str, Any], /, **options: Any) -> None:
    """Send a crowd: people who sign up, sign in, ask for access, all at the same time.

    They use pages, phones and mailboxes by HTTP, as browsers do. At the end each journey that was done is looked for in
    the mock's journal: exit code 1 where one failed, is missing there, or is there twice. Needs the extra `load`.

    \b
    sign-up         an account, the mail with the link, a password
    enrolment       a phone with the EU Login app is linked by its QR code
    pin             sign-in to CPMS 2.0 with the PIN on the phone
    one-time-code   sign-in to CPMS 2.0 with the one-time password of the app
    openid          OpenID Connect: code with PKCE, tokens, refresh
    access-request  somebody new at CPMS 2.0 completes the profile and asks for access
    sign-out        as pin, and out again at EU Login
    """
    if find_spec("locust") is None:
        fail(_MISSING)
    _check_roles(options)
    words = _as_worker(options) if options["worker"] else _as_lead(project, options)
    environment = os.environ | ({"EULOGIN_CA": options["ca"]} if options["ca"] else {})
    command = [sys.executable, "-m", "eulogin_harness.load.processes", "-f", str(_LOCUSTFILE), "--skip-log-setup"]
    sys.exit(_run([*command, "--stop-timeout", str(_STOP_TIMEOUT), *words], environment, whole_group=options["worker"]))


def _check_roles(options: dict[str, Any]) -> None:
    if options["master"] and options["worker"]:
        raise click.UsageError("a process either leads, by --master, or is a worker, by --worker")
    if options["master"] and options["processes"] > 1:
        raise click.UsageError("with --master people come to the workers: give --processes to them")


def _as_worker(options: dict[str, Any]) -> list[str]:
    where = ["--master-host", options["master_host"], "--master-port", str(options["master_port"] or _MASTER_PORT)]
    many = ["--processes", str(options["processes"])] if options["processes"] > 1 else []
    return ["--worker", *where, *many]


def _as_lead(project: dict[str, Any], options: dict[str, Any]) -> list[str]:
    plan = _plan(project, options)
    with refusals_in_words(plan.url):
        find_world(plan.url, options["ca"], plan.world)
    page = options["web_port"]
    live = ["--web-host", "localhost", "--web-port", str(page), "--autostart"] if page else ["--headless"]
    if page:
        click.echo(f"Live page: http://localhost:{page}/", err=True)
    people = ["--users", str(options["users"]), "--spawn-rate", str(options["spawn_rate"])]
    return [*live, *people, *_workers(options), "--host", plan.url, "--eulogin-plan", plan.to_json()]


def _workers(options: dict[str, Any]) -> list[str]:
    """Words for a process that leads others."""
    if options["master"]:
        port = str(options["master_port"] or _MASTER_PORT)
        return ["--master", "--master-bind-port", port, "--expect-workers", str(options["expect_workers"])]
    if options["processes"] == 1:
        return []
    port = str(options["master_port"] or free_port())
    where = ["--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--master-port", port]
    return ["--processes", str(options["processes"]), *where]


def _plan(project: dict[str, Any], options: dict[str, Any]) -> Plan:
    """Raises UsageError."""
    from mock_world.domains import is_harmless_url

    url, application = (
        (options["url"] or desk_address(project, options["ca"])).rstrip("/"),
        options["application"] or "",
    )
    check_address(url)
    for name, address in {"--url": url, "--application": application}.items():
        if address and not is_harmless_url(address, options["allowed_hosts"]):
            allowed = "an http(s) address on loopback or a reserved domain, since a crowd comes only to what is yours"
            raise click.UsageError(f"expected {name} to be {allowed}; got {address!r}; --allow-host NAME allows a host")
    weights = options["weights"] or {name: WEIGHTS[name] for name in (AT_APPLICATION if application else WEIGHTS)}
    return Plan(
        url=url,
        world=options["world"],
        weights=weights,
        application=application,
        journeys=options["journeys"] or 0,
        seconds=0 if options["journeys"] else options["run_time"].total_seconds(),
        allowed_hosts=options["allowed_hosts"],
        check=options["check"],
        fail_ratio=options["fail_ratio"],
        report=_path(options["report"]),
        json_file=_path(options["json_file"]),
    )


def _path(file: Path | None) -> str:
    """Raises UsageError where its folder is not there."""
    if file is None:
        return ""
    if not file.absolute().parent.is_dir():
        raise click.UsageError(f"expected a folder that is there for {file}; make it first")
    return str(file.absolute())


def _run(command: list[str], environment: Mapping[str, str], *, whole_group: bool) -> int:
    """Run Locust to its end, to which Ctrl-C brings it; 1 where it did not go well.

    whole_group: each of its processes is to hear of Ctrl-C, and not only the one that leads the others.
    """
    from mock_world.process_signals import ENDING, on_signals

    with subprocess.Popen(  # noqa: S603 - our own words
        command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
    ) as process:

        def interrupt() -> None:
            with suppress(ProcessLookupError):
                (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)

        with on_signals(ENDING, interrupt):
            return 1 if process.wait() else 0
