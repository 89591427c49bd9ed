"""What happened in a world: mails, pictures with a code, and the journal."""

from datetime import datetime
from typing import Any, Literal, cast

from pydantic import ConfigDict, Field, GetJsonSchemaHandler, SerializerFunctionWrapHandler, model_serializer
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from eulogin_harness.documents.common import Answer, Body, Id, Wait

Folder = Literal["inbox", "spam"]


class MailQuery(Body):
    to: str | None = None
    """E-mail address of the receiver."""
    subject: str | None = None
    """A part of the subject."""
    folder: Folder | None = None
    """Left out: mails of both folders."""
    after: Id = 0
    """Id of a mail: only later ones."""
    wait: Wait | None = None


class MailLink(Answer):
    text: str
    url: str


class Mail(Answer):
    id: int
    to: str
    sender: str
    subject: str
    sent_at: datetime
    arrived_at: datetime
    """Behind `sent_at` by `mail.delay`, and by what a fault adds."""
    text: str
    html: str | None
    links: list[MailLink]
    codes: list[str]
    """Six digits each."""
    folder: Folder = "inbox"
    """Where the receiver finds it: `spam` by fault `mail.spam`, or with a header `X-Spam-Flag: YES`."""


class CaptchaQuery(Body):
    after: Id = 0
    """Id of a picture: only later ones."""
    wait: Wait | None = None


class Captcha(Answer):
    """The code of a picture that a page showed."""

    id: int
    """`captchaId` of the page."""
    code: str
    made_at: datetime
    used: bool
    """By a wrong try, or by a form that went through."""


class EventQuery(Body):
    after: Id = 0
    """Id of an event: only later ones."""
    for_: str | None = Field(None, alias="for")
    """E-mail address of the person; events under an address of before count too."""
    type: str | None = None
    correlation_id: str | None = None
    """Of one sign-in."""
    wait: Wait | None = None


OF_REFUSALS = ("expected", "got", "remedy")  # fields of an event that another one does not have


class Event(Answer):
    """One line of the journal. The type's own fields stand beside these; a refusal has the last three."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: int
    at: datetime
    actor: str
    type: str
    person: str | None
    request_id: str | None
    correlation_id: str | None
    """Of the sign-in that it belongs to: from the browser's first request to what was validated or redeemed."""
    sentence: str
    """What happened, with its values."""
    expected: str | None = None
    got: str | None = None
    remedy: str | None = None

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The fields, which the serializer would hide."""
        return handler(cast("CoreSchema", {name: part for name, part in schema.items() if name != "serialization"}))

    @model_serializer(mode="wrap")
    def _without_what_it_lacks(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        line: dict[str, Any] = serialise(self)
        lacks = {name for name in OF_REFUSALS if line[name] is None}
        return {name: value for name, value in line.items() if name not in lacks}
