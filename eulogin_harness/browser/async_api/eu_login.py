# Made from ../eu_login.py by `make reference`: change that one.

"""EU Login in a browser: fields and buttons by their visible labels, verbs for what people do there."""

import re
from typing import TYPE_CHECKING

from eulogin_harness.browser.async_api.screen import Screen

if TYPE_CHECKING:
    from playwright.async_api import Locator


class EuLogin(Screen):
    """The pages of EU Login on a computer. `url` is its address, as in `http://localhost:8401/cas`."""

    # What is on the page.

    @property
    def qr_code(self) -> "Locator":
        """The code that a phone scans."""
        return self.page.locator("img#qr")

    @property
    def samples(self) -> "Locator":
        """Examples of passwords that obey the rules."""
        return self.page.get_by_role("list", name=self.text("Examples")).get_by_role("listitem")

    @property
    def rules_met(self) -> "Locator":
        """The rules of the check list that the typed password obeys."""
        return self.page.locator(".check-list .is-met")

    @property
    def rules_in_words(self) -> "Locator":
        """What the check list says about the typed password as a whole."""
        return self.page.locator(".check-list__status")

    @property
    def code_picture(self) -> "Locator":
        """The picture with a code, where setting `captcha` asks for it."""
        return self.page.locator("img#captchaImage")

    # What people do.

    async def fill_sign_up(self, *, first_name: str, last_name: str, email: str) -> None:
        """Fill in "Create an account"; what it sends is up to the caller."""
        await self.field("First name").fill(first_name)
        await self.field("Last name").fill(last_name)
        await self.field("E-mail").fill(email)
        await self.field("Confirm e-mail").fill(email)
        await self.field("I have read and understood the privacy statement").check()

    async def fill_new_password(self, password: str) -> None:
        """Fill in a new password twice."""
        await self.field("New password").fill(password)
        await self.field("Confirm new password").fill(password)

    async def fill_password_change(self, current: str, password: str) -> None:
        """Fill in the password of today and a new one twice."""
        await self.field("Current password").fill(current)
        await self.fill_new_password(password)

    async def enter_username(self, username: str) -> None:
        """The first sign-in page: who signs in, by e-mail address or identifier."""
        await self.field("Enter your e-mail address or unique identifier").fill(username)
        await self.button("Next").click()

    @property
    def method(self) -> "Locator":
        """The drop-down of verification methods."""
        return self.page.locator("#verif-method-dd-id")

    async def choose_method(self, label: str) -> None:
        """Choose a verification method by its label."""
        # Entries begin with their label; a hint follows, which may hold the label of another one.
        await self.method.click()
        await self.page.get_by_role("option", name=re.compile(rf"^{re.escape(self.text(label))}\b")).click()

    async def use_another_account(self) -> None:
        """Put aside the account that the browser remembers, or the one that was named."""
        await self.page.locator("#anonymize").click()

    async def go_on(self) -> None:
        """The button of pages that stand between sign-in and service, or that wait."""
        await self.button("Continue").click()

    async def use_another_method(self) -> None:
        """From waiting for the phone back to the password."""
        await self.button("Use another verification method").click()

    async def enter_password(self, password: str) -> None:
        """The second sign-in page, where the chosen method asks for a password."""
        await self.page.get_by_role("textbox", name=self.text("Password"), exact=True).fill(password)
        await self.button("Sign in").click()

    async def enter_one_time_password(self, code: str) -> None:
        """What the app or an authenticator shows, at sign-in."""
        await self.field("One-time password").fill(code)
        await self.button("Sign in").click()

    async def confirm_one_time_password(self, code: str) -> None:
        """What an authenticator shows, below the QR code of a new device."""
        await self.field("One-time password").fill(code)
        await self.button("Confirm").click()

    async def sign_in(self, username: str, password: str, method: str = "Password") -> None:
        """From the first sign-in page to what comes after the password."""
        await self.enter_username(username)
        await self.choose_method(method)
        await self.enter_password(password)

    async def log_out(self) -> None:
        """Log out of EU Login on its own page."""
        await self.open("/logout")
        await self.button("Log me out").click()
        await self.is_at("logged-out")

    async def fill_device(self, *, name: str, pin: str) -> None:
        """Fill in "Add a mobile device"."""
        await self.field("Your device name").fill(name)
        await self.field("Your 4 digit PIN code").fill(pin)
        await self.field("Confirm your PIN code").fill(pin)
