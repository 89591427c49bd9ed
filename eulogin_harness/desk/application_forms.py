"""Forms that register an application: fields are called as in the control API, which says what each means."""

from eulogin_harness.desk.values import choice, line, lines
from mock_idp.common import assurance
from mock_idp.oidc.client_metadata import AUTH_METHODS, SIGNING_ALGS
from mock_world.i18n import N_
from mock_world.web.forms import PageForm

_LEFT_OUT = "-"


class ServiceForm(PageForm):
    """A service of CAS."""

    url = line("url", description=N_("Counts for all addresses below it, such as http://localhost:8080/app/"))
    name = line("name")
    least_assurance_level = choice("least_assurance_level", *assurance.LEVELS, empty=_LEFT_OUT)
    authentication_level = choice("authentication_level", "BASIC", "MEDIUM", "HIGH", empty=_LEFT_OUT)
    proxy = choice("proxy", "true", empty=_LEFT_OUT)
    single_logout = choice("single_logout", "true", empty=_LEFT_OUT)


class ClientForm(PageForm):
    """A client of OpenID Connect. Whatever else a registration may say, the control API takes."""

    redirect_uris = lines("redirect_uris", N_("One a line, such as http://localhost:8080/callback"))
    client_name = line("client_name")
    client_id = line("client_id")
    client_secret = line("client_secret")
    token_endpoint_auth_method = choice("token_endpoint_auth_method", *AUTH_METHODS, empty=_LEFT_OUT)
    post_logout_redirect_uris = lines("post_logout_redirect_uris")
    backchannel_logout_uri = line("backchannel_logout_uri")
    scope = line("scope")
    default_acr_values = line("default_acr_values")
    jwks_uri = line("jwks_uri")
    id_token_signed_response_alg = choice("id_token_signed_response_alg", *SIGNING_ALGS, empty=_LEFT_OUT)
    require_auth_time = choice("require_auth_time", "true", empty=_LEFT_OUT)
