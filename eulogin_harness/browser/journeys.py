"""Ways through several pages, for scenarios in which they are not the subject."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eulogin_harness.browser.eu_login import EuLogin
    from eulogin_harness.browser.handset import Handset

APP_METHOD = "EU Login Mobile App PIN Code"
QR_METHOD = "EU Login Mobile App QR Code"
ON_MOBILE = "On Mobile"
KEY_METHOD = "Security Key, Trusted Platform (TPM) or Passkey"


def sign_up(eu_login: "EuLogin", *, first_name: str, last_name: str, email: str) -> None:
    """From the open sign-up page to the page that says that a mail was sent."""
    eu_login.fill_sign_up(first_name=first_name, last_name=last_name, email=email)
    eu_login.button("Create an account").click()
    eu_login.is_at("sign-up-sent")


def link_phone(eu_login: "EuLogin", handset: "Handset", pin: str, *, name: str = "My phone") -> None:
    """From the open page "Add a mobile device" and the opened app to a phone that is ready."""
    eu_login.fill_device(name=name, pin=pin)
    eu_login.button("Submit").click()
    eu_login.is_at("device-qr", "waiting")
    handset.initialise()
    handset.scan(eu_login.page.screenshot())
    handset.authenticate(pin)
    handset.is_at("phone-pin", "configured")
    handset.link("Continue").click()


def sign_in_with_app(eu_login: "EuLogin", handset: "Handset", username: str, password: str, pin: str) -> None:
    """From the first sign-in page to the approval in the opened app, which shows the request automatically."""
    eu_login.sign_in(username, password, APP_METHOD)
    eu_login.is_at("waiting", "pending")
    handset.approve(pin)


def add_security_key(eu_login: "EuLogin", name: str) -> None:
    """From the list of security keys to the list with one more, by a `SecurityKey` that is touched."""
    eu_login.link("Add a security key").click()
    eu_login.field("Name of your security key").fill(name)
    eu_login.button("Submit").click()
    eu_login.is_at("security-keys")
