"""Files of prepared worlds: read, checked, and refused with file, line, what was expected and what came."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from eulogin_harness.prepared_worlds.names import Place, mistakes
from eulogin_harness.prepared_worlds.schema import PreparedWorld
from mock_world.file_input import read_file as content_of
from mock_world.yaml_input import LOADER, load_yaml

_SECRET = frozenset({"password", "pin", "client_secret", "basic"})  # never quoted
_SHOWN = 60  # characters of a wrong value
_LARGEST = 200_000  # bytes


class PreparedWorldError(ValueError):
    """A file that is no prepared world; says where, what was expected, what came and what to do."""


def read_file(file: Path) -> PreparedWorld:
    """The prepared world of a YAML file. Raises PreparedWorldError."""
    try:
        content = content_of(file, _LARGEST)
    except OSError as error:
        raise PreparedWorldError(f"{file}: expected a file that can be read; got: {error.strerror}") from None
    return read_text(content, str(file))


def read_text(content: bytes, name: str) -> PreparedWorld:
    """The prepared world of a YAML text. name: of the file, for errors. Raises PreparedWorldError."""
    try:
        document = load_yaml(content.decode())
        node = yaml.compose(content.decode(), LOADER)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PreparedWorldError(f"{name}:{line}: expected UTF-8; got other bytes; save the file as UTF-8") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PreparedWorldError(_no_yaml(name, error)) from None
    if node is None or not isinstance(document, dict):
        got = f"a {type(document).__name__}" if document is not None else "nothing"
        raise PreparedWorldError(f"{name}:1: expected names with values, such as `title: Link expired`; got {got}")
    try:
        prepared = PreparedWorld.model_validate(document)
    except ValidationError as error:
        raise PreparedWorldError("\n".join(_problems(name, node, error))) from None
    if wrong := [_line(name, node, place) + f"{expected}; got {got}" for place, expected, got in mistakes(prepared)]:
        raise PreparedWorldError("\n".join(wrong))
    return prepared


def _no_yaml(name: str, error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    got = getattr(error, "problem", None) or type(error).__name__
    return f"{name}:{line}: expected YAML; got: {got}; mend it there"


def _problems(name: str, node: yaml.Node, error: ValidationError) -> Iterator[str]:
    for item in error.errors(include_url=False, include_context=False):
        place = tuple(part for part in item["loc"] if part != "[key]")
        line = _line(name, node, place)
        if item["type"] == "extra_forbidden":
            yield line + _known(place)
        else:
            yield f"{line}{_expected(item['type'], item['msg'])}; got {_got(item['type'], place, item['input'])}"


def _line(name: str, node: yaml.Node, place: Place) -> str:
    """File, line and place, and the begin of the sentence."""
    words = ".".join(str(part) for part in place)
    return f"{name}:{line_of(node, place)}: {f'{words}: ' if words else ''}expected "


def _expected(kind: str, message: str) -> str:
    if kind == "missing":
        return "a value"
    message = message.removeprefix("Value error, ")
    return message.removeprefix("Input should be ").removeprefix("a valid ")


def _known(place: Place) -> str:
    """Which names there are in the place of an unknown one, and which was probably meant."""
    names = _names_at(place[:-1])
    near = difflib.get_close_matches(str(place[-1]), names, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"one of the names {', '.join(names)}; got {str(place[-1])[:_SHOWN]}{hint}"


def _names_at(place: Place) -> list[str]:
    """The names that the schema knows at a place."""
    definitions: dict[str, Any] = PreparedWorld.model_json_schema()
    schema = definitions
    for part in place:
        schema = _below(_resolved(definitions, schema), part)
    return list(_resolved(definitions, schema).get("properties", {}))


def _below(schema: dict[str, Any], part: str | int) -> dict[str, Any]:
    if isinstance(part, int):
        below = schema.get("items", {})
    else:
        patterns = schema.get("patternProperties", {})
        below = schema.get("properties", {}).get(part) or next(iter(patterns.values()), None)
        below = below or schema.get("additionalProperties") or {}
    return below if isinstance(below, dict) else {}


def _resolved(definitions: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What a reference, or a choice between a model and null, stands for."""
    for choice in schema.get("anyOf", ()):
        if "$ref" in choice or choice.get("type") in {"array", "object"}:
            return _resolved(definitions, choice)
    if "$ref" in schema:
        definition: dict[str, Any] = definitions["$defs"][schema["$ref"].rpartition("/")[2]]
        return definition
    return schema


def _got(kind: str, place: Place, value: object) -> str:
    if kind == "missing":
        return "nothing"
    if _SECRET & {str(part) for part in place}:
        return "something else"
    if isinstance(value, dict):
        return f"names: {', '.join(map(str, value)) or 'none'}"[:_SHOWN]
    return repr(value)[:_SHOWN] if isinstance(value, str | int | float) else f"a {type(value).__name__}"


def line_of(node: yaml.Node, place: Sequence[str | int]) -> int:
    """The line, counted from 1, of what stands at a place, or of what is nearest above it."""
    line = node.start_mark.line
    for part in place:
        below = _child(node, part)
        if below is None:
            break
        key, node = below
        line = key.start_mark.line
    return line + 1


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    return None
