"""The names in braces that values of a prepared world may hold, such as `{link}` or `{ada.password}`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from eulogin_harness.prepared_worlds.schema import PreparedWorld
from eulogin_harness.settings import known
from mock_world.addresses import ACTORS
from mock_world.fault_types import FAULTS

OF_PERSON = ("email", "password", "pin", "phone_id", "uid")
DEVICE = "device"  # number of the person's device at EU Login
_NAME = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)\}", re.IGNORECASE)
_OF_EVERYBODY = (*ACTORS, "link", "journey", "untrusted")
Place = tuple[str | int, ...]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its names replaced. Raises ValueError where one has no value."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise ValueError(f"{{{match[1]}}}, which has no value yet; those that have one: {', '.join(values)}")
        return values[match[1]]

    return _NAME.sub(value, text)


def all_filled(texts: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    return {name: filled(text, values) for name, text in texts.items()}


def mistakes(prepared: PreparedWorld) -> Iterator[tuple[Place, str, str]]:
    """What types cannot see: unknown people, faults and settings. Each with its place, what was expected and came."""
    for number, fault in enumerate(prepared.faults):
        if fault.name not in FAULTS:
            yield ("faults", number, "name"), f"a fault of {', '.join(FAULTS)}", fault.name
    for name, value in prepared.settings.items():
        try:
            known(name).parse(value)
        except ValueError as error:
            yield ("settings", name), "a setting with a value that fits", str(error)
    for place, person in _people_named(prepared):
        if person not in prepared.people:
            yield place, f"one of the people {', '.join(prepared.people) or '(none)'}", person
    for place, text in texts(prepared):
        for name in _NAME.findall(text):
            if not _can_have_value(prepared, name):
                yield place, f"a name of {', '.join(_known(prepared))}, or of an answer to an earlier step", name


def _people_named(prepared: PreparedWorld) -> Iterator[tuple[Place, str]]:
    for number, step in enumerate(prepared.steps):
        deed, value = step.deed
        if isinstance(value, str):
            yield ("steps", number, deed), value
        elif person := getattr(value, "person", None):
            yield ("steps", number, deed, "person"), person
    if prepared.opens is not None and prepared.opens.person is not None:
        yield ("opens", "person"), prepared.opens.person


def texts(prepared: PreparedWorld) -> Iterator[tuple[Place, str]]:
    """All texts that may hold names, with their places."""
    yield from _texts(prepared.model_dump(include={"steps", "opens"}, exclude_unset=True), ())


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, below in items:
        yield from _texts(below, (*place, name))


def _known(prepared: PreparedWorld) -> list[str]:
    return [*_OF_EVERYBODY, *(f"{person}.{field}" for person in prepared.people for field in (*OF_PERSON, DEVICE))]


def _can_have_value(prepared: PreparedWorld, name: str) -> bool:
    """Whether it is one of ours, or may come in an answer, which has no dot."""
    calls = any(step.browser or step.server for step in prepared.steps)
    return name in _known(prepared) or (calls and "." not in name)
