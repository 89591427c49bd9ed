"""Markdown as the reference pages write it."""

from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, each row on a line of its own."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(_cell(text) for text in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    """What Markdown would read as a column, a tag or a link is escaped, but not in code."""
    parts = text.replace("|", "\\|").split("`")
    return "`".join(
        part if number % 2 else part.replace("<", "\\<").replace("][", "]\\[") for number, part in enumerate(parts)
    )


def code(name: str) -> str:
    return f"`{name}`" if name else ""


def codes(names: Iterable[str]) -> str:
    return ", ".join(map(code, names))
