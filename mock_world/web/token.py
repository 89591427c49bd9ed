"""The token that all demand who act without signing in: desk, control API and phones."""

import hmac
from collections.abc import Callable, Collection

from flask import request
from werkzeug.exceptions import Unauthorized

from mock_world.i18n import N_

CHALLENGE = {"WWW-Authenticate": 'Basic realm="eulogin-harness", charset="UTF-8"'}
TOKEN_NEEDED = (
    N_("A token is needed here"),
    N_("Enter the token of EULOGIN_TOKEN as password; any user name will do."),
)


class TokenNeeded(Unauthorized):
    """The request came without the token."""


def demand(token: str | None, open_paths: Collection[str] = ()) -> Callable[[], None]:
    """What looks at each request of an app but those to `open_paths`. It raises TokenNeeded."""

    def check() -> None:
        if token is not None and request.path not in open_paths and not _has(token):
            raise TokenNeeded

    return check


def _has(token: str) -> bool:
    given = request.authorization
    if given is None:
        return False
    text = (given.password if given.type == "basic" else given.token) or ""
    return given.type in {"basic", "bearer"} and hmac.compare_digest(text.encode(), token.encode())
