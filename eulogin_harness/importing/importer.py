"""An import from its files to a running world: read, given what cannot be read, brought in as a whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eulogin_harness.client.connection import Connection
from eulogin_harness.importing.credentials import read_table
from eulogin_harness.importing.mockup_clients import (
    fit_clients,
    is_client_list,
    json_of,
    problem_of,
    read_clients,
    short,
)
from eulogin_harness.importing.mockup_users import read_users
from eulogin_harness.importing.people_file import LARGEST, people_of
from eulogin_harness.importing.report import ImportFileError, Report

_TABLES = {".csv", ".tsv", ".yaml", ".yml"}
_SECONDS_EACH = 0.1  # that the answer may take longer for each person; on slow machines too


@dataclass
class ImportBodies:
    """Bodies of what the files hold, and what happened on the way."""

    people: list[dict[str, Any]] = field(default_factory=list)
    clients: list[dict[str, Any]] = field(default_factory=list)
    report: Report = field(default_factory=Report)


@dataclass(frozen=True)
class Given:
    """What the caller gives. password: one for all. passwords, secrets: tables. stage: of everybody."""

    password: str | None = None
    passwords: Path | None = None
    secrets: Path | None = None
    stage: str = "registered"


@dataclass(frozen=True)
class BroughtIn:
    """What the world answered: `uid email password pin` of people, `client_id client_secret` of clients."""

    people: list[dict[str, str | None]]
    clients: list[dict[str, str | None]]


def read_files(
    files: Sequence[Path], given: Given, *, allowed_domains: Iterable[str] = (), allowed_targets: Iterable[str] = ()
) -> ImportBodies:
    """Bodies of all files: tables are known by their ending, the others by what is in them. Raises ImportFileError."""
    bodies = ImportBodies()
    domains, targets = tuple(allowed_domains), tuple(allowed_targets)
    once = _Once()
    for file in files:
        content = _content(file)
        if file.suffix.lower() in _TABLES:
            bodies.people += once.checked(file, "uid", "email", bodies=people_of(file, content))
            continue
        if content.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<":
            users = read_users(file.name, content, bodies.report, allowed_domains=domains)
            bodies.people += once.checked(file, "uid", "email", bodies=users)
            continue
        document = json_of(file.name, content)
        if not is_client_list(document):
            bodies.people += once.checked(file, "uid", "email", bodies=people_of(file, content))
            continue
        clients = read_clients(file.name, document, bodies.report, allowed_targets=targets, allowed_domains=domains)
        bodies.clients += once.checked(file, "client_id", bodies=clients)
    _give(bodies, given)
    return bodies


class _Once:
    """Several files may name the same user or client; within one file its reader has looked."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], Path] = {}

    def checked(self, file: Path, *names: str, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """bodies, each with values of `names` that no file before had. Raises ImportFileError."""
        named = [(name, value) for body in bodies for name in names if (value := body.get(name))]
        keys = {(name, value if name == "client_id" else value.lower()): value for name, value in named}
        for key, value in keys.items():
            if first := self._first.get(key):
                raise ImportFileError(f"{file}: {key[0]} {value[:64]} stands in {first} already; take it out of one")
        self._first |= dict.fromkeys(keys, file)
        return bodies


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:  # a pipe will do, and something endless ends here
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise ImportFileError(f"{file.name}: it cannot be read ({error.strerror}); check its name") from None
    if len(content) > LARGEST:
        raise ImportFileError(f"{file.name}: expected at most {LARGEST >> 20} MB; divide it")
    if not content.strip():
        raise ImportFileError(f"{file.name}: it is empty; name another file")
    return content


def _give(bodies: ImportBodies, given: Given) -> None:
    """Write what the caller gives into the bodies; the world makes up the rest."""
    passwords = _table(given.passwords, ("uid", "password"), [body.get("uid") or "" for body in bodies.people])
    secrets = _table(given.secrets, ("client_id", "secret"), [body["client_id"] for body in bodies.clients])
    bodies.clients = fit_clients(bodies.clients, bodies.report)
    for person in bodies.people:
        person.setdefault("stage", given.stage)
        if password := passwords.get(person.get("uid") or "", given.password):
            person["password"] = password
    for client in bodies.clients:
        if secret := secrets.get(client["client_id"]):
            client["client_secret"] = secret
            if given.secrets and (problem := problem_of(client)):
                raise ImportFileError(f"{given.secrets.name}: {short(client['client_id'])}: {problem}; mend it there")


def _table(file: Path | None, columns: tuple[str, str], known: list[str]) -> dict[str, str]:
    return read_table(file, columns, known) if file else {}


def bring_in(bodies: ImportBodies, connection: Connection) -> BroughtIn:
    """Bring in all or nothing. Raises ProblemError, RequestException; then nothing has come in."""
    made: list[dict[str, str | None]] = []
    try:
        for body in bodies.clients:
            made.append(_new_client(connection, body))  # noqa: PERF401 - those before a failing one are needed
        people = _new_people(connection, bodies.people) if bodies.people else []
    except BaseException:
        for client in made:
            connection.send("DELETE", f"/api/clients/{client['client_id']}")
        raise
    return BroughtIn(people, made)


def _new_people(connection: Connection, bodies: list[dict[str, Any]]) -> list[dict[str, str | None]]:
    wait = len(bodies) * _SECONDS_EACH
    answer = connection.send("POST", "/api/personas/batch", wait=wait, json={"items": bodies}).json()
    return [{name: person[name] for name in ("uid", "email", "password", "pin")} for person in answer["items"]]


def _new_client(connection: Connection, body: dict[str, Any]) -> dict[str, str | None]:
    answer = connection.send("POST", "/api/clients", json=body).json()
    return {name: answer.get(name) for name in ("client_id", "client_name", "client_secret")}
