# Made from ../pages.py by `make reference`: change that one.

"""The pages of all actors in one browser page: what somebody does at a computer."""

from typing import TYPE_CHECKING, Any

from eulogin_harness.browser.async_api.cpms import Cpms
from eulogin_harness.browser.async_api.eu_login import EuLogin
from eulogin_harness.browser.async_api.mailbox import Mailbox
from eulogin_harness.browser.async_api.my_account import MyAccount
from mock_world.i18n import DEFAULT

if TYPE_CHECKING:
    from playwright.async_api import Page

    from eulogin_harness.client import World
    from eulogin_harness.client.names import Strength


class Pages:
    """EU Login, its account pages, CPMS and the mails of a world, all in one browser page.

    page, language: as of `Screen`, which raises the same errors.
    """

    def __init__(self, page: "Page", world: "World", language: str = DEFAULT) -> None:
        self.page = page
        self._world = world
        addresses = world.addresses
        self.eu_login = EuLogin(page, f"{addresses.idp}/cas", language)
        self.my_account = MyAccount(page, f"{addresses.idp}/cas", language)
        self.cpms = Cpms(page, addresses.cpms, language)
        self.mailbox = Mailbox(page, addresses.desk, language)

    async def open_mail(self, *, to: str, subject: str | None = None) -> Mailbox:
        """Open the first mail to this address, waiting for it; subject: a part of it. Raises ProblemError."""
        return await self.mailbox.open_mail(self._world.mails.wait(to=to, subject=subject).id)

    async def start_session(self, email: str, *, strength: "Strength | None" = None) -> None:
        """Sign the browser in at EU Login without its pages, as the person with this address.

        strength: of the sign-in, as in POST /api/personas/{id}/session. Raises LookupError where nobody has the
        address.
        """
        person = next((person for person in self._world.personas.list() if person.email == email), None)
        if person is None:
            raise LookupError(f"expected the e-mail address of somebody with an account, but nobody has {email}")
        session = self._world.personas.session(person, strength=strength)
        cookies: Any = session.storage_state["cookies"]  # Playwright has two types of it
        await self.page.context.add_cookies(cookies)
