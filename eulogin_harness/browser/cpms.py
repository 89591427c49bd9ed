"""CPMS 2.0 and the ERN search tool in a browser."""

from typing import TYPE_CHECKING

from eulogin_harness.browser.screen import Screen
from mock_world.i18n import N_

if TYPE_CHECKING:
    from playwright.sync_api import Locator

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

    def open(self, path: str = "/screen/home") -> None:
        """Open the page of CPMS at this path."""
        self.page.goto(self.url + path)

    def start_sign_in(self) -> None:
        """From the first page of CPMS to EU Login."""
        self.button("Sign in with EU Login").click()

    def open_menu(self) -> None:
        """The menu behind the person's name."""
        self.page.locator("details.account > summary").click()

    def sign_out(self, *, everywhere: bool = False) -> None:
        """Sign out of CPMS alone, or also of EU Login, whose page then asks."""
        self.open_menu()
        self.button("Sign out here and at EU Login" if everywhere else "Sign out").click()

    def fill_profile(self, *, country: str, hospital: str, networks: list[str]) -> None:
        """Fill in what is mandatory on "Complete Profile"; all but the networks is invented.

        country: its code, or its name as the list has it.
        """
        self.field("Country").select_option(country)
        self.field("Hospital").fill(hospital)
        self.field("Role").select_option("Physician")
        self.field("Specialty").fill(self.text(SPECIALTY))
        for code in networks:
            self.network(code).check()
        self.field("I agree to the terms of use of this mock").check()

    def open_request(self, network: str) -> None:
        """From the list of several requests to the page of one."""
        self.request(network).get_by_role("link").click()
        self.page.wait_for_url("**/screen/access-status/*")

    def reply(self, answer: str) -> None:
        """On the page of a request: answer the helpdesk's question."""
        self.field("Your answer").fill(answer)
        self.button("Reply").click()

    def ask_again(self, comment: str = "") -> None:
        """On the page of a request that was rejected or withdrawn, or whose access has ended."""
        self.field("Comment").fill(comment)
        self.button("Ask again").click()

    def decide(self, person: str, decision: str, reason: str = "") -> None:
        """As the helpdesk, on its list: open a person's request and press a button."""
        self.page.get_by_role("link", name=person).click()
        self.is_at("helpdesk-request")
        self.page.locator("#reason").fill(reason)
        self.button(decision).click()

    def search(self, *, network: str = "", country: str = "", hospital: str = "") -> None:
        """Use the ERN search tool."""
        self.page.locator("#network").fill(network)
        if country:
            self.page.locator("#country").select_option(label=country)
        self.page.locator("#hospital").fill(hospital)
        self.button("Search").click()
