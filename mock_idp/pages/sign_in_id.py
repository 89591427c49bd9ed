"""The correlation id of a sign-in in a browser: begun by its first request, kept by its page session until it ends."""

import hashlib

from flask import g, session

from mock_idp.pages.complete_login import login_address
from mock_world.correlation import correlation_id, follow
from mock_world.web import current_world

_KEPT = "sign_ins"  # in the page session: ids by what the service asked for, the newest last
_MOST = 5  # sign-ins that go on side by side in one browser, in tabs of their own


def follow_sign_in() -> None:
    """Let what happens belong to the sign-in that this address continues, or begins."""
    known = session.get(_KEPT, {}).get(_key())
    follow(known) if known else current_world().begin_sign_in()


def keep_sign_in() -> None:
    """Remember the sign-in for its next request, unless it has ended with this one."""
    kept, key = session.get(_KEPT, {}), _key()
    if "sign_in_over" in g:
        kept = {other: known for other, known in kept.items() if other != key}
    elif kept.get(key) != correlation_id():
        kept = dict(
            [*((other, known) for other, known in kept.items() if other != key), (key, correlation_id())][-_MOST:]
        )
    if kept != session.get(_KEPT, {}):
        session[_KEPT] = kept


def _key() -> str:
    """What the service asked for, in few characters."""
    return hashlib.blake2b(login_address().encode(), digest_size=4).hexdigest()
