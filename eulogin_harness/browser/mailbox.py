"""The desk's mailbox in a browser."""

from typing import TYPE_CHECKING

from eulogin_harness.browser.screen import Screen

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Locator


class Mailbox(Screen):
    """The page of one mail. `url` is the desk's address, as in `http://localhost:8400`, `language` that of the mail."""

    def open_mail(self, mail_id: int) -> "Mailbox":
        """Open the page of a mail by its id, such as `mailbox.wait(to=...).id` of the client."""
        self.open(f"/mailbox/{mail_id}")
        return self

    @property
    def _frame(self) -> "FrameLocator":
        return self.page.frame_locator("iframe")

    @property
    def mail_body(self) -> "Locator":
        """The mail as its receiver sees it."""
        return self._frame.locator("body")

    def mail_link(self, name: str) -> "Locator":
        """A link in the mail, by its text."""
        return self._frame.get_by_role("link", name=self.text(name), exact=True)
