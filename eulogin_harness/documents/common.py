"""What all documents of the control API have in common."""

from datetime import datetime, timedelta
from typing import Annotated, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

T = TypeVar("T")

LONGEST_WAIT = 60  # seconds of real time


def _iso(value: object) -> object:
    if not isinstance(value, str | datetime | timedelta):
        raise ValueError("write it in ISO 8601, as text")  # noqa: TRY004 - pydantic turns ValueError into 422
    return value


def _iso_duration(value: object) -> object:
    if isinstance(value, str) and not value.lstrip("+-").startswith("P"):
        raise ValueError("write a duration in ISO 8601, such as PT4M59S")
    return _iso(value)


Moment = Annotated[AwareDatetime, BeforeValidator(_iso)]
Duration = Annotated[timedelta, BeforeValidator(_iso_duration)]
Wait = Annotated[float, Field(ge=0, le=LONGEST_WAIT, description="Seconds of real time to wait for it.")]


class Body(BaseModel):
    """What comes in: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, use_attribute_docstrings=True)


class Answer(BaseModel):
    """What goes out. A client of another version ignores what it does not know."""

    model_config = ConfigDict(frozen=True, from_attributes=True, use_attribute_docstrings=True)


class Items(Answer, Generic[T]):
    """Every list."""

    items: list[T]


class ProblemDocument(Answer):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    """What was expected, what came."""
    instructions: str
    """What to do."""
    expected: str
    got: str
