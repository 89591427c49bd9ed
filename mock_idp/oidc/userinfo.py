"""UserInfo (OpenID Connect Core, 5.3): off by default, claims are in the ID token (facts, OpenID Connect)."""

from collections.abc import Mapping
from typing import Any

from mock_idp.accounts.people import find_account
from mock_idp.common import settings as s
from mock_idp.oidc.claims import claims_of
from mock_idp.oidc.clients import find_client
from mock_idp.oidc.refusals import OAuthRefusalKind
from mock_idp.oidc.tokens import find_access
from mock_world import World

OFF = OAuthRefusalKind(
    "userinfo.off",
    message="UserInfo is not available",
    expected="no call of UserInfo; EU Login has it off by default",
    remedy="read the claims of the ID token, or set oidc.userinfo on if your registration has it",
    status=404,
)
BEARER_TWICE = OAuthRefusalKind(
    "userinfo.two_tokens",
    message="The access token was sent in more than one way",
    expected="one access token, by one way",
    remedy="send it in Authorization: Bearer alone (RFC 6750, 2)",
)
WRONG_TOKEN = OAuthRefusalKind(
    "userinfo.wrong_token",
    message="The access token is missing, expired, revoked or malformed",
    expected="Authorization: Bearer with a living access token of this world",
    remedy="send the access token, not the ID token, within setting oidc.access_token_life",
    status=401,
    error="invalid_token",
)
NO_OPENID = OAuthRefusalKind(
    "userinfo.no_openid",
    message="The access token has not the scope openid",
    expected="an access token with scope openid",
    remedy="ask for scope openid at the authorization endpoint",
    status=403,
    error="insufficient_scope",
)


def userinfo(world: World, form: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
    """The claims of the person, by the token's scope. Raises Refusal (userinfo.*)."""
    if not world.settings[s.OIDC_USERINFO]:
        raise world.refuse(OFF, got="a call of UserInfo")
    value = _bearer(world, form, headers)
    token_and_grant = find_access(world, value) if value else None
    account = find_account(world, token_and_grant[1].uid) if token_and_grant else None
    client = find_client(world, token_and_grant[1].client_id) if token_and_grant else None
    if token_and_grant is None or account is None or client is None:
        raise world.refuse(WRONG_TOKEN, got="another token" if value else "no token")
    token, grant = token_and_grant
    if "openid" not in token.scope.split():
        raise world.refuse(NO_OPENID, got=token.scope or "no scope", person=account.email)
    return claims_of(world, account, grant, client, token.scope)


def _bearer(world: World, form: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """The access token of the request; empty where there is none."""
    kind, _, value = headers.get("Authorization", "").partition(" ")
    sent = value.strip() if kind.lower() == "bearer" else ""
    if sent and form.get("access_token"):
        raise world.refuse(BEARER_TWICE, got="Authorization and access_token")
    return sent or form.get("access_token", "")
