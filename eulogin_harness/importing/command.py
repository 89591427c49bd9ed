"""What `eulogin-harness import` does, and what it says."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from requests import RequestException

from eulogin_harness.client import World
from eulogin_harness.importing.credentials import open_for_owner, table
from eulogin_harness.importing.importer import BroughtIn, Given, ImportBodies, bring_in, read_files
from eulogin_harness.importing.report import ImportFileError

_OF_PEOPLE = ("uid", "email", "password", "pin")
_OF_CLIENTS = ("client_id", "client_name", "client_secret")


@dataclass(frozen=True)
class Options:
    """As on the command line. url: of the desk; None: nothing is asked, which a dry run alone can do."""

    files: tuple[Path, ...]
    url: str | None
    ca: str | None = None
    world: str = "default"
    dry_run: bool = False
    stage: str = "registered"
    password: str | None = None
    passwords: Path | None = None
    secrets: Path | None = None
    write_passwords: Path | None = None
    write_secrets: Path | None = None


def import_files(options: Options) -> Iterator[str]:
    """Import the files, and report line by line. Raises ImportFileError, with nothing brought in."""
    given = Given(options.password, options.passwords, options.secrets, options.stage)
    if options.url is None:
        bodies = read_files(options.files, given)
        yield f"Read {_counted(bodies)} by the built-in rules; nothing was imported (--dry-run)."
        yield "Name a mock by --url to read by its settings allowed_domains and allowed_targets."
        yield from bodies.report.lines()
        return
    world = _world(options, options.url)
    settings = {setting.name: setting.value for setting in world.settings.list()}
    bodies = read_files(
        options.files, given, allowed_domains=settings["allowed_domains"], allowed_targets=settings["allowed_targets"]
    )
    place = f"world {options.world} at {options.url}"
    if options.dry_run:
        yield f"Read {_counted(bodies)} by the settings of {place}; nothing was imported (--dry-run)."
        yield from bodies.report.lines()
        return
    sinks = _Sinks(options)
    brought_in = _bring_in(bodies, world)
    yield f"Imported {_counted(bodies)} into {place}."
    yield from bodies.report.lines()
    yield from sinks.write(brought_in)


def _counted(bodies: ImportBodies) -> str:
    counted = [(len(bodies.people), "user"), (len(bodies.clients), "client")]
    parts = [f"{number} {name}{'' if number == 1 else 's'}" for number, name in counted if number]
    return " and ".join(parts) or "nothing"


def _world(options: Options, url: str) -> World:
    from eulogin_harness.client import Harness, NotReady, ProblemError

    harness = Harness(url, ca=options.ca)
    try:
        harness.wait_until_ready()
        return harness.worlds.get(options.world)
    except NotReady as error:
        raise ImportFileError(str(error)) from None
    except KeyError:
        raise ImportFileError(
            f"expected a world of {url}; got {options.world!r}, which is not there; name another by --world"
        ) from None
    except ProblemError as error:
        raise ImportFileError(str(error)) from None


def _bring_in(bodies: ImportBodies, world: World) -> BroughtIn:
    from eulogin_harness.client import ProblemError

    try:
        return bring_in(bodies, world.connection)
    except ProblemError as error:
        raise ImportFileError(f"nothing was imported. {error}") from None
    except RequestException as error:
        host = urlsplit(world.connection.url).netloc
        raise ImportFileError(f"nothing was imported: {host} did not answer ({type(error).__name__})") from None


class _Sinks:
    """Where new passwords and secrets go; files are opened before anything is brought in, so that nothing gets lost."""

    def __init__(self, options: Options) -> None:
        self._people = _open(options.write_passwords)
        self._clients = _open(options.write_secrets)
        self._chosen = options.password is not None
        self._files = options.write_passwords, options.write_secrets

    def write(self, done: BroughtIn) -> Iterator[str]:
        people, clients = self._files
        if done.people and not (self._chosen and self._people is None):
            yield from _write("Passwords", people, self._people, table(_OF_PEOPLE, done.people))
        if with_secret := [client for client in done.clients if client["client_secret"]]:
            yield from _write("Secrets", clients, self._clients, table(_OF_CLIENTS, with_secret))


def _write(title: str, file: Path | None, descriptor: int | None, text: str) -> Iterator[str]:
    if descriptor is None:
        yield f"{title}:"
        yield text.rstrip("\n")
        return
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.truncate()
            opened.write(text)
    except OSError as error:
        yield f"{title}, which {file} does not take:"  # the people are in, and nobody can ask for these again
        yield text.rstrip("\n")
        raise ImportFileError(f"{file} cannot be written ({error.strerror}); copy what stands above") from None
    yield f"{title}: written to {file}."


def _open(file: Path | None) -> int | None:
    if file is None:
        return None
    try:
        return open_for_owner(file)
    except OSError as error:
        raise ImportFileError(f"expected a file that can be written, but {file} cannot ({error.strerror})") from None
