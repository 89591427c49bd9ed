"""The token without which nobody listens beyond loopback; it imports little, as the pytest plugin asks too."""

import os
from typing import Any

SHORTEST = 12  # characters of a token beyond loopback


def token_for(host: str, option: str = "--host") -> str | None:
    """What desk, control API and phones demand: EULOGIN_TOKEN, without which nobody listens beyond loopback.

    option: by which the host was given. Raises ValueError with a sentence.
    """
    from mock_world.domains import LOOPBACK

    token = os.environ.get("EULOGIN_TOKEN", "").strip()
    if host.lower() not in LOOPBACK and len(token) < SHORTEST:
        raise ValueError(
            f"listening on {host} needs a token, since others can reach it: set EULOGIN_TOKEN to at least {SHORTEST} "
            f"characters, or leave {option} out"
        )
    return token or None


def credentials() -> dict[str, Any]:
    """Options of a browser's context by which it answers where EULOGIN_TOKEN is demanded."""
    token = os.environ.get("EULOGIN_TOKEN", "").strip()
    return {"http_credentials": {"username": "eulogin", "password": token}} if token else {}
