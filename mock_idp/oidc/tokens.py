"""Codes and tokens: issued, used up, found, ended (RFC 6749; lives: facts, OpenID Connect)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from mock_idp.accounts.model import Account
from mock_idp.common import settings as s
from mock_idp.oidc import refusals as no
from mock_idp.oidc.acr import ACR, acr_of
from mock_idp.oidc.claims import issuer, known_claims
from mock_idp.oidc.clients import metadata_of, name_of
from mock_idp.oidc.grants import revoke_grant
from mock_idp.oidc.keys import alg_of_id_tokens, read_own
from mock_idp.oidc.model import Client, Grant, Token
from mock_idp.signin.redirect_loops import end_round
from mock_world import Refusal, World
from mock_world.clock import real_now
from mock_world.correlation import follow
from mock_world.events import EventType

ISSUED = EventType(
    "token.issued",
    "{client} got tokens for {person} by {by}. Its ID token: iss {iss}, aud {aud}, acr {acr} (asked for: {acr_asked}), "
    "scope {scope} with claims {claims}, {nonce}, signed by {alg}[; {userinfo}][; its times are {ahead} seconds ahead "
    "of real time, behind it where that is negative: setting protocol_time].",
    logged=("client", "aud", "acr", "acr_asked", "scope", "claims", "nonce", "alg", "ahead"),
)
ACCESS, REFRESH = "access", "refresh"
_NO_NONCE = "no nonce, since /authorize was sent none"
_NO_USERINFO = "all claims are in it, since UserInfo is off"


@dataclass(frozen=True)
class Issued:
    """What a client gets. refresh: None where it is not registered for that grant. renewed: by a refresh token."""

    client: Client
    account: Account
    grant: Grant
    access: Token
    refresh: Token | None
    renewed: bool


def follow_grant(world: World, form: Mapping[str, str]) -> None:
    """Let what is refused from now on belong to the sign-in of the code or refresh token in a form."""
    with world.database.session() as db:
        token = db.get(Token, form.get("refresh_token", ""))
        named = Grant.id == token.grant_id if token is not None else Grant.code == form.get("code", "")
        _account(world, db.scalar(select(Grant).where(named)))


def redeem_code(world: World, client: Client, form: Mapping[str, str]) -> Issued:
    """Tokens for a code, once; the second time ends what the first one got. Raises Refusal (token.*)."""
    code = form.get("code", "")
    if not code:
        raise world.refuse(no.MISSING, got="no code", name="code")
    with world.database.session() as db:
        grant = db.scalar(select(Grant).where(Grant.code == code))
        account = _account(world, grant)
        problem = _problem_of_code(world, client, grant, form)
        if problem is None and grant is not None and account is not None:
            grant.used_at = world.clock.now()
            end_round(world, grant.sid, grant.parameters["redirect_uri"], account.email, codes=True)
            return _issue(world, client, account, grant, grant.parameters["scope"], renewed=False)
    raise problem or world.refuse(no.CODE_UNKNOWN, got="the code of an account that is gone or disabled")


def _account(world: World, grant: Grant | None) -> Account | None:
    """The account of a grant, while there is one that is not disabled. What follows belongs to the grant's sign-in."""
    if grant is None:
        return None
    with world.database.session() as db:
        account = db.get(Account, grant.uid)
        client = db.get(Client, grant.client_id)
    follow(
        grant.correlation_id,
        person=account.email if account else None,
        client=name_of(client) if client else grant.client_id,
    )
    return None if account is None or account.disabled else account


def _problem_of_code(world: World, client: Client, grant: Grant | None, form: Mapping[str, str]) -> Refusal | None:
    """What is wrong with a code; one that comes twice ends its grant on the way."""
    if grant is None or grant.client_id != client.client_id:
        got = "an unknown code" if grant is None else "the code of another client"
        return world.refuse(no.CODE_UNKNOWN, got=got)
    if grant.used_at is not None:
        revoke_grant(world, grant.id)
        return world.refuse(no.CODE_USED, got="a code that was used before")
    if grant.ended_at is not None:
        return world.refuse(no.CODE_ENDED, got="a code that ended with the password, factors or account")
    if world.clock.now() - grant.made_at >= (life := world.settings[s.OIDC_CODE_LIFE]):
        return world.refuse(no.CODE_EXPIRED, got="a code that is too old", seconds=int(life.total_seconds()))
    if form.get("redirect_uri", "") != grant.parameters["redirect_uri"]:
        got = form.get("redirect_uri", "").partition("?")[0][:200] or "no redirect_uri"
        return world.refuse(no.REDIRECT_DIFFERS, got=got, sent=grant.parameters["redirect_uri"])
    return _problem_of_verifier(world, grant.parameters["code_challenge"], form.get("code_verifier", ""))


def _problem_of_verifier(world: World, challenge: str, verifier: str) -> Refusal | None:
    """What is wrong with a verifier of PKCE, by S256 (RFC 7636, 4.6)."""
    if not challenge and not verifier:
        return None
    if not verifier:
        return world.refuse(no.VERIFIER_MISSING, got="no code_verifier")
    if not challenge:
        return world.refuse(no.VERIFIER_UNASKED, got="a code_verifier")
    made = challenge_of(verifier)
    fits = hmac.compare_digest(made, challenge)
    return None if fits else world.refuse(no.VERIFIER_WRONG, got="another code_verifier")


