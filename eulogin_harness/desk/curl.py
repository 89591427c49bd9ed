"""The control API's calls, written out for a terminal."""

import json
import shlex
from pathlib import Path

from mock_world import World
from mock_world.web.cookies import is_secure


def curl(world: World, method: str, path: str, body: object = None, media_type: str = "") -> str:
    """A curl line that does `method path` with a JSON body in this world; with TLS it trusts the downloaded /ca.pem.

    body: what is sent as JSON, or the file that holds it. media_type: of a file that is no JSON.
    """
    url = shlex.quote(world.addresses.public("desk", path))
    sent = shlex.quote(f"@{body}" if isinstance(body, Path) else json.dumps(body, ensure_ascii=False))
    as_file = f" --data-binary {sent} -H 'Content-Type: {media_type}'"
    sends = as_file if media_type else f" --json {sent}" if body is not None else ""
    other = f" -X {method}" if method not in {"GET", "POST"} else ""
    trusts = " --cacert ca.pem" if world.authority and is_secure("desk", world) else ""
    return f"curl{trusts}{other}{sends} {url}"
