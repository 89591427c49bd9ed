"""What all documents of the control API have in common."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)

from mock_cpms.limits import LONGEST_TEXT
from mock_world.clock import EARLIEST, LATEST

T = TypeVar("T")

LONGEST_WAIT = 60  # seconds of real time
LARGEST = 2**63 - 1  # what the database can hold
_LONGEST = timedelta(days=3652)
_LONGEST_EMAIL = 254  # characters (RFC 5321)
_MOMENT, _DURATION = TypeAdapter(datetime), TypeAdapter(timedelta)


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or "-" not in value[1:]:  # else a number of seconds
        raise ValueError("write it in ISO 8601, as text")
    return _read(_MOMENT, value)


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise ValueError("write it in ISO 8601, as text")  # noqa: TRY004 - pydantic turns ValueError into 422
    if not value.lstrip("+-").startswith("P"):
        raise ValueError("write a duration in ISO 8601, such as PT4M59S")
    return _read(_DURATION, value)


def _in_days(value: timedelta) -> str:
    """As RFC 3339 writes durations: pydantic writes years of 365 days, which others count by the calendar."""
    text = str(_DURATION.dump_python(value, mode="json"))
    return re.sub(r"(\d+)Y(?:(\d+)D)?", lambda years: f"{int(years[1]) * 365 + int(years[2] or 0)}D", text)


def _read(adapter: TypeAdapter[T], text: str) -> T:
    try:
        return adapter.validate_python(text)
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"]) from None


def check_email(value: str) -> str:
    """An e-mail address in its outer form. Raises ValueError with a sentence."""
    if len(value) > _LONGEST_EMAIL or not re.fullmatch(r"[^\s@\x00-\x1f\x7f]+@[^\s@\x00-\x1f\x7f]+", value):
        raise ValueError(f"write one e-mail address of at most {_LONGEST_EMAIL} characters")
    return value


Actor = Literal["desk", "idp", "cpms", "phone"]
Strength = Literal["PASSWORD", "PASSWORD_MOBILE_APP", "PASSWORD_SOFTWARE_TOKEN", "MOBILE_APP", "PASSWORD_WEBAUTHN"]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment), Field(ge=EARLIEST, le=LATEST)]
Duration = Annotated[timedelta, BeforeValidator(_duration), Field(ge=-_LONGEST, le=_LONGEST)]
ShownDuration = Annotated[
    timedelta,
    PlainSerializer(_in_days, when_used="json"),
    WithJsonSchema({"type": "string", "format": "duration"}),
]
Since = Annotated[Duration, Field(ge=timedelta(0))]
Id = Annotated[int, Field(ge=0, le=LARGEST)]
Seed = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
Email = Annotated[str, AfterValidator(check_email)]
_ONE_LINE = r"^[^\x00-\x1f\x7f\uFFFE\uFFFF]*$"  # the last two stand in no XML, and answers of EU Login are XML
Line = Annotated[str, Field(max_length=100, pattern=_ONE_LINE)]
LongLine = Annotated[str, Field(max_length=1000, pattern=_ONE_LINE)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Wait = Annotated[float, Field(ge=0, le=LONGEST_WAIT, description="Seconds of real time to wait for it.")]


class Body(BaseModel):
    """What comes in: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Answer(BaseModel):
    """What goes out. A client of another version ignores what it does not know."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


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
