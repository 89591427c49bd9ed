"""Faults: what can go wrong on demand, and what is armed."""

from typing import Annotated

from pydantic import Field

from eulogin_harness.documents.common import Answer, Body, Email

MOST_TIMES = 1_000_000


class FaultBody(Body):
    """How a fault is armed."""

    times: Annotated[int, Field(ge=1, le=MOST_TIMES)] | None = 1
    """How often it strikes; null: until it is disarmed."""
    for_: Email | None = Field(None, alias="for")
    """E-mail address of the only person whom it hits; left out: it hits everybody."""


class ArmedFault(Answer):
    name: str
    left: int | None
    """How often it still strikes; null: until it is disarmed."""
    person: str | None
    """The only person whom it hits."""
    known: bool = True
    """Whether there is such a person; false may be a mistyped address, or somebody who does not have an account yet."""


class FaultAnswer(Answer):
    name: str
    sentence: str
    """What happens when it strikes."""
    armed: list[ArmedFault]
