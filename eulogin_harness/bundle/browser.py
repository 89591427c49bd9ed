"""A browser on the page of a bundle, by Playwright: what a test's pages were, and how to be there again."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from html import escape
from typing import TYPE_CHECKING, Any, cast

from eulogin_harness.browser.launching import INSTALL, has_display, launched
from eulogin_harness.browser.shown import SHOWN
from eulogin_harness.bundle.model import BundleError, Page
from eulogin_harness.bundle.visits import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, StorageState
    from playwright.sync_api import Page as BrowserPage

_TOKEN = "csrf_token"  # noqa: S105 - the name of a field
_SUBMIT = "(form) => HTMLFormElement.prototype.submit.call(form)"  # a field may be called submit


def page_seen(page: "BrowserPage", cookies: Mapping[str, str], picture: str = "") -> Page:
    """What a page shows now. Raises playwright's Error."""
    return Page(**page.evaluate(SHOWN), cookies=cookies, picture=picture)


@contextmanager
def browser_at(visit: Visit, others: Sequence[Visit] = (), *, headed: bool) -> "Iterator[BrowserPage]":
    """A browser that has gone there, speaking the language of then; a phone's where it was one. others: opened too.

    Raises BundleError where there is no browser, no screen for its window, or the page does not come.
    """
    try:
        from playwright.sync_api import Error, sync_playwright

        from eulogin_harness.browser.find import BrowserMissing
    except ImportError:
        raise BundleError("Playwright", "a Python without it", f"install it by `{INSTALL}`") from None
    if headed and not has_display():
        raise BundleError("a screen for --headed", "neither DISPLAY nor WAYLAND_DISPLAY", "use --headless to look on")
    with sync_playwright() as playwright:
        try:
            browser = launched(playwright, headed=headed)
            page = _opened(browser, visit)
            for other in others:
                _opened(browser, other)
        except BrowserMissing as missing:
            raise BundleError("a browser", "none", str(missing)) from None
        except Error as error:
            way = "look at the world without a browser, or set EULOGIN_BROWSER"
            raise BundleError("a browser that opens the page", error.message.partition("\n")[0], way) from None
        yield page
        with suppress(Error):  # whoever looked on may have closed it
            browser.close()


def _opened(browser: "Browser", visit: Visit) -> "BrowserPage":
    """In a context of its own: pages of one test may be those of several people."""
    like: dict[str, Any] = {"locale": visit.language or None, "user_agent": visit.user_agent or None}
    page = browser.new_context(storage_state=cast("StorageState", visit.storage_state), **like).new_page()
    _go(page, visit)
    return page


def _go(page: "BrowserPage", visit: Visit) -> None:
    if visit.fields is None:
        page.goto(visit.url)
        return
    origin = visit.referer or visit.url  # a form of the same site, or EU Login would take it for forged
    form = _form(visit.url, _with_token(page, visit.url, visit.fields))
    page.route(lambda url: url == origin, lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto(origin)
    page.unroute_all()
    with page.expect_navigation():
        page.locator("form").evaluate(_SUBMIT)


def _with_token(page: "BrowserPage", url: str, fields: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields with a token of this process: every page of the site shows it, also one that is not there."""
    answer = page.context.request.get(f"{'/'.join(url.split('/')[:3])}/nothing-is-here").text()
    match = re.search(rf'name="{_TOKEN}" type="hidden" value="([^"]*)"', answer)
    return [(name, match[1] if match and name == _TOKEN else value) for name, value in fields]


def _form(url: str, fields: Sequence[tuple[str, str]]) -> str:
    inputs = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields)
    return f'<!doctype html><meta charset="utf-8"><form method="post" action="{escape(url)}">{inputs}</form>'
