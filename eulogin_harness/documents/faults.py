"""Faults: what can go wrong on demand, and what is armed."""

from typing import Annotated

from pydantic import Field

from eulogin_harness.documents.common import Answer, Body, Email, Line, LongLine

MOST_TIMES = 1_000_000


class FaultBody(Body):
    """How a fault is armed; what it does not take is refused."""

    times: Annotated[int, Field(ge=1, le=MOST_TIMES)] | None = 1
    """How often it strikes; null: until it is disarmed."""
    for_: Email | None = Field(None, alias="for")
    """E-mail address of the only person whom it hits; left out: it hits everybody."""
    service: LongLine | None = None
    """Address of the only CAS application that it hits, or its beginning, matched as those of services are."""
    client_id: Line | None = None
    """The only OpenID Connect client that it hits."""
    seconds: float | None = None
    """How long it takes, where it takes time; left out: its own."""
    status: int | None = None
    """HTTP status of the answer, where it is an answer; left out: its own."""


class ArmedFault(Answer):
    name: str
    left: int | None
    """How often it still strikes; null: until it is disarmed."""
    person: str | None
    """The only person whom it hits."""
    service: str | None = None
    """The only CAS application that it hits, or the beginning of its address."""
    client_id: str | None = None
    """The only OpenID Connect client that it hits."""
    seconds: float | None = None
    status: int | None = None
    known: bool = True
    """Whether there is such a person; false may be a mistyped address, or somebody who does not have an account yet."""


class FaultParameter(Answer):
    """A number that a fault takes."""

    default: float
    least: float
    most: float
    what: str
    """Its meaning."""


class FaultAnswer(Answer):
    name: str
    sentence: str
    """What happens when it strikes."""
    takes: list[str]
    """What may be said when it is armed, beside `times`: `for`, `service`, `client_id`, `seconds`, `status`."""
    seconds: FaultParameter | None = None
    status: FaultParameter | None = None
    armed: list[ArmedFault]
