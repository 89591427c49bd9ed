"""A file of people (CSV, JSON or YAML) as the bodies of POST /api/personas, each checked before anybody is made."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from eulogin_harness.documents.people import PersonaFields
from eulogin_harness.importing.people_table import Entry, read_table
from eulogin_harness.importing.report import ImportFileError
from eulogin_harness.importing.tables import text_of
from mock_world.file_input import read_file
from mock_world.yaml_input import load_yaml

LARGEST = 64 * 1024 * 1024  # bytes of a file
_SECRET = frozenset({"password", "pin"})  # never quoted
_SHOWN = 40  # characters of a wrong value
_MOST = 10  # problems that one error reports
_ONE_EACH = ("email", "uid")


def read_people(path: Path) -> list[dict[str, Any]]:
    """The people of a file, in its order, as POST /api/personas takes them; `.csv`, `.tsv`, `.json`, `.yaml`, `.yml`.

    CSV: a header with the names of fields; `,`, `;` or tabs; cells with several values have `;` between them, and
    `name=value` where values have names. JSON and YAML: a list of people, or one below `people`.

    Raises ImportFileError, which names the lines and what is wrong there, and OSError.
    """
    return people_of(path, read_file(path, LARGEST))


def people_of(path: Path, content: bytes) -> list[dict[str, Any]]:
    """The people of a file that was read already; its name says its form. Raises ImportFileError."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(_READERS)
        raise ImportFileError(f"{path.name}: expected a file that ends with {known}; rename it, or save it as CSV")
    entries = reader(path, content)
    people, problems = _checked(entries)
    problems += _twice(entries)
    if not entries:
        problems = ["expected at least one person; got none"]
    if problems:
        raise _error(path, problems)
    return people


def _checked(entries: Sequence[Entry]) -> tuple[list[dict[str, Any]], list[str]]:
    people: list[dict[str, Any]] = []
    problems: list[str] = []
    for entry in entries:
        try:
            fields = PersonaFields.model_validate(entry.fields)
        except ValidationError as error:
            problems += [f"{entry.place}: {text}" for text in _messages(error)]
        else:
            people.append(fields.model_dump(mode="json", exclude_unset=True))
    return people, problems


def _messages(error: ValidationError) -> Iterator[str]:
    for item in error.errors(include_url=False, include_context=False):
        place = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            yield f"{place}: there is no such field; known are {', '.join(PersonaFields.model_fields)}"
            continue
        text = ": ".join(part for part in (place, item["msg"].removeprefix("Value error, ")) if part)
        secret = not item["loc"] or item["loc"][0] in _SECRET
        yield text if secret else f"{text}; got {_shown(item['input'])}"


def _shown(value: object) -> str:
    """A list is only called one: by YAML's references a short file can hold an endless one."""
    return repr(str(value)[:_SHOWN]) if isinstance(value, str | int | float) else f"a {type(value).__name__}"


def _twice(entries: Sequence[Entry]) -> Iterator[str]:
    """People that stand there twice: the API would refuse them too, but cannot name the line."""
    for name in _ONE_EACH:
        first: dict[str, str] = {}
        for entry in entries:
            value = entry.fields.get(name)
            if isinstance(value, str) and value:
                place = first.setdefault(value.strip().lower(), entry.place)
                if place != entry.place:
                    got = f"{name} {value[:_SHOWN]!r} stands in {place} already"
                    yield f"{entry.place}: {got}; give each person its own"


def _error(path: Path, problems: Sequence[str]) -> ImportFileError:
    more = len(problems) - _MOST
    lines = [*problems[:_MOST], *([f"and {more} more"] if more > 0 else [])]
    return ImportFileError("\n".join(f"{path.name}: {problem}" for problem in lines))


def _read_json(path: Path, content: bytes) -> list[Entry]:
    text = text_of(path, content)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ImportFileError(f"{path.name}: expected JSON; got {_short(error)}; mend it there") from None
    return _listed(path, document)


def _read_yaml(path: Path, content: bytes) -> list[Entry]:
    text = text_of(path, content)
    try:
        document = load_yaml(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ImportFileError(f"{path.name}: expected YAML; got {_short(error)}; mend it there") from None
    return _listed(path, document)


def _short(error: Exception) -> str:
    """Where and what, without a line of the file: a password may stand in it."""
    if isinstance(error, yaml.MarkedYAMLError):
        return f"{error.problem} in line {error.problem_mark.line + 1}" if error.problem_mark else str(error.problem)
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} in line {error.lineno}"
    return "something else" if not isinstance(error, RecursionError) else "lists nested too deep"


def _listed(path: Path, document: object) -> list[Entry]:
    people = document.get("people") if isinstance(document, Mapping) else document
    if not isinstance(people, list):
        raise ImportFileError(f'{path.name}: expected a list of people, or {{"people": [...]}}; got something else')
    for number, one in enumerate(people, start=1):
        if not isinstance(one, dict):
            kind = type(one).__name__
            raise ImportFileError(f"{path.name}: person {number}: expected fields by their names; got a {kind}")
    return [Entry(f"person {number}", one) for number, one in enumerate(people, start=1)]


_READERS: Mapping[str, Callable[[Path, bytes], list[Entry]]] = {
    ".csv": read_table,
    ".tsv": read_table,
    ".json": _read_json,
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
}
