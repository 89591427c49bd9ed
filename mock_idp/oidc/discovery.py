"""What the provider says of itself (OpenID Connect Discovery; facts, OpenID Connect): all that is true, and no more."""

from typing import Any

from mock_idp.common import settings as s
from mock_idp.oidc import BASE
from mock_idp.oidc.acr import ACR
from mock_idp.oidc.authorize_redirect import FORM_POST, QUERY
from mock_idp.oidc.authorize_request import PROMPTS
from mock_idp.oidc.claims import CLAIMS, issuer
from mock_idp.oidc.client_assertions import HMACS, SIGNATURES
from mock_idp.oidc.client_metadata import AUTH_METHODS, GRANT_TYPES, RESPONSE_TYPES, SCOPES, SIGNING_ALGS
from mock_idp.oidc.refusals import OAuthRefusalKind
from mock_world import World
from mock_world.i18n import languages

METADATA_LIFE = 3600  # seconds that browsers may keep what other origins may do
_FOR_BROWSERS = {"authorization_endpoint": "/authorize", "end_session_endpoint": "/logout"}
_BACK_CHANNEL = {
    "token_endpoint": "/token",
    "introspection_endpoint": "/token/introspect",
    "revocation_endpoint": "/token/revoke",
    "jwks_uri": "/keys",
}
NOT_MOCKED = OAuthRefusalKind(
    "registration.not_mocked",
    message="Registration is not mocked",
    expected="clients registered by those who run the tests",
    remedy="register the client by POST /api/clients of the desk, or by setting oidc.clients",
    status=403,
    error="access_denied",
)


def metadata(world: World, host: str, *, unsafe: bool = False) -> dict[str, Any]:
    """The discovery document. unsafe: the second one, which names UserInfo even where that is off.

    host: where it was asked for. At EU Login's internal address the endpoints of the back channel are there too; issuer
    and what browsers open are public in any case.
    """
    public = issuer(world)
    back = world.addresses.internal("idp", BASE) if world.addresses.is_internal("idp", host) else public
    machines = dict(_BACK_CHANNEL)
    if unsafe or world.settings[s.OIDC_USERINFO]:
        machines["userinfo_endpoint"] = "/userinfo"
    endpoints = {name: public + path for name, path in _FOR_BROWSERS.items()}
    endpoints |= {name: back + path for name, path in machines.items()}
    return {"issuer": public} | endpoints | _abilities()


def _abilities() -> dict[str, Any]:
    proven = [method for method in AUTH_METHODS if method != "none"]
    signed = [*HMACS, *SIGNATURES]
    methods = {"token": [*AUTH_METHODS], "revocation": [*AUTH_METHODS], "introspection": proven}
    return {
        "scopes_supported": [*SCOPES],
        "response_types_supported": [*RESPONSE_TYPES],
        "response_modes_supported": [QUERY, FORM_POST],
        "grant_types_supported": [*GRANT_TYPES],
        "subject_types_supported": ["public"],
        "acr_values_supported": [*ACR.values()],
        "claims_supported": [*CLAIMS],
        "claim_types_supported": ["normal"],
        "prompt_values_supported": [*PROMPTS],
        "ui_locales_supported": [*languages()],
        "id_token_signing_alg_values_supported": [*SIGNING_ALGS],
        "code_challenge_methods_supported": ["S256"],
        **{f"{name}_endpoint_auth_methods_supported": listed for name, listed in methods.items()},
        **{f"{name}_endpoint_auth_signing_alg_values_supported": signed for name in methods},
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_request_uri_registration": False,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }
