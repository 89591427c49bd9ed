"""Cookies of a bundle for the browser that goes on: named, signed and placed as in the world that replays it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from itsdangerous import BadSignature

from eulogin_harness.bundle.addresses import Moved
from eulogin_harness.bundle.model import Manifest
from mock_world import World
from mock_world.cookie_names import purpose_of
from mock_world.web.cookies import page_sessions, stored_cookie


def storage_state(world: World, manifest: Manifest, cookies: Mapping[str, str]) -> dict[str, Any]:
    """Cookies of a browser, by name, for Playwright's `new_context`; the world holds the state of the bundle."""
    return {"cookies": list(_cookies(world, manifest, cookies)), "origins": []}


def _cookies(world: World, manifest: Manifest, cookies: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    moved = Moved(manifest, world)
    for name, value in cookies.items():
        if known := purpose_of(name, manifest.world):
            actor, purpose = known
            held = value if purpose else _session(world, manifest, moved, actor, value)
            yield stored_cookie(world, actor, purpose, held)


def _session(world: World, manifest: Manifest, moved: Moved, actor: str, value: str) -> str:
    """A page session signed for another world; as it was where nobody can read it, which no page minds."""
    try:
        session = page_sessions(world.secret, actor, manifest.world).loads(value)
    except BadSignature:
        return value
    text = json.dumps(session)
    return str(page_sessions(world.secret, actor, world.name).dumps(json.loads(moved(text))))
