# Made from ../handset.py by `make reference`: change that one.

"""A phone with the EU Login app in a browser."""

from typing import TYPE_CHECKING, Any

from playwright.async_api import expect

from eulogin_harness.browser.async_api.screen import Screen

if TYPE_CHECKING:
    from playwright.async_api import FilePayload, Locator, Playwright

DEVICE = "Pixel 7"


def mobile(playwright: "Playwright", name: str = DEVICE) -> dict[str, Any]:
    """What Playwright's `new_context` takes for a mobile browser. name: a device that it knows."""
    return {option: value for option, value in playwright.devices[name].items() if option != "default_browser_type"}


class Handset(Screen):
    """The screens of one phone, in a mobile browser. `url` is its address, as in `http://localhost:8403/phones/phone-1`."""

    # What is on the screen.

    @property
    def go_on(self) -> "Locator":
        """The link that continues from a request to the PIN."""
        return self.page.get_by_role("link", name=self.text("Continue"))

    @property
    def pin(self) -> "Locator":
        """The field for the PIN, of a request or of a new device."""
        return self.page.get_by_label(self.text("Your 4 digit PIN code"))

    @property
    def one_time_code(self) -> "Locator":
        """The code that the app shows for a sign-in."""
        return self.page.locator("#one-time-code")

    @property
    def camera_says(self) -> "Locator":
        """What stands below the picture of the camera."""
        return self.page.locator("#camera-status")

    @property
    def itself(self) -> "Locator":
        """The phone alone, as it is put into a guide."""
        return self.page.locator(".phone")

    @property
    def push(self) -> "Locator":
        """What the phone shows at the upper edge of its screen: a sign-in that waits, a change made elsewhere."""
        return self.page.locator("#push").get_by_role("link")

    # What people do.

    async def search_store(self, words: str) -> None:
        """On the store's first page: look for an app."""
        await self.field("Search for an app").fill(words)
        await self.button("Search").click()

    async def install_app(self) -> None:
        """From the store's first page to the opened app, which may send notifications."""
        await self.search_store("EU Login")
        await self.button("Install").click()
        await self.link("Open").click()
        await self.allow("notifications")

    async def allow(self, permission: str) -> None:
        """Say yes on the sheet that asks for `notifications` or for the `camera`."""
        await self.is_at("phone-permission", permission)
        await self.button("Allow").click()

    async def initialise(self) -> None:
        """From the opened app to its camera, which it may use."""
        await self.link("Initialise").click()
        await expect(
            self.page.locator('body:is([data-page="phone-permission"], [data-page="phone-scan"])')
        ).to_be_attached()
        if await self.page.locator('body[data-page="phone-permission"]').count():
            await self.allow("camera")
        await self.is_at("phone-scan")

    async def scan(self, screen: bytes) -> None:
        """Point the camera at a computer's screen: `screen` is a picture of it (PNG)."""
        picture: FilePayload = {"name": "screen.png", "mimeType": "image/png", "buffer": screen}
        await self.page.locator("input[type=file]").set_input_files(picture)
        await self.button("Scan").click()

    async def authenticate(self, pin: str) -> None:
        """On the page that asks for the PIN: confirm with it."""
        await self.pin.fill(pin)
        await self.button("Authenticate").click()

    async def choose_pin(self, password: str, pin: str) -> None:
        """On "Forgot PIN code": a new PIN by EU Login's password."""
        await self.fill_new_pin(password, pin)
        await self.button("Change PIN code").click()

    async def fill_new_pin(self, password: str, pin: str) -> None:
        """On "Forgot PIN code": fill the form in, and send nothing yet."""
        await self.field("EU Login password").fill(password)
        await self.field("New 4 digit PIN code").fill(pin)
        await self.field("Confirm your new PIN code").fill(pin)

    async def approve(self, pin: str) -> None:
        """Answer the request that the app shows."""
        await self.is_at("phone-request")
        await self.go_on.click()
        await self.authenticate(pin)
        await self.is_at("phone-home", "approved")

    async def switch_biometrics_on(self, name: str = "Fingerprint") -> None:
        """In the app's settings; the browser's sensor must recognise the person (see `SecurityKey`, platform)."""
        switch = self.page.get_by_role("switch", name=self.text(name))
        await switch.click()
        await expect(switch).to_be_checked()

    async def use_biometrics(self, kind: str = "fingerprint") -> None:
        """Answer the request that the app shows with `fingerprint` or `face`, where it was enrolled before."""
        await self.is_at("phone-request")
        await self.button(f"Use {kind}").click()
        await self.is_at("phone-home", "approved")

    async def scan_with_camera(self) -> None:
        """Look through the browser's camera until it finds a code (see `Camera` for one that a test can fill)."""
        await self.button("Use the camera").click()
