"""What was done, as data: on a page, and in the world behind the pages."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from eulogin_harness.documents.common import Actor
from eulogin_harness.documents.people import Persona

Cause = Literal["opened", "reloaded", "went_back", "went_forward", "followed", "changed"]


class Field(BaseModel):
    """A field of a form that was sent. text: of the chosen option. changed: it differs from how the page came."""

    model_config = ConfigDict(frozen=True)

    name: str
    label: str = ""
    kind: str = "text"
    value: str = ""
    text: str = ""
    checked: bool = False
    changed: bool = True


class Action(BaseModel):
    """What a person did on a page of a window, or what a window shows now.

    kind: a page is `shown`, a form is `sent`, a link or button `clicked`, a page `left` for the next one by what is
    on it. cause: why a page is shown: by the buttons of the browser, since the page before led there (`followed`), or
    since it `changed` without being left. path: of the address that was opened, below that of its actor. index, count:
    which of how many of that role and name was pressed.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["shown", "sent", "clicked", "left"]
    actor: Actor
    page: str
    state: str = "ready"
    window: int = 0
    url: str = ""
    cause: Cause = "followed"
    path: str = ""
    phone: str = ""
    initial: bool = False
    """The recorder opened the window with it."""
    heading: str = ""
    alert: str = ""
    role: str = "button"
    name: str = ""
    index: int = 0
    count: int = 1
    fields: tuple[Field, ...] = ()

    def field(self, name: str) -> Field | None:
        """The field of that name; of radio buttons the chosen one."""
        named = [field for field in self.fields if field.name == name]
        return next((field for field in named if field.kind != "radio" or field.checked), None)

    def value(self, name: str) -> str:
        """What was filled in; empty where there is no such field."""
        field = self.field(name)
        return field.value if field else ""


@dataclass(frozen=True)
class MailFollowed:
    """The link of a mail was followed in a window. earlier: ids of older mails with the same receiver and subject."""

    window: int
    mail_id: int
    to: str
    subject: str
    link: str
    earlier: tuple[int, ...] = ()


@dataclass(frozen=True)
class PersonMade:
    """A person was made in the control room, or by the control API."""

    person: Persona


@dataclass(frozen=True)
class PersonRegistered:
    """A person signed up and got a user id, which is another one each time."""

    email: str
    uid: str


@dataclass(frozen=True)
class ClockMoved:
    """World time went forward by so many seconds; frozen: it stands still from now on, or runs; None is as before."""

    seconds: int
    frozen: bool | None


@dataclass(frozen=True)
class FaultChanged:
    """A fault was armed with these options, or (None) disarmed."""

    name: str
    options: tuple[tuple[str, str | float | None], ...] | None


@dataclass(frozen=True)
class RequestDecided:
    """An access request was decided in the control room, or by the control API."""

    person: str
    network: str
    decision: str  # approve, reject or ask
    reason: str


@dataclass(frozen=True)
class Ended:
    """The recording is over. requests: the newest of each person and network, as (e-mail address, network, state)."""

    requests: tuple[tuple[str, str, str], ...]


Entry = Action | MailFollowed | PersonMade | PersonRegistered | ClockMoved | FaultChanged | RequestDecided | Ended
