"""One picture of any page, cut and marked as those of a guide are."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from eulogin_harness.guide.capture import SCALE, take
from eulogin_harness.guide.drawing import drawn, framed, save
from eulogin_harness.guide.walkthrough import COMPUTER, MOBILE
from eulogin_harness.guide_text.errors import GuideError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from eulogin_harness.guide_text.document import MarkStyle

_AROUND_MARK = ("element", "card", "section")
_SCHEMES = ("http", "https", "file", "data")
_TIMEOUT = 15_000  # milliseconds until a page or an element that does not come is an error
_NETWORK = re.compile(r"net::(\w+)")


@dataclass(frozen=True)
class ShotSpec:
    """What is taken. mark, blur: selectors of CSS or Playwright. crop: `page`, one around the mark, or a selector.

    width: of the window, in CSS pixels. is_phone: the page is shown as phones do. colour: of the mark.
    """

    url: str
    mark: str | None = None
    style: "MarkStyle" = "box"
    crop: str = "page"
    blur: tuple[str, ...] = ()
    width: int | None = None
    is_phone: bool = False
    colour: str = "#c2410c"


def check_shot(spec: ShotSpec, file: Path) -> None:
    """Raises GuideError for what is wrong before a browser is started."""
    scheme = urlsplit(spec.url).scheme
    if scheme not in _SCHEMES or (scheme.startswith("http") and not urlsplit(spec.url).hostname):
        raise GuideError(
            f"expected an address that begins with https://, http://, file:// or data:, but got {spec.url!r}"
        )
    if spec.crop in _AROUND_MARK and spec.mark is None:
        raise GuideError(f"expected a mark around which to crop, since the crop is {spec.crop}; give --mark SELECTOR")
    if file.suffix.lower() != ".png":
        raise GuideError(f"expected a file .png, but got {file}")


def shoot(browser: "Browser", spec: ShotSpec, file: Path) -> int:
    """Take the picture, in place of an earlier one; the status with which the page answered, 0 where it has none.

    Raises GuideError.
    """
    from playwright.sync_api import Error

    context = browser.new_context(**_device(spec), device_scale_factor=SCALE, reduced_motion="reduce")
    context.set_default_timeout(_TIMEOUT)
    try:
        page = context.new_page()
        status = _open(page, spec.url)
        show = _one(page, "--mark", spec.mark) if spec.mark else None
        crop = spec.crop if spec.crop in _AROUND_MARK else (_cropped(page, spec.crop),)
        for selector in spec.blur:
            _visible(page, "--blur", selector)
        picture = framed(drawn(take(page, show, crop, spec.blur), spec.style, spec.colour, number=1))
    except Error as error:
        raise GuideError(f"{spec.url}: {error.message.splitlines()[0]}") from None
    finally:
        context.close()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        save(picture, file)
    except OSError as error:
        raise GuideError(f"expected to write {file}, but got: {error.strerror}") from None
    return status


def _device(spec: ShotSpec) -> dict[str, Any]:
    size = MOBILE if spec.is_phone else COMPUTER
    phone = {"is_mobile": True, "has_touch": True} if spec.is_phone else {}
    return {"viewport": size | ({"width": spec.width} if spec.width else {}), **phone}


def _open(page: "Page", url: str) -> int:
    from playwright.sync_api import Error
    from playwright.sync_api import TimeoutError as TimedOut

    try:
        response = page.goto(url)
    except TimedOut:
        raise GuideError(f"expected {url} to be loaded within {_TIMEOUT // 1000} seconds, but it is not") from None
    except Error as error:
        reason = _NETWORK.search(error.message)
        what = reason[1] if reason else error.message.splitlines()[0]
        raise GuideError(f"expected {url} to answer, but got: {what}; see whether a browser here opens it") from None
    return response.status if response else 0


def _cropped(page: "Page", crop: str) -> "Locator":
    return page.locator("html") if crop == "page" else _one(page, "--crop", crop)


def _one(page: "Page", option: str, selector: str) -> "Locator":
    elements = _visible(page, option, selector)
    if (count := elements.count()) > 1:
        raise GuideError(
            f"expected {option} {selector!r} to match one element, but {count} match; name it more precisely"
        )
    return elements


def _visible(page: "Page", option: str, selector: str) -> "Locator":
    """The visible elements that a selector matches, as soon as there is one."""
    from playwright.sync_api import Error
    from playwright.sync_api import TimeoutError as TimedOut

    elements = page.locator(f"{selector} >> visible=true")
    try:
        elements.first.wait_for()
    except TimedOut:
        count = page.locator(selector).count()
        what = f"{count} match, none of them visible" if count else "0 match"
        raise GuideError(f"expected {option} {selector!r} to match an element of the page, but {what}") from None
    except Error as error:
        reason = error.message.splitlines()[0].removeprefix("Locator.wait_for: ")
        raise GuideError(f"expected {option} to be a selector, but got {selector!r}: {reason}") from None
    return elements


@contextmanager
def open_browser() -> "Iterator[Browser]":
    """A browser that reaches whatever this machine does. Raises GuideError."""
    from playwright.sync_api import sync_playwright

    from eulogin_harness.browser.find import BrowserMissing, launch_options

    with sync_playwright() as playwright:
        try:
            options = launch_options(playwright.chromium)
        except BrowserMissing as missing:
            raise GuideError(str(missing)) from None
        browser = playwright.chromium.launch(**options)
        try:
            yield browser
        finally:
            browser.close()
