"""What a cookie is by its name, for those who look at a browser."""

import re

from mock_world.addresses import ACTORS

REAL_NAMES = {"": "__Secure-ECAS_SESSIONID", "sso": "__Secure-CASTGC"}  # facts, sign-in pages; browsers want TLS


def purpose_of(name: str, world_name: str) -> tuple[str, str] | None:
    """Actor and purpose of a cookie of the world of that name; None where it is another's."""
    for purpose, real in REAL_NAMES.items():
        if name == real:
            return "idp", purpose
    match = re.fullmatch(rf"eulogin_({'|'.join(ACTORS)})_{re.escape(world_name)}(?:_(\w+))?", name)
    return (match[1], match[2] or "") if match else None
