"""What the pages of all actors share in a browser: elements by their visible labels, and which page is shown."""

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


class Screen:
    """The pages of one actor in one browser page.

    page: the browser's page. url: where the actor's pages begin.
    """

    def __init__(self, page: "Page", url: str) -> None:
        self.page = page
        self.url = url

    def open(self, path: str = "") -> None:
        self.page.goto(self.url + path)

    def is_at(self, name: str, state: str = "ready") -> None:
        """Wait until the page `name` (its `data-page`) is shown in that state."""
        expect(self.page.locator(f'body[data-page="{name}"][data-state="{state}"]')).to_be_attached()

    def field(self, label: str) -> "Locator":
        return self.page.get_by_label(label, exact=True)

    def button(self, name: str) -> "Locator":
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> "Locator":
        return self.page.get_by_role("link", name=name, exact=True)
