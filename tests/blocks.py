"""Code blocks of a page of the documentation, for tests that do what it says."""

import re
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[1] / "docs"
_BLOCK = re.compile(r"^```(\w+)(?: title=\"(.*?)\")?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """A code block: its language, its title or an empty string, its text."""

    language: str
    title: str
    text: str


def blocks(page: str) -> list[Block]:
    """The code blocks of a page of `docs`, in their order."""
    return [Block(*found) for found in _BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))]


def files(page: str) -> dict[str, str]:
    """The blocks of a page that are files, by their names."""
    return {block.title: block.text for block in blocks(page) if re.fullmatch(r"[\w./-]+", block.title)}