def challenge_of(verifier: str) -> str:
    """The PKCE challenge of a verifier (RFC 7636, S256)."""
    digest = hashlib.sha256(verifier.encode(errors="replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def redeem_refresh(world: World, client: Client, form: Mapping[str, str]) -> Issued:
    """New tokens for a refresh token, once; the second time ends the grant. Raises Refusal (token.*)."""
    value = form.get("refresh_token", "")
    if not value:
        raise world.refuse(no.MISSING, got="no refresh_token", name="refresh_token")
    if "refresh_token" not in metadata_of(client).grant_types:
        raise world.refuse(no.NOT_FOR_CLIENT, got="a client without refresh_token in grant_types")
    with world.database.session() as db:
        token = db.get(Token, value)
        grant = db.get(Grant, token.grant_id) if token is not None and token.kind == REFRESH else None
        account = _account(world, grant)
        problem = _problem_of_refresh(world, client, token, grant)
        if problem is None and token is not None:
            problem = _problem_of_scope(world, token, form.get("scope", ""))
        if problem is None and token is not None and grant is not None and account is not None:
            token.used_at = world.clock.now()
            scope = _narrowed(token, form.get("scope", ""))
            return _issue(world, client, account, grant, scope, renewed=True)
    raise problem or world.refuse(no.REFRESH_UNKNOWN, got="a token of an account that is gone or disabled")


def _problem_of_refresh(world: World, client: Client, token: Token | None, grant: Grant | None) -> Refusal | None:
    if token is None or grant is None or grant.client_id != client.client_id:
        got = "the refresh token of another client" if grant is not None else "an unknown refresh token"
        return world.refuse(no.REFRESH_UNKNOWN, got=got)
    if token.used_at is not None:
        revoke_grant(world, grant.id)
        return world.refuse(no.REFRESH_USED, got="a refresh token that was used before")
    if grant.ended_at is not None or token.revoked_at is not None:
        return world.refuse(no.REFRESH_ENDED, got="a refresh token that was revoked, or ended with what it hung on")
    if world.clock.now() >= token.expires_at:
        seconds = int(world.settings[s.OIDC_REFRESH_TOKEN_LIFE].total_seconds())
        return world.refuse(no.REFRESH_EXPIRED, got="a refresh token that is too old", seconds=seconds)
    return None


def _problem_of_scope(world: World, token: Token, requested: str) -> Refusal | None:
    """A refusal where a refresh asks for more than was granted (RFC 6749, 6)."""
    if set(requested.split()) <= set(token.scope.split()):
        return None
    return world.refuse(no.SCOPE_WIDER, got=requested[:60], granted=token.scope)


def _narrowed(token: Token, requested: str) -> str:
    scopes = set(requested.split()) or set(token.scope.split())
    return " ".join(scope for scope in token.scope.split() if scope in scopes)


def _issue(world: World, client: Client, account: Account, grant: Grant, scope: str, *, renewed: bool) -> Issued:
    metadata = metadata_of(client)
    refreshes = "refresh_token" in metadata.grant_types
    as_jwt = metadata.jwt_access_token_signed_response_alg is not None
    access = _token(world, ACCESS, grant, scope, world.settings[s.OIDC_ACCESS_TOKEN_LIFE], as_jwt=as_jwt)
    refresh = _token(world, REFRESH, grant, scope, world.settings[s.OIDC_REFRESH_TOKEN_LIFE]) if refreshes else None
    world.journal.record(
        ISSUED,
        person=account.email,
        client=name_of(client),
        by="refresh_token" if renewed else "authorization_code",
        **_of_id_token(world, client, account, grant, scope, renewed=renewed),
        ahead=round((world.protocol_now() - real_now()).total_seconds()),
    )
    return Issued(client, account, grant, access, refresh, renewed)


def _of_id_token(
    world: World, client: Client, account: Account, grant: Grant, scope: str, *, renewed: bool
) -> dict[str, str]:
    """What a client compares its ID token with, as far as it is no secret."""
    if renewed:
        nonce = "no nonce, as in each that is refreshed"
    else:
        nonce = "the nonce that /authorize was sent" if grant.parameters.get("nonce") else _NO_NONCE
    return {
        "iss": issuer(world),
        "aud": client.client_id,
        "acr": acr_of(grant.strengths),
        "acr_asked": ACR.get(grant.parameters["level"], "none that is known"),
        "userinfo": "" if world.settings[s.OIDC_USERINFO] else _NO_USERINFO,
        "scope": scope,
        "claims": ", ".join(known_claims(world, account, grant, client, scope)),
        "nonce": nonce,
        "alg": alg_of_id_tokens(world, client),
    }


def _token(world: World, kind: str, grant: Grant, scope: str, life: timedelta, *, as_jwt: bool = False) -> Token:
    now = world.clock.now()
    token = Token(
        value=world.random.token(48),
        kind=kind,
        grant_id=grant.id,
        uid=grant.uid,
        as_jwt=as_jwt,
        scope=scope,
        issued_at=now,
        expires_at=now + life,
        used_at=None,
        revoked_at=None,
    )
    with world.database.session() as db:
        db.add(token)
    return token


def find_access(world: World, value: str) -> tuple[Token, Grant] | None:
    """A living access token, opaque or as JWT, with what it hangs on; None for every other value.

    The `jti` of one that was handed out as JWT is no token: APIs may log it.
    """
    as_jwt = "." in value
    if as_jwt:
        value = str((read_own(world, value) or {}).get("jti", ""))
    with world.database.session() as db:
        token = db.get(Token, value)
        grant = db.get(Grant, token.grant_id) if token is not None else None
    if token is None or grant is None or _account(world, grant) is None:
        return None
    if (token.kind, token.as_jwt) != (ACCESS, as_jwt):
        return None
    dead = token.revoked_at is not None or grant.ended_at is not None or world.clock.now() >= token.expires_at
    return None if dead else (token, grant)
