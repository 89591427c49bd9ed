# Made from ../journeys.py by `make reference`: change that one.

"""Ways through several pages, for scenarios in which they are not the subject."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eulogin_harness.browser.async_api.eu_login import EuLogin
    from eulogin_harness.browser.async_api.handset import Handset

APP_METHOD = "EU Login Mobile App PIN Code"
QR_METHOD = "EU Login Mobile App QR Code"
ON_MOBILE = "On Mobile"
KEY_METHOD = "Security Key, Trusted Platform (TPM) or Passkey"


async def sign_up(eu_login: "EuLogin", *, first_name: str, last_name: str, email: str) -> None:
    """From the open sign-up page to the page that says that a mail was sent."""
    await eu_login.fill_sign_up(first_name=first_name, last_name=last_name, email=email)
    await eu_login.button("Create an account").click()
    await eu_login.is_at("sign-up-sent")


async def link_phone(eu_login: "EuLogin", handset: "Handset", pin: str, *, name: str = "My phone") -> None:
    """From the open page "Add a mobile device" and the opened app to a phone that is ready."""
    await eu_login.fill_device(name=name, pin=pin)
    await eu_login.button("Submit").click()
    await eu_login.is_at("device-qr", "waiting")
    await handset.initialise()
    await handset.scan(await eu_login.page.screenshot())
    await handset.authenticate(pin)
    await handset.is_at("phone-pin", "configured")
    await handset.link("Continue").click()


async def sign_in_with_app(eu_login: "EuLogin", handset: "Handset", username: str, password: str, pin: str) -> None:
    """From the first sign-in page to the approval in the opened app, which shows the request automatically."""
    await eu_login.sign_in(username, password, APP_METHOD)
    await eu_login.is_at("waiting", "pending")
    await handset.approve(pin)


async def add_security_key(eu_login: "EuLogin", name: str) -> None:
    """From the list of security keys to the list with one more, by a `SecurityKey` that is touched."""
    await eu_login.link("Add a security key").click()
    await eu_login.field("Name of your security key").fill(name)
    await eu_login.button("Submit").click()
    await eu_login.is_at("security-keys")
