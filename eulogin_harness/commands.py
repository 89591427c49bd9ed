"""Commands for a mock that runs: what the control room does, for a terminal. Each is a call of the control API."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

import click

from eulogin_harness.options import desk_address, url_option
from eulogin_harness.output import Output
from eulogin_harness.world_commands import (
    prepared_names,
    world_bundle,
    world_export,
    world_list,
    world_load,
    world_new,
    world_reset,
    world_show,
)

if TYPE_CHECKING:
    from eulogin_harness.client import World
    from eulogin_harness.client.names import FaultName, Stage

Options = tuple[Callable[..., Any], ...]

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SHORT = re.compile(r"(?:\d+[smhd])+")


def duration(_: click.Context, __: click.Parameter, text: str) -> "timedelta | str":
    """`5m`, `1h30m`, or ISO 8601 as it is."""
    if _SHORT.fullmatch(text):
        parts = {_UNITS[unit]: int(number) for number, unit in re.findall(r"(\d+)([smhd])", text)}
        with suppress(OverflowError):
            return timedelta(**parts)
    if text.startswith("P"):
        return text
    raise click.BadParameter(f"write a duration such as 5m, 1h30m or PT4M59S; got {text!r}")


_OPTIONS = (
    url_option,
    click.option("--ca", type=click.Path(exists=True, dir_okay=False), envvar="EULOGIN_CA", help="PEM file to trust."),
    click.option("--world", "name", default="default", show_default=True, help="Name of the world."),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
)


def check_address(desk: str) -> None:
    """Raises UsageError where it is none of http or https."""
    if not desk.startswith(("http://", "https://")):
        raise click.UsageError(f"expected --url to begin with http:// or https://; got {desk!r}")


def find_world(desk: str, ca: str | None, name: str) -> "World":
    """The world of that name of the mock at an address. Raises UsageError, and what the client raises."""
    from eulogin_harness.client import Harness

    worlds = {each.name: each for each in Harness(desk, ca=ca).worlds.list()}
    if name not in worlds:
        raise click.UsageError(f"expected a world of {', '.join(worlds)}; got {name!r}")
    return worlds[name]


@contextmanager
def refusals_in_words(desk: str) -> Iterator[None]:
    """What the mock at an address refuses, or that it does not answer, as a sentence and exit code 1."""
    from pydantic import ValidationError
    from requests import RequestException

    from eulogin_harness.client import ProblemError

    try:
        yield
    except ProblemError as error:
        raise click.ClickException(str(error)) from None
    except ValidationError:
        raise click.ClickException(f"what answers at {desk} is no mock; take the address of its desk") from None
    except RequestException as error:
        words = f"nothing answers at {desk} ({type(error).__name__}); start it with `eulogin-harness serve`"
        raise click.ClickException(words) from None


def _connected(deed: Callable[..., None]) -> Callable[..., None]:
    """A command with options that say which mock and world, and with sentences where it says no."""

    def connected(
        project: dict[str, Any], *, url: str | None, ca: str | None, name: str, as_json: bool, **given: Any
    ) -> None:
        desk = url or desk_address(project, ca)
        check_address(desk)
        if _needs_no_mock(deed, given):
            deed(None, Output(as_json=as_json), **given)
            return
        with refusals_in_words(desk):
            deed(find_world(desk, ca, name), Output(as_json=as_json), **given)

    connected.__doc__ = deed.__doc__
    command: Callable[..., None] = click.pass_obj(connected)
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _needs_no_mock(deed: Callable[..., None], given: dict[str, Any]) -> bool:
    return deed is world_show or (deed is world_list and given["prepared"] and not given["running"])


def groups(main: click.Group) -> dict[str, click.Group]:
    """The groups of commands by name."""
    return {name: command for name, command in main.commands.items() if isinstance(command, click.Group)}


def add_to(main: click.Group) -> None:
    """Add the commands to the command line."""
    for (name, words), deeds in _GROUPS.items():
        group = click.Group(name, help=words)
        for deed, options in deeds:
            group.add_command(_command(deed, options))
        main.add_command(group)
    main.add_command(_command(world_bundle, (_BUNDLE_FILE, _PERSON)))


def _command(deed: Callable[..., None], options: Options) -> click.Command:
    command = _connected(deed)
    for option in reversed(options):
        command = option(command)
    return click.command(deed.__name__.partition("_")[2])(command)


def clock_show(world: "World", out: Output) -> None:
    """Show world time."""
    _show_clock(world, out)


def clock_advance(world: "World", out: Output, by: "timedelta | str") -> None:
    """Go forward by a duration, such as 5m or PT4M59S."""
    world.clock.advance(by)
    _show_clock(world, out)


def clock_set(world: "World", out: Output, moment: str) -> None:
    """Go forward to a moment, such as 2026-11-27T17:00:00+01:00."""
    world.clock.set(moment)
    _show_clock(world, out)


def clock_freeze(world: "World", out: Output) -> None:
    """Let world time stand still."""
    world.clock.freeze()
    _show_clock(world, out)


def clock_run(world: "World", out: Output) -> None:
    """Let world time go on."""
    world.clock.run()
    _show_clock(world, out)


def _show_clock(world: "World", out: Output) -> None:
    from eulogin_harness.documents.worlds import ClockAnswer

    answer = ClockAnswer(now=world.clock.now(), frozen=world.clock.frozen)
    out.one(answer, f"{answer.now.isoformat()}{' (frozen)' if answer.frozen else ''}")


def mails_list(world: "World", out: Output, to: str | None, subject: str | None) -> None:
    """List the mails, oldest first."""
    out.many(world.mails.list(to=to, subject=subject), lambda mail: f"{mail.id:>4}  {mail.to}  {mail.subject}")


def mails_wait(world: "World", out: Output, to: str | None, subject: str | None, wait: float) -> None:
    """Wait for a mail, and print its text."""
    mail = world.mails.wait(to=to, subject=subject, seconds=wait)
    out.one(mail, f"To: {mail.to}\nSubject: {mail.subject}\n\n{mail.text}")


def people_list(world: "World", out: Output, stage: str | None) -> None:
    """List the people that were made."""
    people = world.personas.list(stage=cast("Stage | None", stage))
    out.many(
        people, lambda one: f"{one.id:>4}  {one.stage:<17}  {one.email}  {one.password or '-'}  {one.phone_id or '-'}"
    )


def people_make(world: "World", out: Output, stage: str, fields: tuple[str, ...]) -> None:
    """Make a person at a stage, such as enrolled; what is not given is invented."""
    from eulogin_harness.documents.people import Persona

    given = dict(field.partition("=")[::2] for field in fields)
    one = world.connection.ask(Persona, "POST", "/api/personas", json={"stage": stage} | given)
    out.one(one, f"{one.email}  password {one.password}  PIN {one.pin}  phone {one.phone_id}")


def phones_list(world: "World", out: Output) -> None:
    """List the phones."""
    out.many(world.phones.list(), lambda phone: f"{phone.id}  {phone.owner}  {phone.url}")


def phones_approve(world: "World", out: Output, phone: str, pin: str | None, wait: float) -> None:
    """Approve the sign-in that waits for a phone, by PIN, else by biometrics."""
    shown = world.phones.get(phone)
    answer = shown.approve(pin, seconds=wait) if pin else shown.approve_with_biometrics(seconds=wait)
    out.one(answer, f"{answer.id} approved")


def phones_deny(world: "World", out: Output, phone: str, wait: float) -> None:
    """Deny the sign-in that waits for a phone."""
    answer = world.phones.get(phone).deny(seconds=wait)
    out.one(answer, f"{answer.id} denied")


def faults_list(world: "World", out: Output) -> None:
    """List what can go wrong on demand, and what is armed."""
    out.many(world.faults.list(), lambda fault: f"{'* ' if fault.armed else '  '}{fault.name:<26} {fault.sentence}")


def faults_arm(world: "World", out: Output, named: str, times: int, **given: Any) -> None:
    """Arm a fault, once unless --times says otherwise (0: until it is disarmed)."""
    answer = world.faults.arm(cast("FaultName", named), times=times or None, **given)
    whom = ", ".join(one for one in (answer.person, answer.service, answer.client_id) if one)
    out.one(answer, f"{answer.name} is armed{f' for {whom}' if whom else ''}")


def faults_disarm(world: "World", out: Output, named: str) -> None:
    """Disarm a fault."""
    world.faults.disarm(cast("FaultName", named))
    out.done(f"{named} is disarmed")


def _stages(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    from eulogin_harness.client.names import Stage

    return [stage for stage in get_args(Stage) if stage.startswith(begun)]


def _faults(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    from eulogin_harness.client.names import FaultName

    return [name for name in get_args(FaultName) if name.startswith(begun)]


_PREPARED = click.argument("named", metavar="NAME|FILE", shell_complete=prepared_names)
_NAME = click.argument("named", metavar="NAME")
_FAULT = click.argument("named", metavar="NAME", shell_complete=_faults)
_PHONE = click.argument("phone")
_TO = click.option("--to", help="E-mail address of the receiver.")
_SUBJECT = click.option("--subject", help="A part of the subject.")
_WAIT = click.option("--wait", type=click.FloatRange(0, 60), default=10.0, show_default=True, help="Seconds to wait.")
_BUNDLE_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
_PERSON = click.option("--person", help="E-mail address: what is another's is left out.")
_GROUPS: dict[tuple[str, str], list[tuple[Callable[..., None], Options]]] = {
    ("world", "Worlds side by side, and their states."): [
        (
            world_list,
            (
                click.option("--running", is_flag=True, help="Only those that run."),
                click.option("--prepared", is_flag=True, help="Only prepared ones; no mock needs to run."),
            ),
        ),
        (world_show, (_PREPARED,)),
        (world_new, (_NAME,)),
        (world_reset, ()),
        (world_export, (click.argument("file", type=click.File("w", encoding="utf-8"), default="-"),)),
        (world_load, (_PREPARED,)),
    ],
    ("clock", "World time."): [
        (clock_show, ()),
        (clock_advance, (click.argument("by", callback=duration),)),
        (clock_set, (click.argument("moment"),)),
        (clock_freeze, ()),
        (clock_run, ()),
    ],
    ("mails", "Mails that arrived."): [
        (mails_list, (_TO, _SUBJECT)),
        (mails_wait, (_TO, _SUBJECT, _WAIT)),
    ],
    ("people", "People at a stage of the onboarding."): [
        (people_list, (click.option("--stage", shell_complete=_stages, help="Only people at this stage."),)),
        (
            people_make,
            (
                click.argument("stage", default="enrolled", shell_complete=_stages),
                click.option(
                    "--with", "fields", multiple=True, metavar="NAME=VALUE", help="A field, such as language=fr."
                ),
            ),
        ),
    ],
    ("phones", "Phones with the EU Login app."): [
        (phones_list, ()),
        (phones_approve, (_PHONE, click.option("--pin", help="Its PIN; else by biometrics."), _WAIT)),
        (phones_deny, (_PHONE, _WAIT)),
    ],
    ("faults", "What goes wrong, on demand."): [
        (faults_list, ()),
        (
            faults_arm,
            (
                _FAULT,
                click.option("--times", type=click.IntRange(0), default=1, show_default=True, help="How often."),
                click.option("--for", "person", help="E-mail address of the only person whom it hits."),
                click.option("--service", help="Address of the only CAS application that it hits, or its beginning."),
                click.option("--client-id", help="The only OpenID Connect client that it hits."),
                click.option("--seconds", type=float, help="How long it takes, where it takes time."),
                click.option("--status", type=int, help="HTTP status of the answer, where it is an answer."),
            ),
        ),
        (faults_disarm, (_FAULT,)),
    ],
}
