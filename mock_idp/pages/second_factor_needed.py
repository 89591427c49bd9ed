"""The page for somebody whose password was right, and whose factors are not enough for the service."""

from flask import Response, render_template, session

from mock_idp.accounts.model import Account
from mock_idp.common.strength_names import MOBILE_APP, PASSWORD, PASSWORD_WEBAUTHN
from mock_idp.factors.devices.model import BLOCKED
from mock_idp.factors.devices.rules import devices_of
from mock_idp.factors.second_factors import second_factors
from mock_idp.pages.browser import is_on_phone, keep, start
from mock_idp.pages.complete_login import (
    login_address,
)
from mock_idp.signin import login as rules
from mock_idp.signin import services
from mock_idp.signin.strengths import Method, to_be_added
from mock_world.events import EventType
from mock_world.web import Page, current_world

NEEDED = EventType(
    "signin.second_factor_needed",
    "{person} has no factor that {service} accepts: it demands {demand}[; could add {could_add}].",
)


def second_factor_needed(login_request: rules.LoginRequest, account: Account) -> Page:
    """Ask for a second factor; where one can be added, the password opens the way, and this sign-in waits."""
    ways = to_be_added(account, login_request.demand, on_mobile=is_on_phone())
    current_world().journal.record(
        NEEDED,
        person=account.email,
        service=login_request.service_name,
        demand=", ".join(login_request.demand.strengths) or login_request.demand.level,
        could_add=", ".join(method.strength for method in ways),
    )
    if not ways:
        return _second_factor_page(login_request, account, ways)
    query = login_address().partition("?")[2]
    session["interrupted"] = {"uid": account.uid, "name": login_request.service_name, "query": query}
    sso = start(account, PASSWORD)
    return keep(Response(_second_factor_page(login_request, account, ways)), sso)


def _second_factor_page(login_request: rules.LoginRequest, account: Account, ways: list[Method]) -> str:
    world = current_world()
    return render_template(
        "signin/second_factor_needed.html",
        login_request=login_request,
        account=account,
        by_phone=any(method.strength != PASSWORD_WEBAUTHN for method in ways),
        by_key=any(method.strength == PASSWORD_WEBAUTHN for method in ways),
        only_on_phone=not ways and login_request.demand.accepts(MOBILE_APP),
        has_factor=bool(second_factors(world, account.uid)),
        is_blocked=any(device.state == BLOCKED for device in devices_of(world, account.uid)),
        back=services.return_url(world, login_request.service),
    )
