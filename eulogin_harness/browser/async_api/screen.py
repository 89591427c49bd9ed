# Made from ../screen.py by `make reference`: change that one.

"""What the pages of all actors share in a browser: elements by their visible labels, and which page is shown."""

from typing import TYPE_CHECKING

from playwright.async_api import Error, Page, expect

from eulogin_harness.browser.shown import SHOWN, in_words
from mock_world.i18n import DEFAULT, languages, translations

if TYPE_CHECKING:
    from playwright.async_api import Locator


def check_page(page: Page) -> None:
    """Raises TypeError where a page is not of this form of Playwright: asynchronous, not synchronous, or reversed."""
    expected, came = (kind.__module__.removesuffix("._generated") for kind in (Page, type(page)))
    if came.startswith("playwright.") and came != expected:  # what stands for a page in a test of yours may be anything
        raise TypeError(
            f"expected a page of {expected}, but got one of {came}; page objects for playwright.sync_api are in "
            "eulogin_harness.browser, those for playwright.async_api in eulogin_harness.browser.async_api"
        )


class Screen:
    """The pages of one actor in one browser page.

    page: the browser's page. url: where the actor's pages begin. language: the one that the pages are in; labels
    are named in English whatever it is. Raises ValueError on a language that the pages do not speak, and TypeError
    on a page of Playwright's other form.
    """

    def __init__(self, page: Page, url: str, language: str = DEFAULT) -> None:
        check_page(page)
        if language not in languages():
            raise ValueError(f"expected one of the languages {', '.join(languages())}; got {language!r}")
        self.page = page
        self.url = url
        self.language = language

    async def open(self, path: str = "") -> None:
        """Open the actor's page at this path."""
        await self.page.goto(self.url + path)

    async def is_at(self, name: str, state: str = "ready", *, heading: str = "") -> None:
        """Wait until the page `name` (its `data-page`) is shown in that state, with that heading if one is given.

        Raises AssertionError, which says where the browser is instead.
        """
        expected = f"page {name!r} in state {state!r}" + (f", headed “{self.text(heading)}”" if heading else "")
        try:
            await expect(self.page.locator(f'body[data-page="{name}"][data-state="{state}"]')).to_be_attached()
            if heading:
                named = self.page.get_by_role("heading", level=1, name=self.text(heading), exact=True)
                await expect(named.first).to_be_visible()
        except AssertionError:
            instead = await self.shown()
            raise AssertionError(f"expected {expected}; the browser is at {instead}") from None

    async def has_alert(self, text: str) -> None:
        """Wait until an alert of the page holds this text. Raises AssertionError, which says what is there instead."""
        try:
            await expect(self.page.get_by_role("alert").filter(has_text=self.text(text)).first).to_be_visible()
        except AssertionError:
            instead = await self.shown()
            expected = f"an alert with “{self.text(text)}”"
            raise AssertionError(f"expected {expected}; the browser is at {instead}") from None

    async def shown(self) -> str:
        """Where the browser is, in one sentence: page, state, heading, what it reports, address."""
        try:
            return in_words(await self.page.evaluate(SHOWN))
        except Error:  # it is on its way to another page, or was closed
            return f"a page that cannot be looked at now, at {self.page.url}"

    def text(self, english: str) -> str:
        """How the pages say something."""
        return translations(self.language).ugettext(english)

    def field(self, label: str) -> "Locator":
        """The field with this label."""
        return self.page.get_by_label(self.text(label), exact=True)

    def button(self, name: str) -> "Locator":
        """The button with this text."""
        return self.page.get_by_role("button", name=self.text(name), exact=True)

    def link(self, name: str) -> "Locator":
        """The link with this text."""
        return self.page.get_by_role("link", name=self.text(name), exact=True)

    @property
    def errors(self) -> "Locator":
        """The boxes in which the page says what is wrong."""
        return self.page.locator(".error-box")
