"""HTTP messages of sign-ins, as they came: the newest ones of a world, in memory.

They hold passwords, tickets and tokens. Whoever shows them masks those (`eulogin_harness.journey.masking`).
"""

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from mock_world.correlation import correlation_id
from mock_world.journal import ACTOR, REQUEST_ID

MOST = 1000  # that a world keeps
LARGEST = 16 * 1024  # bytes that are kept of a body
APPLICATION, BROWSER = "application", "browser"  # lanes beside those of the actors
USER_AGENT = "eulogin-harness"  # of our own actors' calls, with the actor's name behind it


class HttpMessage(NamedTuple):
    """A request of a sign-in with its answer.

    number: in the order of the requests. at: world time of the request. sender, receiver: actors (`idp`, `cpms`,
    `phone`), `browser` or `application`. fields: of a form, in their order. page: what the answer shows, with its
    state. location: where it leads. body: of an answer that is no page, cut at LARGEST.
    """

    number: int
    at: datetime
    correlation_id: str
    request_id: str | None
    sender: str
    receiver: str
    method: str
    url: str
    fields: Sequence[tuple[str, str]]
    status: int
    page: str
    location: str
    content_type: str
    body: bytes


class Beginning(NamedTuple):
    """That a request came, of which nobody knows yet whether it belongs to a sign-in."""

    number: int
    at: datetime


class Answer(NamedTuple):
    """What a form sent and what was answered, as in HttpMessage."""

    fields: Sequence[tuple[str, str]]
    status: int
    page: str
    location: str


NOTHING = Answer((), 0, "", "")


class Messages:
    """The newest messages of a world's sign-ins."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._numbers = itertools.count(1)
        self._kept: deque[HttpMessage] = deque(maxlen=MOST)

    def begin(self) -> Beginning:
        """A request comes."""
        return Beginning(next(self._numbers), self._now())

    def add(
        self,
        beginning: Beginning,
        *,
        sender: str,
        receiver: str,
        method: str,
        url: str,
        fields: Sequence[tuple[str, str]],
        status: int,
        location: str,
        content_type: str,
        body: bytes,
        page: str = "",
    ) -> None:
        """Keep a message of the current sign-in, whose answer is there."""
        self._kept.append(
            HttpMessage(
                beginning.number,
                beginning.at,
                correlation_id(),
                REQUEST_ID.get(),
                sender,
                receiver,
                method,
                url,
                fields,
                status,
                page,
                location,
                content_type,
                body[:LARGEST],
            )
        )

    def of(self, correlation_id: str) -> list[HttpMessage]:
        """The messages of one sign-in, in their order."""
        own = (message for message in list(self._kept) if message.correlation_id == correlation_id)
        return sorted(own, key=lambda message: message.number)

    def all(self) -> list[HttpMessage]:
        """All that are kept, in their order."""
        return sorted(self._kept, key=lambda message: message.number)

    def clear(self) -> None:
        self._kept.clear()


def own_user_agent() -> str:
    """What the current actor calls itself where it calls another server."""
    return f"{USER_AGENT}/{ACTOR.get()}"


def sender_of(user_agent: str, otherwise: str) -> str:
    """Who calls, by what it calls itself."""
    name, _, actor = user_agent.partition("/")
    return actor if name == USER_AGENT and actor in {"idp", "cpms", "phone"} else otherwise
