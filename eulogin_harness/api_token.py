"""The token without which nobody listens beyond loopback; it imports little, as the pytest plugin asks too."""

import os


def token_for(host: str, option: str = "--host") -> str | None:
    """What desk and control API demand: EULOGIN_TOKEN, without which nobody listens beyond loopback.

    option: by which the host was given. Raises ValueError with a sentence.
    """
    from mock_world.domains import LOOPBACK

    token = os.environ.get("EULOGIN_TOKEN") or None
    if host.lower() not in LOOPBACK and token is None:
        raise ValueError(
            f"listening on {host} needs a token, since others can reach it: set EULOGIN_TOKEN, or leave {option} out"
        )
    return token
