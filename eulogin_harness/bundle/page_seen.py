"""What a page of a test's browser shows."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from eulogin_harness.browser.shown import SHOWN
from eulogin_harness.bundle.model import Page

if TYPE_CHECKING:
    from playwright.sync_api import Page as BrowserPage


def page_seen(page: "BrowserPage", cookies: Mapping[str, str], picture: str = "") -> Page:
    """What a page shows now. Raises playwright's Error."""
    return Page(**page.evaluate(SHOWN), cookies=cookies, picture=picture)
