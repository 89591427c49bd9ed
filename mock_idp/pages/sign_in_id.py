"""The correlation id of a sign-in in a browser: begun by its first request, kept by its page session until it ends."""

from zlib import crc32

from flask import g, request, session

from mock_idp.pages.browser import signed_in, sso_cookie
from mock_idp.pages.complete_login import STEPS
from mock_world.correlation import correlation_id, follow
from mock_world.web import current_world

_KEPT = "sign_ins"  # in the page session: what a service asked for and the sign-in's id, in turn, the newest last
_MOST = 5  # sign-ins that go on side by side in one browser, in tabs of their own


def follow_sign_in() -> str:
    """Let what happens belong to the sign-in that this address continues, or begins; returns a key for keep_sign_in."""
    asked_for = [item for item in request.args.items(multi=True) if item[0] not in STEPS]
    key = f"{crc32(repr(asked_for).encode(errors='replace')):x}"
    known = _sign_ins().get(key)
    if known and not _is_over(known):
        follow(known)
    else:
        current_world().begin_sign_in()
    return key


def _sign_ins() -> dict[str, str]:
    parts = str(session.get(_KEPT, "")).split()
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _is_over(known: str) -> bool:
    """Whether a sign-in has made the session of this browser and reached its service, or that session is gone."""
    if not sso_cookie():
        return False
    user = signed_in()
    return user is None or (user.session.correlation_id == known and user.session.fresh_for is None)


def keep_sign_in(key: str) -> None:
    """Remember the sign-in for its next request.

    One that ends with this request is forgotten; where it made the session, that says so, and spares a cookie.
    """
    kept, is_over = _sign_ins(), "sign_in_over" in g
    known = kept.pop(key, None)
    if is_over and (known is None or "session_begun" in g):
        return
    if not is_over:
        if known == correlation_id():
            return
        kept[key] = correlation_id()
    session[_KEPT] = " ".join(part for item in list(kept.items())[-_MOST:] for part in item)
