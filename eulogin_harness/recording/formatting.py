"""Lines of Python in the form that ruff gives them."""

import re
from collections.abc import Sequence

WIDTH = 120
INDENT = "    "


def call_lines(function: str, arguments: Sequence[str], *, indent: str = INDENT) -> list[str]:
    """A call on one line, else with its arguments on the next one, else with each on a line of its own."""
    line = f"{indent}{function}({', '.join(arguments)})"
    if len(line) <= WIDTH or not arguments:
        return [_permitted(line)]
    return bracketed(f"{indent}{function}(", arguments, f"{indent})")


def bracketed(begin: str, parts: Sequence[str], end: str) -> list[str]:
    """What stands in brackets, within them on lines of its own."""
    inner = begin[: len(begin) - len(begin.lstrip())] + INDENT
    together = inner + ", ".join(parts)
    if len(together) <= WIDTH:
        return [begin, together, end]
    return [begin, *(line for part in parts for line in _part(part, inner)), end]


def _part(part: str, indent: str) -> list[str]:
    """A line, or more of them for a long list of texts."""
    texts = re.fullmatch(r"(\w+=\[)(.*)\]", part)
    if texts is None or len(indent + part) < WIDTH:
        return [_permitted(f"{indent}{part},")]
    return [indent + texts[1], *(f"{indent}{INDENT}{text}," for text in texts[2].split(", ")), f"{indent}],"]


def _permitted(line: str) -> str:
    """What was typed may be longer than a line."""
    return line if len(line) <= WIDTH else f"{line}  # noqa: E501"
