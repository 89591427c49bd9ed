"""Writes formats for tests."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from eulogin_harness.guide.formats import Tools
from eulogin_harness.guide_text.content import Content

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def no_browser() -> "Browser":
    raise AssertionError("a format that draws nothing asked for a browser")


NO_BROWSER = Tools(no_browser)


def write(name: str, content: Content, folder: Path, templates: Path | None = None) -> list[Path]:
    """Write a format that needs no browser into a new folder."""
    folder.mkdir()
    written: list[Path] = import_module(f"eulogin_harness.guide.formats.{name}").write(
        content, folder, Tools(no_browser, templates)
    )
    return written


def is_alike_twice(name: str, content: Content, folder: Path) -> bool:
    """Whether two builds give the same files, to the byte."""
    first, second = (
        {path.name: path.read_bytes() for path in write(name, content, folder / build)} for build in ("first", "second")
    )
    return bool(first) and first == second
