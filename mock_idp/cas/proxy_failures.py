"""Why proxies get no ticket: the refusals, with their codes in both dialects (facts, validation answer: failure)."""

from mock_idp.signin import services
from mock_world import RefusalKind

CALLBACK_INVALID = RefusalKind(
    "proxy.callback_invalid",
    message="The proxy call-back address is not accepted: {host}",
    expected=(
        "a pgtUrl with https (http on loopback alone, where setting proxy.plain_http allows it), on loopback, on a "
        "reserved domain or of allowed_targets"
    ),
    remedy="send an https address of your own as pgtUrl, URL-encoded; its host may need setting allowed_targets",
)
NOT_A_PROXY = RefusalKind(
    "proxy.not_allowed",
    message="The service is not allowed to act as a proxy",
    expected="a service that is registered with proxy, or is not registered at all",
    remedy='register the service with "proxy": true by POST /api/services, or validate without pgtUrl',
)
CALLBACK_FAILED = RefusalKind(
    "proxy.callback_failed",
    message="The proxy call-back address did not answer as it must",
    expected="within {seconds} seconds, {wanted}",
    remedy="let the application answer {method} at its pgtUrl, and listen where this machine reaches it",
)
INCOMPLETE = RefusalKind(
    "proxy.incomplete",
    message="Parameters 'targetService' and 'pgt' are both required",
    expected="parameters targetService and pgt",
    remedy="send both, URL-encoded",
)
BAD_PGT = RefusalKind(
    "proxy.bad_pgt",
    message="The proxy granting ticket is not recognized",
    expected="a proxy granting ticket of this world, whose person is still signed in",
    remedy="send the pgtId of the call-back, not the pgtIou; after a sign-out let the person sign in again",
)
ACCESS_DENIED = RefusalKind(
    "proxy.access_denied",
    message="The user may not use the target service",
    expected="a person of assurance level {least} or higher, signed in at level {level} or higher",
    remedy="let somebody sign in whom the target service accepts, or lower what its registration demands",
)
# Failure codes of EU Login (facts, validation answer: failure) and, in the other dialect, of CAS.
CODES = {
    CALLBACK_INVALID.code: "INVALID_PROXY_CALLBACK_URL",
    NOT_A_PROXY.code: "INVALID_PROXY_CALLBACK_URL",
    CALLBACK_FAILED.code: "ECAS_PROXY_COMMUNICATION_ERROR",
    INCOMPLETE.code: "INVALID_REQUEST",
    BAD_PGT.code: "BAD_PGT",
    ACCESS_DENIED.code: "ACCESSED_DENIED",
    services.INVALID_SERVICE.code: "INVALID_SERVICE",
    services.SERVICE_TOO_LONG.code: "INVALID_SERVICE",
}
CAS_CODES = CODES | {
    CALLBACK_INVALID.code: "INVALID_PROXY_CALLBACK",
    NOT_A_PROXY.code: "UNAUTHORIZED_SERVICE_PROXY",
    CALLBACK_FAILED.code: "INVALID_PROXY_CALLBACK",
    ACCESS_DENIED.code: "UNAUTHORIZED_SERVICE",
    services.INVALID_SERVICE.code: "UNAUTHORIZED_SERVICE",
    services.SERVICE_TOO_LONG.code: "UNAUTHORIZED_SERVICE",
}
