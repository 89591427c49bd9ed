"""What OpenID Connect keeps: clients, keys, authorization requests, grants and their tokens."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from mock_world.correlation import correlation_column
from mock_world.database import Base


class Client(Base):
    """A client application (relying party). metadata_: by the names of RFC 7591 and EU Login's own, without secrets.

    secret: empty for a client that has none. Kept as it is, since `client_secret_jwt` needs it.
    """

    __tablename__ = "idp_oidc_client"

    client_id: Mapped[str] = mapped_column(primary_key=True)
    secret: Mapped[str]
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata")
    made_at: Mapped[datetime]


class SigningKey(Base):
    """A key pair as private JWK, with `kid` in it. retired_at: since when it signs no more; it stays published."""

    __tablename__ = "idp_oidc_key"

    kid: Mapped[str] = mapped_column(primary_key=True)
    alg: Mapped[str]
    jwk: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class AuthorizationRequest(Base):
    """What a client sent the browser to `/authorize` with; kept until the person is signed in.

    parameters: as they came, checked. browser: the one that came. session: at EU Login when it came; empty for none.
    used_at: when it was answered. code: by which; empty where it was not, or the person gave up.
    """

    __tablename__ = "idp_oidc_request"

    id: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str]
    parameters: Mapped[dict[str, str]]
    browser: Mapped[str]
    session: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    code: Mapped[str]
    correlation_id: Mapped[str] = correlation_column()


class Grant(Base):
    """What a person let a client know, with the code that the client gets for it; all its tokens hang on it.

    code: used up at the token endpoint; used_at: when. ended_at: since when code and tokens are worth nothing (revoked,
    code used twice, refresh token used twice). sid: of the session at EU Login. strengths, auth_time: of the sign-in.
    sso: served from a session that was there before. parameters: of the authorization request. id: by chance, so that
    no grant ever comes by the tokens of one that was deleted.
    """

    __tablename__ = "idp_oidc_grant"

    id: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(index=True)
    uid: Mapped[str] = mapped_column(index=True)
    sid: Mapped[str] = mapped_column(index=True)
    parameters: Mapped[dict[str, str]]
    strengths: Mapped[list[str]]
    auth_time: Mapped[datetime]
    sso: Mapped[bool]
    code: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    correlation_id: Mapped[str] = correlation_column()


class Token(Base):
    """An access or refresh token. kind: `access` or `refresh`. used_at: when a refresh token was used up.

    value: what the client holds; where `as_jwt`, the `jti` of what it holds. uid: the grant's, for deleting a person.
    """

    __tablename__ = "idp_oidc_token"

    value: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    grant_id: Mapped[str] = mapped_column(index=True)
    uid: Mapped[str] = mapped_column(index=True)
    as_jwt: Mapped[bool]
    scope: Mapped[str]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
