"""What developers of applications get wrong: a table of bugs for the two examples, each with what must name it.

tools/application_bugs.yaml lists them. `tests/test_application_bugs.py` plants those of flask-cas into copies,
`tests_clients/test_application_bugs.py` those of node-oidc, and both look whether control room and log name the cause.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mock_world.yaml_input import LOADER
from tools.markdown import codes, table
from tools.plant import exchanged

ROOT = Path(__file__).parent.parent
LIST = ROOT / "tools" / "application_bugs.yaml"
SOURCES: Mapping[str, Path] = {
    "flask-cas": ROOT / "examples" / "flask-cas" / "app.py",
    "node-oidc": ROOT / "examples" / "node-oidc" / "app.mjs",
}
_PAGE = """# Bugs of applications

This page is made from `tools/application_bugs.yaml`: `make reference` writes it.

Bugs that developers plant without wanting to, in the two [examples](../../examples/README.md). Each is planted into a
copy by a test, somebody signs in, and the words of the last column must stand in the control room (its journal, or the
page of the journey) and in the log on standard error. {named} of {all} are named so; none is explained wrongly. What to
do stands there too, and for the usual ones in [problems](../problems.md).
"""


@dataclass(frozen=True)
class Bug:
    """A bug in an example, with what names it.

    mistake: what the developer did. changes: texts of the source, each with what stands in its place. environment: of
    the application, with places in braces. client, settings, now: how client and world are registered and begin.
    person: stage and fields. strength: of the session at EU Login that the browser brings; empty for none. steps: of
    the browser. shows: what it then shows. events: that tell of it. names, misleads: words that must and must not stand
    in control room and log. unnamed: why they do not stand there.
    """

    id: str
    application: str
    mistake: str
    shows: str
    events: Sequence[str]
    names: Sequence[str]
    changes: Sequence[Sequence[str]] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    client: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    now: str | None = None
    tls: bool = False
    person: Mapping[str, Any] = field(default_factory=dict)
    strength: str = "PASSWORD"
    steps: Sequence[str] = ("open /private",)
    misleads: Sequence[str] = ()
    unnamed: str = ""

    def planted(self) -> str:
        """The source of the example with the bug in it. Raises ValueError where a text stands not once in it."""
        file = SOURCES[self.application]
        source = file.read_text(encoding="utf-8")
        for text, instead in self.changes:
            source = exchanged(source, text, instead, f"{self.id}: {text[:60]!r}", file.name, LIST)
        return source


def bugs(application: str = "") -> list[Bug]:
    """All bugs, or those of one example, in the list's order."""
    entries = yaml.load(LIST.read_text(encoding="utf-8"), LOADER)  # noqa: S506 - the safe one, ten times as quick
    listed = [Bug(**entry) for entry in entries]
    return [bug for bug in listed if application in {"", bug.application}]


def page() -> str:
    """docs/reference/application-bugs.md: all bugs, those without a name with the reason."""
    listed = bugs()
    parts = [_PAGE.format(named=sum(not bug.unnamed for bug in listed), all=len(listed))]
    for application in SOURCES:
        rows = [
            (bug.mistake, bug.shows, codes(bug.events), bug.unnamed or ", ".join(f'"{words}"' for words in bug.names))
            for bug in listed
            if bug.application == application
        ]
        columns = ("bug", "what the browser shows", "the journal", "words that name it")
        parts.append(f"\n## {application}\n\n{table(columns, rows)}")
    return "".join(parts)
