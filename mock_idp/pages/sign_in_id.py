"""The correlation id of a sign-in in a browser: begun by its first request, kept by its page session until it ends."""

from zlib import crc32

from flask import g, request, session

from mock_idp.signin.invalid_parameters import STEPS
from mock_world.correlation import correlation_id, follow
from mock_world.web import current_world

_KEPT = "sign_ins"  # in the page session: what a service asked for and the sign-in's id, in turn, the newest last
_MOST = 5  # sign-ins that go on side by side in one browser, in tabs of their own


def follow_sign_in() -> str:
    """Let what happens belong to the sign-in that this address continues, or begins; returns a key for keep_sign_in."""
    asked_for = [item for item in request.args.items(multi=True) if item[0] not in STEPS]
    key = f"{crc32(repr(asked_for).encode(errors='replace')):x}"
    known = _sign_ins().get(key)
    if known:
        follow(known)
    else:
        current_world().begin_sign_in()
    return key


def _sign_ins() -> dict[str, str]:
    parts = str(session.get(_KEPT, "")).split()
    return dict(zip(parts[::2], parts[1::2], strict=True))


def keep_sign_in(key: str) -> None:
    """Remember the sign-in for its next request; one that ends with this one is forgotten."""
    kept, is_over = _sign_ins(), "sign_in_over" in g
    known = kept.pop(key, None)
    if known == (None if is_over else correlation_id()):
        return
    if not is_over:
        kept[key] = correlation_id()
    session[_KEPT] = " ".join(part for item in list(kept.items())[-_MOST:] for part in item)
