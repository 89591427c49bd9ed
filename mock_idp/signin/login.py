"""The steps of signing in, as rules: who, password, phone."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mock_idp.accounts.passwords import is_right
from mock_idp.accounts.people import get_account
from mock_idp.cas.services import check_service, least_level, service_name
from mock_idp.signin.strengths import PASSWORD, Demand, Method, offered
from mock_world import RefusalKind
from mock_world.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_idp.accounts.model import Account
    from mock_world import World

WRONG_PASSWORD = RefusalKind(
    "signin.wrong_password",
    message=N_("Enter the password again: it is not the right one for this account."),
    expected="the password of the account",
    remedy="enter it again; the control room shows the passwords of people that it made",
    status=403,
)
NO_PASSWORD_YET = RefusalKind(
    "signin.no_password_yet",
    message=N_("Follow the link in the mail that we sent you: this account has no password yet."),
    expected="an account with a password",
    remedy="follow the link of the registration mail, or ask for a new one behind it",
    status=403,
)
METHOD_NOT_OFFERED = RefusalKind(
    "signin.method_not_offered",
    message=N_("Choose one of the verification methods in the list."),
    expected="a verification method that this person has and the service accepts: {methods}",
    remedy="choose a method of the list",
)


@dataclass(frozen=True)
class LoginRequest:
    """What a service asked for when it sent the browser (facts, login request parameters)."""

    service: str = ""
    service_name: str = ""
    demand: Demand = field(default_factory=Demand)
    renew: bool = False


def read_login_request(world: "World", query: "Mapping[str, str]") -> LoginRequest:
    """Read the parameters of `/cas/login`. Raises Refusal (service.invalid)."""
    service = query.get("service", "").strip()
    if not service:
        return LoginRequest(demand=Demand.of(query.get("authenticationLevel"), query.get("acceptStrengths")))
    check_service(world, service)
    demand = Demand.of(query.get("authenticationLevel"), query.get("acceptStrengths"), least_level(world, service))
    renew = query.get("renew", "") == "true"
    return LoginRequest(service, service_name(world, service), demand, renew)


def identify(world: "World", login: str) -> "Account":
    """Step 1: who are you? Raises Refusal (account.unknown)."""
    return get_account(world, login)


def check_password(world: "World", account: "Account", password: str) -> None:
    """Step 2. Raises Refusal (signin.wrong_password, signin.no_password_yet)."""
    if account.password_hash is None:
        raise world.refuse(NO_PASSWORD_YET, got="no password", person=account.email, field="password")
    if not is_right(account.password_hash, password):
        got = "another password" if password else "no password"
        raise world.refuse(WRONG_PASSWORD, got=got, person=account.email, field="password")


def choose_method(world: "World", account: "Account", demand: Demand, strength: str) -> Method | None:
    """The chosen method; None where the person has none that suffices. Raises Refusal (signin.method_not_offered)."""
    methods = offered(world, account.uid, demand)
    if not methods:
        return None
    wanted = strength or (PASSWORD if any(m.strength == PASSWORD for m in methods) else "")
    for method in methods:
        if method.strength == wanted:
            return method
    names = ", ".join(m.strength for m in methods)
    got = strength[:40] or "none"
    raise world.refuse(METHOD_NOT_OFFERED, got=got, person=account.email, field="loginStrength", methods=names)
