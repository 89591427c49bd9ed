"""What a client's registration may say: names of RFC 7591, OpenID Connect and EU Login (facts, OpenID Connect)."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

SigningAlg = Literal["PS512", "RS256", "ES256"]
AuthMethod = Literal["client_secret_basic", "client_secret_jwt", "private_key_jwt", "none"]
GrantType = Literal["authorization_code", "refresh_token"]
ResponseType = Literal["code"]
SIGNING_ALGS: tuple[SigningAlg, ...] = get_args(SigningAlg)
AUTH_METHODS: tuple[AuthMethod, ...] = get_args(AuthMethod)
GRANT_TYPES: tuple[GrantType, ...] = get_args(GrantType)
RESPONSE_TYPES: tuple[ResponseType, ...] = get_args(ResponseType)
SCOPES = ("openid", "email", "profile", "phone", "hr", "authentication_factors")
# Names whose values are mocked in part.
MOCKED: Mapping[str, tuple[str, ...]] = {
    "grant_types": GRANT_TYPES,
    "response_types": RESPONSE_TYPES,
    "scope": SCOPES,
    "subject_type": ("public",),
    "token_endpoint_auth_method": AUTH_METHODS,
    "id_token_signed_response_alg": SIGNING_ALGS,
    "jwt_access_token_signed_response_alg": SIGNING_ALGS,
}
WITH_SECRET: tuple[AuthMethod, ...] = ("client_secret_basic", "client_secret_jwt")
_SECRETS = frozenset({"client_secret", "jwks"})
LEAST_HMAC_SECRET = 32  # characters: the hash's length at least (RFC 7518, 3.2)


def _known_scopes(text: str) -> str:
    if unknown := set(text.split()) - set(SCOPES):
        raise ValueError(f"there is no scope {', '.join(sorted(unknown))[:80]}; take of {' '.join(SCOPES)}")
    return " ".join(dict.fromkeys(text.split()))


def _not_in_the_body(method: object) -> object:
    if method == "client_secret_post":
        raise ValueError("EU Login takes no secret in the body; take client_secret_basic")
    return method


def _keys(jwks: dict[str, Any] | None) -> dict[str, Any] | None:
    keys = jwks.get("keys") if jwks is not None else []
    if not isinstance(keys, list) or not all(isinstance(key, dict) and "kty" in key for key in keys):
        raise ValueError('write a set of public keys: {"keys": [{"kty": ...}]}')
    if any({"d", "k"} & key.keys() for key in keys):
        raise ValueError("write public keys only: one of these holds what only the client should know")
    return jwks


Words = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Address = Annotated[str, Field(max_length=2000)]
Scope = Annotated[str, AfterValidator(_known_scopes)]


class ClientMetadata(BaseModel):
    """What a client may do, and how. Addresses are checked by the world that registers it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_name: Words = ""
    """How pages and phone call it; empty is its host."""
    redirect_uris: list[Address] = Field(default_factory=list)
    """Compared letter by letter; http(s), or a scheme of its own such as `org.example.app:/back` of a native client."""
    post_logout_redirect_uris: list[Address] = Field(default_factory=list)
    grant_types: list[GrantType] = ["authorization_code"]
    response_types: list[ResponseType] = ["code"]
    scope: Scope = " ".join(SCOPES)
    """What it may ask for."""
    claims: list[Words] = Field(default_factory=list)
    """Claims that it gets besides those of its scopes; groups come only so."""
    subject_type: Literal["public"] = "public"
    application_type: Literal["web", "native"] = "web"
    client_type: Literal["confidential", "public"] | None = None
    """Left out: public where it is native or its method is none, else confidential."""
    token_endpoint_auth_method: Annotated[AuthMethod, BeforeValidator(_not_in_the_body)] | None = None
    """Left out: none of a public client, else client_secret_basic. No other method counts."""
    jwks: Annotated[dict[str, Any] | None, AfterValidator(_keys)] = None
    """Public keys of a client that signs by `private_key_jwt`."""
    jwks_uri: Address | None = None
    """Where these keys are, instead; read again at each request."""
    id_token_signed_response_alg: SigningAlg | None = None
    """Left out: setting `oidc.signing_alg`."""
    jwt_access_token_signed_response_alg: SigningAlg | None = None
    """Access tokens are JWT, signed so; left out: they are opaque."""
    jwt_access_token_explicit_type: Words = "at+jwt"  # noqa: S105 - no password
    """`typ` of such a JWT."""
    default_acr_values: list[Words] = Field(default_factory=list)
    default_max_age: Annotated[int, Field(ge=0)] | None = None
    """Seconds."""
    default_id_token_max_age: Annotated[int, Field(ge=1)] | None = None
    """Seconds. Changes nothing: ID tokens live as setting `oidc.id_token_life` says."""
    require_auth_time: bool = False
    backchannel_logout_uri: Address | None = None
    backchannel_logout_session_required: bool = False
    contacts: list[Words] = Field(default_factory=list)
    client_uri: Words | None = None
    logo_uri: Words | None = None
    policy_uri: Words | None = None
    tos_uri: Words | None = None
    software_id: Words | None = None
    software_version: Words | None = None

    @model_validator(mode="after")
    def _type_and_method(self) -> Self:
        """Fill in what was left out; who has no secret cannot prove one."""
        public = self.application_type == "native" or self.token_endpoint_auth_method == "none"  # noqa: S105
        kind = self.client_type or ("public" if public else "confidential")
        method = self.token_endpoint_auth_method or ("none" if kind == "public" else "client_secret_basic")
        if (kind == "public") != (method == "none"):
            raise ValueError("a client of type public, and no other, has token_endpoint_auth_method none")
        if method == "private_key_jwt" and (self.jwks is None) == (self.jwks_uri is None):
            raise ValueError("private_key_jwt needs either jwks or jwks_uri, with the client's public keys")
        object.__setattr__(self, "client_type", kind)
        object.__setattr__(self, "token_endpoint_auth_method", method)
        return self


