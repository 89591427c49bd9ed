"""A sign-in by CAS: login, ticket, validation (facts, login request parameters to validation answer)."""

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from requests import RequestException

from eulogin_harness.debugger.journal import refusals_since
from eulogin_harness.debugger.messages import (
    answered,
    called,
    came_back,
    leaves,
    name_of,
    sent_browser,
    silent,
    xml_root,
)
from eulogin_harness.debugger.model import Check, Trial, add
from mock_world.addresses import with_query
from mock_world.calls import call
from mock_world.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response

    from mock_world import World

AT_LOGIN = ("authenticationLevel", "acceptStrengths", "renew", "gateway", "locale")
AT_VALIDATION = ("userDetails", "groups", "assuranceLevel", "authenticationLevel", "acceptStrengths", "format")
ADDRESSES = (
    "laxValidate",
    "serviceValidate",
    "p3/serviceValidate",
    "sponsorValidate",
    "interinstitutionalValidate",
    "strictValidate",
    "proxyValidate",
    "validate",
)
_FLAT = "https://ecas.ec.europa.eu/cas/schemas"


def service_of(world: "World", trial: Trial) -> str:
    """The debugger's own address as a service."""
    return world.addresses.public("desk", f"/debugger/{trial.id}/back")


def go(world: "World", trial: Trial) -> str:
    """Where to send the browser."""
    asked = {name: trial.asked[name] for name in AT_LOGIN if name in trial.asked}
    url = world.addresses.public("idp", "/cas/login", service=service_of(world, trial), **asked)
    add(world, trial, sent_browser(N_("The application sends the browser to EU Login"), url))
    return url


def come_back(world: "World", trial: Trial, query: "Mapping[str, str]") -> None:
    """The browser came back: validate its ticket, and write down what was said."""
    ticket = query.get("ticket", "")
    checks = [] if ticket else [_NO_TICKET]
    title = N_("EU Login sends the browser back")
    add(world, trial, came_back(title, service_of(world, trial), list(query.items()), checks))
    if ticket:
        _validate(world, trial, ticket)


_NO_TICKET = Check(
    False,
    N_("No ticket came."),
    N_("With gateway that is right where nobody is signed in. Else look for something that takes it off the address."),
)


def _validate(world: "World", trial: Trial, ticket: str) -> None:
    asked = {name: trial.asked[name] for name in AT_VALIDATION if name in trial.asked}
    path = f"/cas/{trial.asked.get('validation', ADDRESSES[0])}"
    wanted = {"service": service_of(world, trial), "ticket": ticket, **asked}
    url = with_query(world.addresses.internal("idp", path), wanted)
    add(world, trial, called(N_("The application validates the ticket"), "GET", url))
    title = N_("EU Login says whose ticket it is")
    try:
        response = call(world, "GET", url)
    except RequestException as error:
        add(world, trial, silent(title, type(error).__name__, N_("See that the application reaches EU Login.")))
        return
    root = xml_root(response.text)
    rows = leaves(root) if root is not None else []
    add(world, trial, answered(title, response, rows, _checks(world, trial, response, root)))


def _checks(world: "World", trial: Trial, response: "Response", root: Element | None) -> list[Check]:
    if root is None:
        return _of_text(world, trial, response)
    told = root[0] if len(root) else root
    if name_of(told) != "authenticationSuccess":
        return _failed(world, trial, told.get("code") or name_of(told))
    return [Check(True, N_("The ticket is good.")), *_of_success(trial, root, told)]


def _of_text(world: "World", trial: Trial, response: "Response") -> list[Check]:
    """JSON, or the answer of CAS 1."""
    good = '"authenticationSuccess"' in response.text or response.text.startswith("yes\n")
    if good:
        return [Check(True, N_("The ticket is good."))]
    return _failed(world, trial, N_("The ticket is not good, or the answer is no answer."))


def _failed(world: "World", trial: Trial, words: str) -> list[Check]:
    told = [Check(False, f"{one['expected']}; {one['got']}", one["remedy"]) for one in refusals_since(world, trial)]
    return [Check(False, words), *told]


def _of_success(trial: Trial, root: Element, told: Element) -> list[Check]:
    names = {name_of(child) for child in told}
    checks = [Check(None, N_("The user is the unique identifier, not the e-mail address."))]
    if "email" not in names and "attributes" not in names:
        remedy = N_("Send userDetails=true to the validation.")
        checks.append(Check(None, N_("Name and e-mail address are not told."), remedy))
    if "groups" not in names and not trial.asked.get("groups"):
        checks.append(Check(None, N_("Groups are not told."), N_("Send groups=* to the validation.")))
    if root.tag.startswith(f"{{{_FLAT}}}"):
        remedy = N_("Use a client for EU Login, or setting dialect = cas.")
        words = N_("Namespace and flat attributes are EU Login's: ordinary CAS clients find no attributes.")
        checks.append(Check(None, words, remedy))
    return checks
