# Made from ../cpms.py by `make reference`: change that one.

"""CPMS 2.0 and the ERN search tool in a browser."""

from typing import TYPE_CHECKING

from eulogin_harness.browser.async_api.screen import Screen
from mock_world.i18n import N_

if TYPE_CHECKING:
    from playwright.async_api import Locator

SPECIALTY = N_("Paediatric oncology")


class Cpms(Screen):
    """The pages of CPMS 2.0 on a computer. `url` is its address, as in `http://localhost:8402`."""

    # What is on the page.

    def network(self, code: str) -> "Locator":
        """The tick box of a network."""
        return self.page.get_by_role("checkbox", name=code, exact=True)

    @property
    def networks(self) -> "Locator":
        """All tick boxes of networks."""
        return self.page.get_by_role("group", name=self.text("European Reference Networks")).get_by_role("checkbox")

    @property
    def proposed_networks(self) -> "Locator":
        """Tick boxes of the networks in which the hospital was found."""
        return self.page.locator('[data-networks="proposed"]').get_by_role("checkbox")

    def about_hospital(self, case: str) -> "Locator":
        """What "Complete Profile" says of the hospital: `found`, `elsewhere` or `unlisted`."""
        return self.page.locator(f'[data-case="{case}"]')

    @property
    def hospitals(self) -> "Locator":
        """The hospitals that "Complete Profile" offers."""
        return self.page.locator("#known-hospitals option")

    def request(self, network: str) -> "Locator":
        """The card of one network's request, on the list and on the request's own page."""
        return self.page.locator(f'[data-network="{network}"]')

    # What people do.

    async def open(self, path: str = "/screen/home") -> None:
        """Open the page of CPMS at this path."""
        await self.page.goto(self.url + path)

    async def start_sign_in(self) -> None:
        """From the first page of CPMS to EU Login."""
        await self.button("Sign in with EU Login").click()

    async def open_menu(self) -> None:
        """The menu behind the person's name."""
        await self.page.locator("details.account > summary").click()

    async def sign_out(self, *, everywhere: bool = False) -> None:
        """Sign out of CPMS alone, or also of EU Login, whose page then asks."""
        await self.open_menu()
        await self.button("Sign out here and at EU Login" if everywhere else "Sign out").click()

    async def fill_profile(self, *, country: str, hospital: str, networks: list[str]) -> None:
        """Fill in what is mandatory on "Complete Profile"; all but the networks is invented.

        country: its code, or its name as the list has it.
        """
        await self.field("Country").select_option(country)
        await self.field("Hospital").fill(hospital)
        await self.field("Role").select_option("Physician")
        await self.field("Specialty").fill(self.text(SPECIALTY))
        for code in networks:
            await self.network(code).check()
        await self.field("I agree to the terms of use of this mock").check()

    async def open_request(self, network: str) -> None:
        """From the list of several requests to the page of one."""
        await self.request(network).get_by_role("link").click()
        await self.page.wait_for_url("**/screen/access-status/*")

    async def reply(self, answer: str) -> None:
        """On the page of a request: answer the helpdesk's question."""
        await self.field("Your answer").fill(answer)
        await self.button("Reply").click()

    async def ask_again(self, comment: str = "") -> None:
        """On the page of a request that was rejected or withdrawn, or whose access has ended."""
        await self.field("Comment").fill(comment)
        await self.button("Ask again").click()

    async def decide(self, person: str, decision: str, reason: str = "") -> None:
        """As the helpdesk, on its list: open a person's request and press a button."""
        await self.page.get_by_role("link", name=person).click()
        await self.is_at("helpdesk-request")
        await self.page.locator("#reason").fill(reason)
        await self.button(decision).click()

    async def search(self, *, network: str = "", country: str = "", hospital: str = "") -> None:
        """Use the ERN search tool."""
        await self.page.locator("#network").fill(network)
        if country:
            await self.page.locator("#country").select_option(label=country)
        await self.page.locator("#hospital").fill(hospital)
        await self.button("Search").click()