class NewClient(ClientMetadata):
    """A client to be registered; id and secret are made up where they are left out."""

    client_id: Annotated[str, Field(max_length=255, pattern=r"^[A-Za-z0-9][A-Za-z0-9._~:@+=-]*$")] | None = None
    """Left out: 111 characters."""
    client_secret: Annotated[str, Field(min_length=1, max_length=512, pattern=r"^[\x20-\x7e]*$")] | None = None
    """Left out: made up, where the method needs one."""

    @model_validator(mode="after")
    def _secret_by_method(self) -> Self:
        method, secret = self.token_endpoint_auth_method, self.client_secret
        if secret is not None and method not in WITH_SECRET:
            raise ValueError(f"a client of token_endpoint_auth_method {method} has no client_secret")
        if secret is not None and method == "client_secret_jwt" and len(secret) < LEAST_HMAC_SECRET:
            raise ValueError(f"client_secret_jwt needs a client_secret of {LEAST_HMAC_SECRET} characters at least")
        return self


def sort_known(
    registration: Mapping[str, Any], names: Iterable[str] = tuple(MOCKED)
) -> tuple[dict[str, Any], list[tuple[str, str | None]]]:
    """What a registration says that is known here, and the rest: a name, and which of its values (None: all of it).

    names: of MOCKED, those of whose values only what is mocked is kept: of a list, or of the words of a text. A list
    may be empty then; a text without any is left out, as is null.
    """
    known = {
        name: value for name, value in registration.items() if name in NewClient.model_fields and value is not None
    }
    left: list[tuple[str, str | None]] = [(name, None) for name in registration if name not in NewClient.model_fields]
    for name in names:
        value = known.get(name)
        if not isinstance(value, str | list):
            continue
        words = value.split() if isinstance(value, str) else value
        good = [word for word in words if word in MOCKED[name]]
        left += [(name, str(word)) for word in words if word not in MOCKED[name]]
        if good or isinstance(value, list):
            known[name] = good if isinstance(value, list) else " ".join(good)
        else:
            del known[name]
    return known, left


def first_problem(error: ValidationError) -> str:
    """Field and sentence of what is wrong with a registration, without its secrets."""
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "as a whole"
    got = "" if not first["loc"] or _SECRETS & set(first["loc"]) else f"; got {first['input']!r}"[:80]
    return f"{where}: {first['msg'].removeprefix('Value error, ')}{got}"
