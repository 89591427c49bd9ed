"""Calls from server to server: to harmless places only, without redirects, with a time-out."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from mock_world import settings as s
from mock_world.addresses import ACTORS
from mock_world.domains import is_harmless_url
from mock_world.i18n import N_
from mock_world.refusal import RefusalKind

if TYPE_CHECKING:
    from mock_world.world import World

TIMEOUT = 10.0  # seconds

TARGET_REFUSED = RefusalKind(
    "call.target_refused",
    message=N_("The mock does not call {host}."),
    expected="an address on loopback, on a reserved domain, or of setting allowed_targets",
    remedy="add the host to setting allowed_targets if it is yours",
    status=403,
)


def may_call(world: "World", url: str) -> bool:
    """Whether the mock may call `url` (contract, "Calls out")."""
    origin = urlsplit(url)[:2]
    own = any(urlsplit(world.addresses.internal(actor))[:2] == origin for actor in ACTORS)
    allowed = world.settings[s.ALLOWED_TARGETS]
    return own or is_harmless_url(url, allowed)


def call(
    world: "World",
    method: str,
    url: str,
    *,
    json: object = None,
    body: bytes | None = None,
    form: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    seconds: float = TIMEOUT,
) -> requests.Response:
    """Call another server, holding no transaction. Raises Refusal (call.target_refused), RequestException.

    body: bytes sent as they are, where a signature covers them; form: sent form-encoded; else `json`.
    """
    world.database.must_not_hold()
    if not may_call(world, url):
        host = urlsplit(url).netloc or "that address"  # the rest may hold a ticket
        raise world.refuse(TARGET_REFUSED, got=host, host=host)
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the machine must not stand between our own actors
        return session.request(
            method, url, json=json, data=form or body, headers=headers, timeout=seconds, allow_redirects=False
        )
