"""Whom a browser makes WebAuthn credentials for, and what EU Login and the app have in common in asking for them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mock_world.addresses import USUAL_PORTS, base_of
from mock_world.refusal import Refusal, RefusalKind

if TYPE_CHECKING:
    from mock_world.world import World

GIVEN_UP = ("NotAllowedError", "AbortError")  # what browsers say for "cancelled", "not in time" and "not recognised"
LONGEST_ANSWER = 64 * 1024  # characters; real ones have up to some thousand
_LONGEST_PROBLEM = 40  # characters of the name of an exception in the browser


class WrongAnswerError(Exception):
    """What the browser answered is no verified answer; says what is wrong with it."""


@dataclass(frozen=True)
class RelyingParty:
    """Whom keys are registered for: the host name, and the one origin that may ask them."""

    id: str
    origin: str


def origin_of(address: str) -> str:
    """The origin of an address of the web, as browsers write it; empty where it is none."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if host is None or parts.scheme not in USUAL_PORTS:
        return ""
    return base_of(parts.scheme, host, USUAL_PORTS[parts.scheme] if port is None else port)


def party_of(world: "World", actor: str) -> RelyingParty:
    """From the actor's public address; worlds share it, since it has no path."""
    address = world.addresses.public(actor)
    return RelyingParty(urlsplit(address).hostname or "", origin_of(address))


def milliseconds_left(world: "World", expires_at: datetime) -> int:
    """For the browser, which gives up by itself; browsers shorten what is too long for them."""
    return max(0, int((expires_at - world.clock.now()).total_seconds() * 1000))


@contextmanager
def judging() -> Iterator[None]:
    """Whatever a strange answer breaks, it is a wrong one. Raises WrongAnswerError."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - that is its meaning
        raise WrongAnswerError(str(error)[:120]) from None


def no_answer(
    world: "World",
    party: RelyingParty,
    problem: str,
    person: str | None,
    *,
    known: Mapping[str, RefusalKind],
    otherwise: RefusalKind,
) -> Refusal:
    """The browser has no answer. problem: the name of its exception, which `known` may know."""
    problem = problem[:_LONGEST_PROBLEM]
    kind = known.get(problem, otherwise)
    return world.refuse(kind, got=problem, person=person, origin=party.origin, problem=problem)
