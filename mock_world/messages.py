"""HTTP messages of sign-ins, as they came: the newest ones of a world.

They hold passwords, tickets and tokens. Whoever shows them masks those (`eulogin_harness.journey.masking`).
"""

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

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


class MessageStore(Protocol):
    """Where the newest messages of a world are: MOST at least."""

    def next_number(self) -> int: ...

    def add(self, message: HttpMessage) -> None: ...

    def all(self) -> list[HttpMessage]:
        """In no order."""

    def clear(self) -> None: ...


class MessagesInMemory:
    """For a world of one process."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._kept: deque[HttpMessage] = deque(maxlen=MOST)

    def next_number(self) -> int:
        return next(self._numbers)

    def add(self, message: HttpMessage) -> None:
        self._kept.append(message)

    def all(self) -> list[HttpMessage]:
        return list(self._kept)

    def clear(self) -> None:
        self._kept.clear()


class Messages:
    """The newest messages of a world's sign-ins. kept: where they are."""

    def __init__(self, now: Callable[[], datetime], kept: MessageStore | None = None) -> None:
        self._now = now
        self._kept = kept or MessagesInMemory()

    def begin(self) -> Beginning:
        """A request comes."""
        return Beginning(self._kept.next_number(), self._now())

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
        self._kept.add(
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
        return [message for message in self.all() if message.correlation_id == correlation_id]

    def all(self) -> list[HttpMessage]:
        """All that are kept, in their order."""
        return sorted(self._kept.all(), key=lambda message: message.number)

    def clear(self) -> None:
        self._kept.clear()


def own_user_agent() -> str:
    """What the current actor calls itself where it calls another server."""
    return f"{USER_AGENT}/{ACTOR.get()}"


def is_own_call(user_agent: str) -> bool:
    """Whether one of our actors calls, by what it calls itself."""
    return user_agent.startswith(f"{USER_AGENT}/")


def sender_of(user_agent: str, otherwise: str) -> str:
    """Who calls, by what it calls itself."""
    name, _, actor = user_agent.partition("/")
    return actor if name == USER_AGENT and actor in {"idp", "cpms", "phone"} else otherwise
