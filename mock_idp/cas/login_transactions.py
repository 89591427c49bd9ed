"""Login transactions: a client sends its parameters itself, the browser carries an id (facts, login transactions)."""

from collections.abc import Mapping

from mock_idp.cas.refusals import CasRefusalKind, check_no_internal_error
from mock_idp.common.service_mismatch import shown
from mock_idp.signin.login_requests import StoredLoginRequest, store_login_request
from mock_idp.signin.services import check_service
from mock_world import World
from mock_world.events import EventType

BEGUN = EventType(
    "login_request.begun",
    "A client began a login transaction for {service}.",
)
INCOMPLETE = CasRefusalKind(
    "login_request.incomplete",
    message="Parameter 'service' is required",
    expected="parameter service in the form body of the POST",
    remedy="send the parameters form-encoded in the body of the POST, not in its address and not as JSON",
)
TOO_MUCH = CasRefusalKind(
    "login_request.too_much",
    message="Parameter '{name}' must not have more than {most} characters",
    expected="values of {most} characters at most",
    remedy="send a shorter {name}",
)
NOT_POSTED = CasRefusalKind(
    "login_request.not_posted",
    message="Login requests are begun by POST; send the browser to /cas/login with the loginRequestId of the answer",
    expected="POST, form-encoded",
    remedy="let the application's server call /cas/login/init by POST, and send browsers to /cas/login",
    status=405,
)
_LOGIN_PARAMETERS = (
    "service",
    "renew",
    "gateway",
    "authenticationLevel",
    "acceptStrengths",
    "locale",
)  # what /cas/login reads
_FINGERPRINT = "clientFingerprint"
_MOST = 2000  # characters of a value (our choice)


def begin(world: World, form: Mapping[str, str]) -> StoredLoginRequest:
    """Begin a login transaction; parameters that `/cas/login` does not read are left aside.

    Raises Refusal (login_request.*, service.*, ticket.internal_error).
    """
    sent = {name: form.get(name, "").strip() for name in (*_LOGIN_PARAMETERS, _FINGERPRINT)}
    service = sent["service"]
    if not service:
        raise world.refuse(INCOMPLETE, got="no service")
    check_service(world, service)
    for name, value in sent.items():
        if name != "service" and len(value) > _MOST:
            raise world.refuse(TOO_MUCH, got=f"{len(value)} characters", name=name, most=_MOST)
    check_no_internal_error(world, service)
    parameters = {name: sent[name] for name in _LOGIN_PARAMETERS if sent[name]}
    with world.database.session():
        login_request = store_login_request(world, parameters, fingerprint=sent[_FINGERPRINT])
        world.journal.record(BEGUN, service=shown(service))
    return login_request
