"""The app's home: which account it shows, what waits, and what stands in the way."""

from mock_phone.pages.screen import devices_address, live_address, screen
from mock_phone.phone import Phone
from mock_phone.sight import hears
from mock_world.web import translate

DONE = ("approved", "denied", "unlinked", "lapsed", "closed")  # what was done, or came to an end, just now


def home_screen(phone: Phone, done: str | None) -> str:
    """done: one of DONE; anything else counts as nothing."""
    found, trouble = phone.visible_requests()
    account = phone.active_account
    return screen(
        "phone/home.html",
        phone,
        live=live_address(phone, found, trouble),
        hears=hears(phone),
        state=done if done in DONE else phone.state_with(found, trouble),
        account=account,
        lost=phone.lost,
        shows_codes=phone.shows_digits,
        requests=found,
        trouble=trouble.message(translate) if trouble else None,
        missing=set(phone.missing()) - set(phone.to_ask),
        address=devices_address(phone, account.server if account else ""),
    )
