"""The app's home: which account it shows, what waits, and what stands in the way."""

from mock_phone import refusals as no
from mock_phone.model import LinkedAccount, OpenRequest
from mock_phone.pages.permissions import what_is_missing
from mock_phone.pages.screen import devices_address, live_address, screen
from mock_phone.phone import Phone
from mock_phone.sight import hears
from mock_world import settings as s
from mock_world.refusal import Refusal
from mock_world.web import translate

DONE = ("approved", "denied", "unlinked", "lapsed", "closed")  # what was done, or came to an end, just now


def home_screen(phone: Phone, done: str | None) -> str:
    """done: one of DONE; anything else counts as nothing."""
    found, trouble = phone.visible_requests()
    account, lost = phone.active_account, phone.lost
    return screen(
        "phone/home.html",
        phone,
        live=live_address(phone, found, trouble),
        hears=hears(phone),
        state=done if done in DONE else _state(account, bool(lost), found, trouble),
        account=account,
        lost=lost,
        shows_codes=phone.world.settings[s.ONE_TIME_CODE] == "totp",
        requests=found,
        trouble=trouble.message(translate) if trouble else None,
        missing=what_is_missing(phone),
        address=devices_address(phone, account.server if account else ""),
    )


def _state(account: LinkedAccount | None, lost: bool, found: list[OpenRequest], trouble: Refusal | None) -> str:
    if account is None:
        return "reinstalled" if lost else "welcome"
    if not account.known:
        return "not-linked"
    if trouble is not None:
        return "blocked" if trouble.kind == no.DEVICE_BLOCKED else "trouble"
    if found and all(one.account != account.account for one in found):
        return "other-account"
    return "waiting" if found else "ready"
