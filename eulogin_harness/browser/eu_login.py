"""EU Login in a browser: fields and buttons by their visible labels, verbs for what people do there."""

import re
from typing import TYPE_CHECKING

from eulogin_harness.browser.screen import Screen

if TYPE_CHECKING:
    from playwright.sync_api import Locator


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

    def fill_sign_up(self, *, first_name: str, last_name: str, email: str) -> None:
        """Fill in "Create an account"; what it sends is up to the caller."""
        self.field("First name").fill(first_name)
        self.field("Last name").fill(last_name)
        self.field("E-mail").fill(email)
        self.field("Confirm e-mail").fill(email)
        self.field("I have read and understood the privacy statement").check()

    def fill_new_password(self, password: str) -> None:
        """Fill in a new password twice."""
        self.field("New password").fill(password)
        self.field("Confirm new password").fill(password)

    def fill_password_change(self, current: str, password: str) -> None:
        """Fill in the password of today and a new one twice."""
        self.field("Current password").fill(current)
        self.fill_new_password(password)

    def enter_username(self, username: str) -> None:
        """The first sign-in page: who signs in, by e-mail address or identifier."""
        self.field("Enter your e-mail address or unique identifier").fill(username)
        self.button("Next").click()

    @property
    def method(self) -> "Locator":
        """The drop-down of verification methods."""
        return self.page.locator("#verif-method-dd-id")

    def choose_method(self, label: str) -> None:
        """Choose a verification method by its label."""
        # Entries begin with their label; a hint follows, which may hold the label of another one.
        self.method.click()
        self.page.get_by_role("option", name=re.compile(rf"^{re.escape(self.text(label))}\b")).click()

    def use_another_account(self) -> None:
        """Put aside the account that the browser remembers, or the one that was named."""
        self.page.locator("#anonymize").click()

    def go_on(self) -> None:
        """The button of pages that stand between sign-in and service, or that wait."""
        self.button("Continue").click()

    def use_another_method(self) -> None:
        """From waiting for the phone back to the password."""
        self.button("Use another verification method").click()

    def enter_password(self, password: str) -> None:
        """The second sign-in page, where the chosen method asks for a password."""
        self.page.get_by_role("textbox", name=self.text("Password"), exact=True).fill(password)
        self.button("Sign in").click()

    def enter_one_time_password(self, code: str) -> None:
        """What the app or an authenticator shows, at sign-in."""
        self.field("One-time password").fill(code)
        self.button("Sign in").click()

    def confirm_one_time_password(self, code: str) -> None:
        """What an authenticator shows, below the QR code of a new device."""
        self.field("One-time password").fill(code)
        self.button("Confirm").click()

    def sign_in(self, username: str, password: str, method: str = "Password") -> None:
        """From the first sign-in page to what comes after the password."""
        self.enter_username(username)
        self.choose_method(method)
        self.enter_password(password)

    def log_out(self) -> None:
        """Log out of EU Login on its own page."""
        self.open("/logout")
        self.button("Log me out").click()
        self.is_at("logged-out")

    def fill_device(self, *, name: str, pin: str) -> None:
        """Fill in "Add a mobile device"."""
        self.field("Your device name").fill(name)
        self.field("Your 4 digit PIN code").fill(pin)
        self.field("Confirm your PIN code").fill(pin)
