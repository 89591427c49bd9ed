"""The control API's calls, written out for a terminal."""

import json
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_world import World


def curl(world: "World", method: str, path: str, body: object = None) -> str:
    """A curl line that does `method path` with a JSON body in this world."""
    url = shlex.quote(world.addresses.public("desk", path))
    sends = f" --json {shlex.quote(json.dumps(body, ensure_ascii=False))}" if body is not None else ""
    other = f" -X {method}" if method not in {"GET", "POST"} else ""
    return f"curl{other}{sends} {url}"
