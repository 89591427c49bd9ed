"""A sign-in by CAS: login, ticket, validation (facts, login request parameters to validation answer)."""

from collections.abc import Mapping

from eulogin_harness.debugger.back_channel import ask, second_time
from eulogin_harness.debugger.cas_answer import Answer, checks_of, read
from eulogin_harness.debugger.journal import explain
from eulogin_harness.debugger.messages import answered, came_back, flat, json_object, notified, sent_browser
from eulogin_harness.debugger.model import Check, Trial, add
from mock_idp.signin.services import NewService, can_use, register_service
from mock_world import World
from mock_world.addresses import with_query
from mock_world.i18n import N_

# Parameters by the names of the debugger's form.
AT_LOGIN = {"level": "authenticationLevel", "strengths": "acceptStrengths", "renew": "renew", "gateway": "gateway"}
AT_VALIDATION = {
    "details": "userDetails",
    "groups": "groups",
    "assurance": "assuranceLevel",
    "checked_level": "authenticationLevel",
    "checked_strengths": "acceptStrengths",
    "checked_renew": "renew",
    "single_logout": "singleSignOut",
    "format": "format",
}
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


def service_of(world: World, trial: Trial) -> str:
    """The debugger's own address as a service."""
    return world.addresses.public("desk", f"/debugger/{trial.id}/back")


def _parameters(trial: Trial, names: Mapping[str, str]) -> dict[str, str]:
    return {parameter: trial.parameters[name] for name, parameter in names.items() if name in trial.parameters}


def go(world: World, trial: Trial) -> str | None:
    """Where to send the browser; None where EU Login began no transaction."""
    _register(world)
    parameters = {"service": service_of(world, trial), **_parameters(trial, AT_LOGIN)}
    if "transaction" in trial.parameters:
        request_id = _begin_transaction(world, trial, parameters)
        if not request_id:
            return None
        parameters = {"loginRequestId": request_id}
    url = world.addresses.public("idp", "/cas/login", **parameters)
    add(world, trial, sent_browser(N_("The application sends the browser to EU Login"), url), url=url)
    return url


def _register(world: World) -> None:
    """The debugger registers itself as a service where EU Login would not let it in otherwise. One at a time."""
    address = world.addresses.public("desk", "/debugger")
    with world.database.session():
        if not can_use(world, address):
            register_service(world, NewService(address, name="Debugger"))


def _begin_transaction(world: World, trial: Trial, parameters: Mapping[str, str]) -> str:
    """The id of a login transaction; empty where none was begun."""
    url = world.addresses.internal("idp", "/cas/login/init")
    title = N_("The application begins a login transaction")
    response = ask(world, trial, title, "POST", url, {**parameters, "format": "JSON"})
    if response is None:
        return ""
    begun = json_object(response.content).get("loginRequest", {})
    request_id = str(begun.get("loginRequestSuccess", {}).get("loginRequestId", ""))
    failure = Check(False, N_("No login transaction was begun."), detail=f"HTTP {response.status_code}")
    message = answered(
        N_("EU Login keeps what it was asked for"), response, flat(begun), [] if request_id else [failure]
    )
    add(world, trial, explain(world, trial, message))
    return request_id


def come_back(world: World, trial: Trial, query: Mapping[str, str]) -> None:
    """The browser came back: validate its ticket, and write down what was said."""
    ticket = query.get("ticket", "")
    checks = second_time(trial, ticket) if ticket else [_no_ticket(trial)]
    title = N_("EU Login sends the browser back to the application")
    message = came_back(title, service_of(world, trial), list(query.items()), checks)
    add(world, trial, explain(world, trial, message), came=ticket or "nothing")
    if ticket:
        _validate(world, trial, ticket)


def _no_ticket(trial: Trial) -> Check:
    if "gateway" in trial.parameters:
        return Check(None, N_("No ticket came: nobody is signed in, and with gateway nobody is asked."))
    return Check(
        False,
        N_("No ticket came."),
        N_("The person gave up, or something takes the ticket off the address: a proxy, a rewrite, a fault."),
    )


def _validate(world: World, trial: Trial, ticket: str) -> None:
    path = f"/cas/{trial.parameters.get('validation', ADDRESSES[0])}"
    query = {"service": service_of(world, trial), "ticket": ticket, **_parameters(trial, AT_VALIDATION)}
    url = with_query(world.addresses.internal("idp", path), query)
    response = ask(world, trial, N_("The application validates the ticket"), "GET", url)
    if response is None:
        return
    answer = Answer(response.status_code, response.content)
    rows = read(answer)
    checks = checks_of(
        answer, rows, login_query=_parameters(trial, AT_LOGIN), parameters=_parameters(trial, AT_VALIDATION)
    )
    message = answered(N_("EU Login says whose ticket it is"), response, rows, checks)
    add(world, trial, explain(world, trial, message))


def signed_out(world: World, trial: Trial, form: Mapping[str, str]) -> None:
    """EU Login notified the service that the session is over."""
    rows = [("logoutRequest", form.get("logoutRequest", ""))]
    check = Check(None, N_("The application ends its own session of the ticket that SessionIndex names."))
    title = N_("EU Login tells the application that the session is over")
    add(world, trial, notified(title, service_of(world, trial), rows, [check]))
