"""What a page of a test's browser shows."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from eulogin_harness.bundle.model import Page

if TYPE_CHECKING:
    from playwright.sync_api import Page as BrowserPage

_SEEN = """() => {
  const body = document.body?.dataset ?? {}, heading = document.querySelector("h1");
  const notice = document.querySelector("[role=alert]");
  return {
    url: location.href, title: document.title, name: body.page ?? "", state: body.state ?? "",
    heading: heading?.innerText.trim() ?? "", notice: notice?.innerText.trim() ?? "",
    step: Number(body.checkpoint) || null,
    language: navigator.language, user_agent: navigator.userAgent,
  };
}"""


def page_seen(page: "BrowserPage", cookies: Mapping[str, str], picture: str = "") -> Page:
    """What a page shows now. Raises playwright's Error."""
    return Page(**page.evaluate(_SEEN), cookies=cookies, picture=picture)
