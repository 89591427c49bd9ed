"""Forms in which a guide is published, each made of `Content` alone, and alike to the byte each time.

A format is a module here with `write(content, folder, tools)`, which returns the files that it wrote.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from eulogin_harness.guide_text.content import Content

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("markdown", "html", "pdf", "word", "slides", "epub", "overview", "film", "pictures")


@dataclass(frozen=True)
class Tools:
    """What formats work with.

    open_browser: gives Chromium, started when a format first asks for it, as most do not. templates: a folder whose
    templates come before those of the package.
    """

    open_browser: "Callable[[], Browser]"
    templates: Path | None = None

    @property
    def browser(self) -> "Browser":
        """Chromium, running."""
        return self.open_browser()


Write = Callable[[Content, Path, Tools], list[Path]]


def _format(name: str) -> Write:
    # Imported when it is called: a format may need a package that the others do not.
    def write(content: Content, folder: Path, tools: Tools) -> list[Path]:
        written: list[Path] = import_module(f"{__name__}.{name}").write(content, folder, tools)
        return written

    return write


FORMATS: dict[str, Write] = {name: _format(name) for name in NAMES}
