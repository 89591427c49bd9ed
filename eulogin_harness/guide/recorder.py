"""Scenarios say what they do in the guide's terms; with a book open, each step leaves a picture."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from eulogin_harness.guide.book import Chapter

# Drawn over the page, since an element may lie in a frame that runs no script (a mail).
_MARK = """(box) => {
  const mark = document.createElement("div");
  mark.id = "guide-mark";
  mark.style.cssText = `position: fixed; pointer-events: none; z-index: 99; box-sizing: border-box;
    left: ${box.x - 7}px; top: ${box.y - 7}px; width: ${box.width + 14}px; height: ${box.height + 14}px;
    border: 4px solid #c2410c; border-radius: 12px; box-shadow: 0 0 0 3px #fff;`;
  document.body.append(mark);
}"""
# Draws all of the page in one go: what a script showed before or after the first stroke would differ by a hair.
_DRAW_ANEW = """async () => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const zoom of ["1.25", ""]) {
    document.documentElement.style.zoom = zoom;
    await drawn();
  }
}"""
_UNMARK = "() => document.getElementById('guide-mark').remove()"


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
        self,
        text: str,
        *,
        show: "Locator | None" = None,
        on: "Page | None" = None,
        only: "Locator | None" = None,
        note: str = "",
    ) -> Iterator[None]:
        """One step of the guide, in a sentence. `show` is marked in the picture, taken before the step is done.

        on: the page, where no element is to be marked. only: what alone is in the picture, such as a phone
        (`Handset.itself`), with or without a mark. note: a remark below the picture.
        """
        page = next((locator.page for locator in (show, only) if locator is not None), on)
        if page is not None:
            self._look(page)
        if self._chapter is not None:
            self._chapter.add(text, note, _picture(page, show, only) if page is not None else None)
        yield
        if page is not None:
            self._look(page)


def _picture(page: "Page", show: "Locator | None", only: "Locator | None") -> bytes:
    of = page if only is None else only
    page.evaluate(_DRAW_ANEW)
    if show is None:
        return of.screenshot(animations="disabled", caret="hide", scale="css")
    show.scroll_into_view_if_needed()
    page.evaluate(_MARK, show.bounding_box())
    picture = of.screenshot(animations="disabled", caret="hide", scale="css")
    page.evaluate(_UNMARK)
    return picture
