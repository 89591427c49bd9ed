"""The steps of signing in, as rules: who, password, verification method."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mock_idp.accounts.model import Account
from mock_idp.accounts.passwords import check_password
from mock_idp.accounts.people import check_enabled, get_account
from mock_idp.common import settings as s
from mock_idp.common.strength_names import MOBILE_APP, PASSWORD
from mock_idp.signin.invalid_parameters import invalid_parameters, is_set
from mock_idp.signin.login_requests import find_login_request, is_stored
from mock_idp.signin.services import check_service, is_own, is_registered, service_name, service_of
from mock_idp.signin.strengths import OLDER_NAMES, Demand, Method, named_level, offered
from mock_world import Refusal, RefusalKind, World
from mock_world.addresses import with_query
from mock_world.i18n import N_, languages

METHOD_NOT_OFFERED = RefusalKind(
    "signin.method_not_offered",
    message=N_("Choose one of the verification methods in the list."),
    expected="a verification method that this person has and the service accepts: {methods}",
    remedy="choose a method of the list",
)
# What a service asked for and what is carried through sign-up and mails (facts, sign-up page).
CARRIED = ("service", "loginRequestId", "authenticationLevel", "acceptStrengths", "locale")


@dataclass(frozen=True)
class LoginRequest:
    """What a service asked for when it sent the browser (facts, login request parameters).

    hint: user name to begin with. fingerprint: what the client that began a login transaction must prove.
    ignored: what was not understood (see invalid_parameters). demands: which parameters demand something of the
    sign-in, and of the validation where the application asks for it there too.
    """

    service: str = ""
    service_name: str = ""
    demand: Demand = field(default_factory=Demand)
    renew: bool = False
    gateway: bool = False
    language: str | None = None
    hint: str = ""
    fingerprint: str = ""
    ignored: tuple[tuple[str, str, str], ...] = ()
    demands: str = ""


def read_login_request(world: World, query: Mapping[str, str]) -> LoginRequest:
    """Read the parameters of `/cas/login`; those of a stored request count where the query names one.

    An id that is not known any more is no hindrance where the query names the service too.

    Raises Refusal (service.*, login_request.unknown).
    """
    request_id, service = query.get("loginRequestId", "").strip(), query.get("service", "").strip()
    if not request_id or (service and not is_stored(world, request_id)):
        return _read(world, query)
    stored = find_login_request(world, request_id)
    login_request = _read(world, stored.parameters)
    name = stored.name or login_request.service_name
    return replace(login_request, service_name=name, hint=stored.hint, fingerprint=stored.fingerprint)


def _read(world: World, query: Mapping[str, str]) -> LoginRequest:
    service = query.get("service", "").strip()
    level, strengths = named_level(query.get("authenticationLevel")), query.get("acceptStrengths")
    if not service:
        return LoginRequest(demand=Demand.of(level, strengths), renew=is_set(world, query.get("renew")))
    check_service(world, service)
    if not level and not strengths:
        level = world.settings[s.CAS_DEFAULT_LEVEL]
    return LoginRequest(
        service,
        service_name(world, service),
        Demand.of(level, strengths, service_of(world, service).authentication_level),
        is_set(world, query.get("renew")),
        is_set(world, query.get("gateway")),
        _language(world, service, query.get("locale", "")),
        ignored=invalid_parameters(world, query),
        demands=", ".join(name for name in ("authenticationLevel", "acceptStrengths", "renew") if query.get(name)),
    )


def asks_without_pages(world: World, login_request: LoginRequest) -> bool:
    """Whether the service wants its browser back at once, signed in or not (`gateway`); EU Login's own pages never."""
    request = login_request
    return request.gateway and not request.renew and bool(request.service) and not is_own(world, request.service)


def _language(world: World, service: str, locale: str) -> str | None:
    """The wished language; only registered applications may wish one (facts, login request parameters)."""
    code = locale.replace("_", "-").partition("-")[0].lower()
    return code if code in languages() and (is_registered(world, service) or is_own(world, service)) else None


def carried(world: World, query: Mapping[str, str]) -> dict[str, str]:
    """The part of a query that sign-up and mails carry through to the end.

    The id of a stored request is carried alone, since that holds the rest; one that has died is left behind.
    """
    request_id = query.get("loginRequestId", "").strip()
    if request_id and not query.get("service"):
        return {"loginRequestId": request_id} if is_stored(world, request_id) else {}
    return {name: query[name] for name in CARRIED if query.get(name)}


def carried_text(world: World, query: Mapping[str, str]) -> str:
    """The carried part of a query, encoded, as a mail's link or a waiting sign-in keeps it."""
    return with_query("", carried(world, query)).removeprefix("?")


def read_carried(world: World, query: Mapping[str, str]) -> LoginRequest:
    """The login request carried to a page beside the sign-in; without the service where its id has died.

    Raises Refusal (service.*).
    """
    return read_login_request(world, carried(world, query))


def identify(world: World, login: str) -> Account:
    """Step 1: the account of a typed user name. Raises Refusal (account.unknown)."""
    return get_account(world, login)


def authenticate(world: World, account: Account, password: str) -> None:
    """Step 2: the password.

    Raises Refusal (signin.wrong_password, signin.locked, signin.no_password_yet, account.disabled).
    """
    check_password(world, account, password)
    check_enabled(world, account)


def choose_method(world: World, account: Account, demand: Demand, strength: str, *, on_mobile: bool) -> Method | None:
    """The chosen method; None where the person has none that suffices. Raises Refusal (signin.method_not_offered)."""
    methods = offered(world, account, demand, on_mobile=on_mobile)
    if not methods:
        return None
    chosen = OLDER_NAMES.get(strength, strength) or (PASSWORD if any(m.strength == PASSWORD for m in methods) else "")
    for method in methods:
        if method.strength == chosen:
            return method
    raise _not_offered(world, account, strength, methods)


def _not_offered(world: World, account: Account, strength: str, methods: list[Method]) -> Refusal:
    names = ", ".join(method.strength for method in methods) or "none"
    got = strength[:40] or "none"
    return world.refuse(METHOD_NOT_OFFERED, got=got, person=account.email, field="loginStrength", methods=names)


def check_app_alone(world: World, account: Account, demand: Demand, *, on_mobile: bool) -> None:
    """Check that the app may be the only factor: where "On Mobile" is offered (facts, "On Mobile").

    A lock of wrong passwords and the password's age do not matter then (our choice).
    Raises Refusal (account.disabled, signin.method_not_offered).
    """
    check_enabled(world, account)
    methods = offered(world, account, demand, on_mobile=on_mobile)
    if all(method.strength != MOBILE_APP for method in methods):
        raise _not_offered(world, account, MOBILE_APP, methods)
