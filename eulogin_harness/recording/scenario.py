"""The file of a scenario: its imports, constants and the test, as ruff would write them."""

import re
from collections.abc import Iterable, Sequence

from eulogin_harness.recording.actions import Entry
from eulogin_harness.recording.calls import Call, quoted
from eulogin_harness.recording.formatting import WIDTH, bracketed
from eulogin_harness.recording.screens import Screens
from eulogin_harness.recording.translation import translate
from eulogin_harness.recording.values import SECRETS, Values

_MOST_STATEMENTS = 50  # ruff, PLR0915
# Fixtures in the order in which a test asks for them, with their types.
_FIXTURES = {
    "world": "World",
    "page": "Page",
    "persona": "MakePersona",
    "mailbox": "Mails",
    "clock": "Clock",
    "journal": "Events",
    "faults": "Faults",
}
_MODULES = {
    "Page": "playwright.sync_api",
    "expect": "playwright.sync_api",
    "Clock": "eulogin_harness",
    "Events": "eulogin_harness",
    "Faults": "eulogin_harness",
    "Mails": "eulogin_harness",
    "MakePersona": "eulogin_harness",
    "World": "eulogin_harness",
    "Cpms": "eulogin_harness.browser.cpms",
    "EuLogin": "eulogin_harness.browser.eu_login",
    "Handset": "eulogin_harness.browser.handset",
    "link_phone": "eulogin_harness.browser.journeys",
    "sign_in_with_app": "eulogin_harness.browser.journeys",
    "sign_up": "eulogin_harness.browser.journeys",
    "Mailbox": "eulogin_harness.browser.mailbox",
}


def scenario(entries: Iterable[Entry], name: str) -> str:
    """A module for pytest that does again what was recorded; empty where nothing was done.

    name: of the test, in words or with underscores.
    """
    calls, values = translate(entries)
    if not calls:
        return ""
    function = _function(name, _statements(calls, values))
    used = {*re.findall(r"\w+", function), "expect"}
    parts = [_docstring(name), _imports(used), _settings(values), "", function]
    return "\n".join(parts)


def test_name(name: str) -> str:
    """The name of a test function."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_").removeprefix("test_")
    return f"test_{words or 'recorded'}"


def _statements(calls: Sequence[Call], values: Values) -> list[list[str]]:
    """Each with its lines."""
    screens = Screens(values)
    return [statement for call in calls for statement in screens.statements(call)]


def _docstring(name: str) -> str:
    words = test_name(name).removeprefix("test_").replace("_", " ")
    return f'"""{words[:1].upper()}{words[1:]}.\n\nRecorded by `eulogin-harness record`.\n"""\n'


def _imports(used: set[str]) -> str:
    modules: dict[str, list[str]] = {}
    for name in sorted(used & _MODULES.keys(), key=lambda name: (name[0].islower(), name)):
        modules.setdefault(_MODULES[name], []).append(name)
    playwright = modules.pop("playwright.sync_api")
    own = "".join(f"{_import(module, names)}\n" for module, names in sorted(modules.items()))
    return f"{_import('playwright.sync_api', playwright)}\n\n{own}"


def _import(module: str, names: list[str]) -> str:
    return f"from {module} import {', '.join(names)}"


def _settings(values: Values) -> str:
    """Module level: the time-out, and what was typed."""
    constants = [f"{name} = {quoted(value)}" for name, value in values.constants.items()]
    secret = any(name.startswith(SECRETS) for name in values.constants)
    note = f"# What was typed.{' Passwords and PINs are those of the mock alone.' if secret else ''}"
    timeout = "expect.set_options(timeout=10_000)  # milliseconds"
    return "\n".join([timeout, "", *([note, *constants, ""] if constants else ())])


def _function(name: str, statements: list[list[str]]) -> str:
    body = "\n".join(line for lines in statements for line in lines)
    used = {*re.findall(r"\w+", body), "world"}
    fixtures = [f"{fixture}: {kind}" for fixture, kind in _FIXTURES.items() if fixture in used]
    begin, end = f"def {test_name(name)}(", ") -> None:"
    noqa = "  # noqa: PLR0915 - as long as what was done" if len(statements) > _MOST_STATEMENTS else ""
    line = begin + ", ".join(fixtures) + end
    lines = [line + noqa] if len(line) <= WIDTH and not noqa else bracketed(begin + noqa, fixtures, end)
    return "\n".join([*lines, body, ""])
