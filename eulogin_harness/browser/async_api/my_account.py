# Made from ../my_account.py by `make reference`: change that one.

"""The account pages of EU Login in a browser."""

from typing import TYPE_CHECKING

from eulogin_harness.browser.async_api.screen import Screen

if TYPE_CHECKING:
    from playwright.async_api import Locator


class MyAccount(Screen):
    """ "My Account" and what it leads to. `url` is EU Login's address, as in `http://localhost:8401/cas`."""

    # What is on the page.

    @property
    def entries(self) -> "Locator":
        """What "My Account" offers, in its order."""
        return self.page.locator(".menu-list").get_by_role("link")

    def device(self, name: str) -> "Locator":
        """A device's line in the list."""
        return self.page.get_by_role("listitem").filter(has_text=name)

    def box(self, label: str) -> "Locator":
        """A tick box by a part of its label."""
        return self.page.get_by_role("checkbox", name=label)

    # What people do.

    async def open_entry(self, name: str) -> None:
        """From any page by "My Account" to one of its entries."""
        await self.open("/userdata/myAccount.cgi")
        await self.link(name).click()

    async def submit(self) -> None:
        """Send the form of the page."""
        await self.button("Submit").click()

    async def delete_account(self, password: str) -> None:
        """From any page to the account's end."""
        await self.open_entry("Delete my account")
        await self.field("Current password").fill(password)
        await self.button("Delete my account").click()
