"""What a file of a prepared world says; docs/reference/problems-on-demand.md tells how to write an own one."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from eulogin_harness.documents.clients import ClientBody
from eulogin_harness.documents.common import Actor, Body, Duration, Line, LongLine, Moment, Seed, Strength, Text
from eulogin_harness.documents.faults import FaultBody
from eulogin_harness.documents.people import PersonaChange, PersonaFields
from eulogin_harness.documents.phones import PhoneChange
from eulogin_harness.documents.worlds import Profile

Group = Literal["onboarding", "stage", "cas", "openid", "both", "own"]
GROUPS: tuple[Group, ...] = get_args(Group)
Handle = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
Parameters = dict[Line, LongLine]
BEGINNING = datetime(2026, 11, 30, 8, tzinfo=UTC)  # a Monday, 9:00 in Brussels: helpdesks work


class PreparedPerson(PersonaFields):
    """A person: fields as in `POST /api/personas`, and the id of the phone."""

    phone_id: Line | None = None


class PreparedFault(FaultBody):
    """A fault that is armed before anything else: fields as in `POST /api/faults/{name}`, and its name."""

    name: Line


class Failures(Body):
    """Wrong ones in a row."""

    person: Handle
    times: Annotated[int, Field(ge=1, le=100)] = 1


class ChangedPerson(PersonaChange):
    """A person who is changed: fields as in `PATCH /api/personas/{id}`."""

    person: Handle


class SwitchedPhone(PhoneChange):
    """Switches of a person's phone: fields as in `PATCH /api/phones/{id}`."""

    person: Handle


class Call(Body):
    """A request to EU Login. `get` or `post`: the path; values may hold `{names}` of earlier answers."""

    get: LongLine = ""
    post: LongLine = ""
    query: Parameters = Field(default_factory=dict)
    form: Parameters = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_path(self) -> Self:
        if bool(self.get) == bool(self.post):
            raise ValueError("give the path either as get or as post")
        if not self.path.startswith("/"):
            raise ValueError("begin the path with a slash, such as /cas/login")
        return self

    @property
    def path(self) -> str:
        return self.get or self.post

    @property
    def method(self) -> str:
        return "POST" if self.post else "GET"


class BrowserCall(Call):
    """A request of a browser in which a person is signed in; by which strength, the best one where none is named."""

    person: Handle
    strength: Strength | None = None


class ServerCall(Call):
    """A request of the application itself, on the back channel. basic: `name:secret`; bearer: an access token."""

    basic: Line = ""
    bearer: LongLine = ""


class Step(Body):
    """One thing that happened before: exactly one of these."""

    advance: Duration | None = None
    """World time went on by so much."""
    lost_password: Handle | None = None
    """The person asked for a new password: a mail was sent."""
    wrong_password: Failures | None = None
    """The person (`person`) typed a wrong password, `times` times."""
    wrong_pin: Failures | None = None
    """The person (`person`) typed a wrong PIN in the app, `times` times."""
    panic: Handle | None = None
    """The person deleted all devices and keys (PANIC)."""
    uninstall: Handle | None = None
    """The app was removed from the person's phone, or the phone was lost."""
    switch: SwitchedPhone | None = None
    """Switches of the phone of `person` were changed: fields as in `PATCH /api/phones/{id}`."""
    change: ChangedPerson | None = None
    """The account of `person` was changed: fields as in `PATCH /api/personas/{id}`."""
    client: ClientBody | None = None
    """An application was registered as OpenID Connect client: fields as in `POST /api/clients`."""
    browser: BrowserCall | None = None
    """The browser of `person`, signed in by `strength`, asked EU Login: `get` or `post`, `query`, `form`."""
    server: ServerCall | None = None
    """An application called EU Login: `get` or `post`, `query`, `form`, and `basic` (`name:secret`) or `bearer`."""
    handshake: Literal[True] | None = None
    """true: a client that does not trust the mock's authority began TLS with EU Login."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.model_fields_set) != 1 or self.deed[1] is None:
            raise ValueError(f"name exactly one of {', '.join(Step.model_fields)}")
        return self

    @property
    def deed(self) -> tuple[str, Any]:
        """Its name and value."""
        (name,) = self.model_fields_set
        return name, getattr(self, name)


class Opens(Body):
    """Where the problem shows."""

    actor: Actor
    """`desk`, `idp` (EU Login), `cpms` or `phone`."""
    path: LongLine
    """At the actor, such as `/cas/login`."""
    query: Parameters = Field(default_factory=dict)
    """Parameters of the address."""
    person: Handle | None = None
    """Who is signed in at EU Login before the page opens."""
    strength: Strength | None = None
    """How that person signed in; left out: the best way that the person has."""
    ticket: bool = False
    """The page is a service to which the person comes with a ticket, and EU Login knows nobody in this browser."""
    form: Parameters = Field(default_factory=dict)
    """What is sent to the page, by one that sends itself; only at EU Login."""

    @model_validator(mode="after")
    def _forms_are_of_eu_login(self) -> Self:
        if self.form and self.actor != "idp":
            raise ValueError("leave form out, or let it be sent at idp")
        if self.ticket and self.person is None:
            raise ValueError("name the person who comes with a ticket, or leave ticket out")
        return self

    @field_validator("path")
    @classmethod
    def _is_a_path(cls, path: str) -> str:
        if not path.startswith(("/", "{")) or path.startswith("//"):
            raise ValueError("begin with one slash, such as /cas/login")
        return path


class PreparedWorld(Body):
    """A prepared world. The same file with the same seed gives the same journal."""

    title: Line
    """The problem, in a few words."""
    group: Group = "own"
    """Of those that come with the mock; leave it out."""
    rank: int | None = None
    """Place in the group."""
    reproduce: Text = ""
    """How to make it happen by hand."""
    seen: Text = ""
    """What the person sees."""
    way_out: Text = ""
    """What the person can do."""
    limit: Text = ""
    """What of the real problem the mock does not show."""
    now: Moment | None = BEGINNING
    """World time at the beginning; null: real time."""
    frozen: bool = False
    """World time stands still afterwards too."""
    seed: Seed | None = 1
    """null: secrets of the operating system, other ones each time."""
    profile: Profile | None = None
    """`guide` or `today`; left out: that of the process."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """As in `POST /api/worlds`."""
    tls: bool = False
    """It shows only where the mock speaks https: `serve --world` switches that on."""
    faults: list[PreparedFault] = Field(default_factory=list)
    """Armed before anything else: `name`, and what `POST /api/faults/{name}` takes."""
    people: dict[Handle, PreparedPerson] = Field(default_factory=dict)
    """By a name that steps and `opens` use: fields as in `POST /api/personas`, and `phone_id`."""
    steps: list[Step] = Field(default_factory=list)
    """What happened before."""
    opens: Opens | None = None
    """Where the problem shows; left out: in the control room."""
