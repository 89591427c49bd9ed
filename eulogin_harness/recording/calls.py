"""Calls of page objects and fixtures, before they are written as lines."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

_LAST_LATIN = 0x24F  # letters beyond look like others: ruff, RUF001


@dataclass(frozen=True)
class ScreenKey:
    """A page object: its class, the window that it is in, and of a handset the phone."""

    kind: Literal["EuLogin", "Cpms", "Handset", "Mailbox"]
    window: int
    phone: str = ""


@dataclass(frozen=True)
class Argument:
    """A page object as argument, or what is read from it."""

    screen: ScreenKey
    suffix: str = ""


@dataclass(frozen=True)
class Call:
    """A call of a page object's method; without a screen that of a fixture, as in `clock.advance`.

    arguments and options: Python source. arguments is None where something is read instead. result: the variable that
    takes what comes back. reloads: it leads to the same page in the same state, so that this cannot be waited for.
    """

    screen: ScreenKey | None
    method: str
    arguments: tuple[str | Argument, ...] | None = ()
    options: Mapping[str, str] = field(default_factory=dict)
    result: str = ""
    reloads: bool = False

    @property
    def is_assertion(self) -> bool:
        return self.method in {"is_at", "has_alert"}

    @property
    def screens(self) -> list[ScreenKey]:
        """All page objects that it needs, its own last."""
        others = [argument.screen for argument in self.arguments or () if isinstance(argument, Argument)]
        return others + ([self.screen] if self.screen else [])


def quoted(text: str) -> str:
    """A Python literal of a text, in the quotes that ruff chooses."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    inner = json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"').replace(quote, f"\\{quote}")
    return quote + "".join(map(_escaped, inner)) + quote


def _escaped(sign: str) -> str:
    if sign.isascii() or (sign.isalpha() and ord(sign) <= _LAST_LATIN):
        return sign
    return sign.encode("unicode_escape").decode()
