"""The account and the method that were used last in this browser (facts, who are you).

A cookie of its own that outlives the browser's session: it tells who was here, and signs nobody in.
"""

from dataclasses import dataclass

from flask import Response, request

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import find_account
from mock_idp.common.signed_values import read_signed_value, sign_value
from mock_world.web import current_world
from mock_world.web.cookies import cookie_name, drop_cookie, set_cookie

_PURPOSE = "known"
_MAX_AGE = 90 * 24 * 3600  # seconds of real time (our choice)


@dataclass(frozen=True)
class Known:
    """The account that signed in here last, and how."""

    account: Account
    strength: str


def known() -> Known | None:
    """The account that this browser remembers, while there is one of that name."""
    world = current_world()
    if not (value := request.cookies.get(cookie_name("idp", world, "known"))):
        return None
    kept = read_signed_value(world, _PURPOSE, value)
    account = find_account(world, kept["uid"]) if kept else None
    return Known(account, kept["strength"]) if account is not None else None


def method_of(account: Account) -> str:
    """The strength by which this account signed in here last; empty where it did not."""
    last = known()
    return last.strength if last is not None and last.account.uid == account.uid else ""


def remember(response: Response, account: Account, strength: str) -> Response:
    world = current_world()
    value = sign_value(world, _PURPOSE, {"uid": account.uid, "strength": strength})
    set_cookie(response, "idp", world, "known", value, max_age=_MAX_AGE)
    return response


def forget_known(response: Response) -> Response:
    drop_cookie(response, "idp", current_world(), "known")
    return response
