"""Scenarios say what they do in the guide's terms; with a book open, each step leaves a picture."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from eulogin_harness.guide.book import Chapter

_MARK = """(element) => {
  element.scrollIntoView({ block: "center", inline: "nearest" });
  element.style.outline = "4px solid #c2410c";
  element.style.outlineOffset = "4px";
  element.style.borderRadius = "6px";
}"""
_UNMARK = """(element) => {
  element.style.outline = element.style.outlineOffset = element.style.borderRadius = "";
}"""


class Guide:
    """What a scenario tells.

    look: called with each page that a step passes (the checks of the suite). chapter: takes the pictures; None
    in ordinary runs, which cost nothing.
    """

    def __init__(self, look: "Callable[[Page], None]", chapter: "Chapter | None" = None) -> None:
        self._look = look
        self._chapter = chapter

    @contextmanager
    def step(
        self, text: str, *, show: "Locator | None" = None, on: "Page | None" = None, note: str = ""
    ) -> Iterator[None]:
        """One step of the guide, in a sentence. `show` is marked in the picture, taken before the step is done.

        on: the page, where no element is to be marked. note: a remark below the picture.
        """
        page = show.page if show is not None else on
        if page is not None:
            self._look(page)
        if self._chapter is not None:
            self._chapter.add(text, note, _picture(page, show) if page is not None else None)
        yield
        if page is not None:
            self._look(page)


def _picture(page: "Page", show: "Locator | None") -> bytes:
    if show is None:
        return page.screenshot(animations="disabled", caret="hide")
    show.evaluate(_MARK)
    picture = page.screenshot(animations="disabled", caret="hide")
    show.evaluate(_UNMARK)
    return picture
