"""Page sessions in signed cookies: a name for each actor and world; browsers share cookies between ports."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from mock_world.addresses import split
from mock_world.cookie_names import REAL_NAMES
from mock_world.server import WORLD_KEY

if TYPE_CHECKING:
    from mock_world.world import World

TOKEN = "csrf_token"  # noqa: S105 - where Flask-WTF keeps the token of forms
FIRST = "-first-"  # stands in the token of a session that a first page began, behind the mark of its world and actor


def is_secure(actor: str, world: "World") -> bool:
    """Whether browsers reach this actor by https."""
    return world.addresses.public(actor).startswith("https:")


def cookie_name(actor: str, world: "World", purpose: str = "") -> str:
    """`eulogin_<actor>_<world>`, with `_<purpose>` behind it; by https EU Login's real ones (contract, "Cookies")."""
    if actor == "idp" and purpose in REAL_NAMES and is_secure(actor, world):
        return REAL_NAMES[purpose]
    return f"eulogin_{actor}_{world.name}" + (f"_{purpose}" if purpose else "")


def sso_cookie_name(world: "World") -> str:
    """The cookie of a sign-in at EU Login."""
    return cookie_name("idp", world, "sso")


def cookie_path(world: "World") -> str:
    return world.prefix or "/"


def set_cookie(
    response: Response, actor: str, world: "World", purpose: str, value: str, *, max_age: int | None = None
) -> None:
    """Give the browser a cookie of `actor`, for `max_age` seconds or as long as it runs."""
    response.set_cookie(
        cookie_name(actor, world, purpose),
        value,
        max_age=max_age,
        path=cookie_path(world),
        secure=is_secure(actor, world),
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(response: Response, actor: str, world: "World", purpose: str) -> None:
    """Take it away again."""
    response.delete_cookie(
        cookie_name(actor, world, purpose),
        path=cookie_path(world),
        secure=is_secure(actor, world),
        httponly=True,
        samesite="Lax",
    )


def stored_cookie(world: "World", actor: str, purpose: str, value: str) -> dict[str, Any]:
    """A cookie of `actor` as Playwright keeps it in a storage state; it lasts until the browser ends."""
    return {
        "name": cookie_name(actor, world, purpose),
        "value": value,
        "domain": split(world.addresses.public(actor)).hostname,
        "path": cookie_path(world),
        "expires": -1,
        "httpOnly": True,
        "secure": is_secure(actor, world),
        "sameSite": "Lax",
    }


class _FirstSession(SecureCookieSession):
    """The session of a browser that came without one; its token says so (see forged.py)."""

    def __init__(self, mark: Callable[[], str]) -> None:
        super().__init__()
        self._mark = mark

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, f"{self._mark()}{FIRST}{value}" if name == TOKEN else value)


class WorldSessions(SecureCookieSessionInterface):
    """Signs with the world's own secret, so that a value made for another world is worth nothing."""

    def __init__(self, actor: str) -> None:
        self._actor = actor

    def _world(self) -> "World":
        from mock_world.web.context import current_world

        return current_world()

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002
        return cookie_name(self._actor, self._world())

    def get_cookie_path(self, app: Flask) -> str:  # noqa: ARG002
        return cookie_path(self._world())

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002
        return is_secure(self._actor, self._world())

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:  # noqa: ARG002
        world: World = request.environ[WORLD_KEY]
        value = request.cookies.get(cookie_name(self._actor, world))
        if not value:
            return self._first(world)
        try:
            return self.session_class(self._serializer(world).loads(value))
        except Exception:  # noqa: BLE001 - a cookie that is not ours is as good as none
            return self._first(world)

    def _first(self, world: "World") -> SecureCookieSession:
        return _FirstSession(lambda: hmac.new(world.secret.encode(), self._actor.encode(), "sha256").hexdigest()[:16])

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Each session has its token from the start, so that pages opened at once do not make several."""
        kept = cast("SecureCookieSession", session)
        if kept and kept.modified and TOKEN not in kept:
            kept[TOKEN] = secrets.token_hex(20)
        super().save_session(app, session, response)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:  # noqa: ARG002
        return self._serializer(self._world())

    def _serializer(self, world: "World") -> URLSafeTimedSerializer:
        return page_sessions(world.secret, self._actor, world.name)


def page_sessions(secret: str, actor: str, world_name: str) -> URLSafeTimedSerializer:
    """Reads and writes the values of an actor's page sessions, by the secret of their world."""
    return _signed_by(f"{secret}.{actor}.{world_name}")  # worlds of one seed have one secret


@lru_cache
def _signed_by(secret: str) -> URLSafeTimedSerializer:
    """Made once a secret: to make one takes longer than to use it. The secret is its alone, so it is the key."""
    options = {"key_derivation": "none", "digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(secret, serializer=SecureCookieSessionInterface.serializer, signer_kwargs=options)
