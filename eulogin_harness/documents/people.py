"""People at a stage of the onboarding, and their access requests."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from eulogin_harness.documents.common import Answer, Body, Email, Line, LongLine, Moment, Seed, Since, Strength, Text
from mock_idp.common import assurance

Stage = Literal[
    "invited",
    "registered",
    "device_added",
    "enrolled",
    "profile_complete",
    "access_requested",
    "access_approved",
    "access_rejected",
]
STAGES: tuple[Stage, ...] = get_args(Stage)
Origin = Literal["made", "signed_up"]
EmployeeType = Literal["f", "x", "e", "n", "r", "d", "i", "s", "c", "g", "j", "v", "q"]  # facts, validation answer
EMPLOYEE_TYPES: tuple[EmployeeType, ...] = get_args(EmployeeType)
RequestState = Literal["draft", "submitted", "info_requested", "approved", "rejected", "withdrawn", "expired"]
_OF_PROFILE = ("country", "hospital", "networks", "role")


def _assurance(value: str | int) -> str:
    text = str(value)
    name = assurance.NAMES.get(int(text), text) if text.isdecimal() else text.upper()
    if name not in assurance.LEVELS:
        raise ValueError(
            f"take one of {', '.join(sorted(assurance.LEVELS, key=assurance.LEVELS.__getitem__))}, or its number"
        )
    return name


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


# The real ones have at least 7 characters, as those that are made up have here; users of the official mock-up have 5.
Uid = Annotated[str, Field(pattern=r"^[a-z0-9]{5,64}$")]
_LEVEL_NAMES = {"type": "string", "enum": [*assurance.LEVELS]}  # other case is taken too
_LEVELS = {"anyOf": [_LEVEL_NAMES, {"type": "integer", "enum": [*assurance.NAMES]}]}
AssuranceLevel = Annotated[str | int, AfterValidator(_assurance), WithJsonSchema(_LEVELS)]
AttributeName = Annotated[Line, Field(min_length=1)]


class RegistrationLevelVersion(Body):
    """One `registrationLevelVersion` of EU Login's answer."""

    level: AttributeName
    value: Line


class StaffFields(Body):
    """What else EU Login may tell applications of somebody, mostly of staff; left out or empty: it tells nothing."""

    department_number: Line | None = None
    employee_number: Line | None = None
    domain_username: Line | None = None
    """User name within `domain`; left out: the unique identifier."""
    telephone_number: Line | None = None
    user_manager: LongLine | None = None
    """Who leads the person; the real one looks like an LDAP name (`uid=...,ou=...,dc=...`)."""
    time_zone: Line | None = None
    org_id: Line | None = None
    teleworking_priority: Line | None = None
    registration_level_versions: list[RegistrationLevelVersion] | None = None
    extended_attributes: dict[AttributeName, Annotated[list[LongLine], Field(min_length=1)]] | None = None
    """Values by the attribute's name."""


class PersonRequestBody(Body):
    """An access request that a person is to have. It stays as it is: the automatic helpdesk leaves it alone."""

    network: Line
    state: RequestState = "submitted"
    since: Since = timedelta(0)
    """How long ago it was submitted."""
    reason: Text = ""
    """Written with the last step: the comment of one that is submitted, none of a draft; a question and a rejection
    have an invented one."""
    guest_until: Moment | None = None
    """When access that is approved ends, in the future; of one that expired when it ended, not before `since`."""


class PersonaFields(StaffFields):
    """What may be said about a person; the rest is invented."""

    stage: Stage = "enrolled"
    uid: Uid | None = None
    """5 to 64 of a-z and 0-9; real ones have at least 7."""
    first_name: Line | None = None
    last_name: Line | None = None
    email: Email | None = None
    password: Line | None = None
    pin: Annotated[str, Field(pattern=r"^[0-9]{4}$")] | None = None
    language: Line = "en"
    domain: Line = "external"
    """`external` for people who registered themselves, `eu.europa.ec` for the Commission's staff."""
    employee_type: EmployeeType = "n"
    """As EU Login codes it: `f` employee, `x` intramuros external, `e` extramuros external, `n` self-registered, `r`
    retired, `d` beneficiary, `i` other institution, `s` trainee, `c` direct contract, `g` guest, `j` job, `v` virtual,
    `q` XF statutory link."""
    assurance_level: AssuranceLevel = "LOW"
    groups: list[Line] = Field(default_factory=list)
    notifications: bool = True
    """Mails report changes of the account."""
    always_two_factors: bool = False
    """Always require multi-factor authentication; needs a stage with a phone that is ready."""
    disabled: bool = False
    """Disabled by administrators."""
    country: Line | None = None
    hospital: Line | None = None
    """Left out: one of the directory, in the country where one is given."""
    networks: list[Line] | None = None
    """Networks ticked in the profile and asked for; left out: PaedCAN."""
    seed: Seed | None = None
    """The same seed invents the same person."""
    role: Line | None = None
    helpdesk_for: Annotated[list[Line], BeforeValidator(_as_list)] = Field(default_factory=list)
    """Networks, or one, whose helpdesk the person belongs to."""
    requests: list[PersonRequestBody] | None = None
    """Access requests, one a network, in place of those of the stage. `country`, `hospital`, `role` and `networks`
    stand only where stage or requests mean a profile."""

    @field_validator("requests")
    @classmethod
    def _one_a_network(cls, requests: list[PersonRequestBody] | None) -> list[PersonRequestBody] | None:
        networks = [request.network for request in requests or ()]
        if twice := sorted({network for network in networks if networks.count(network) > 1}):
            raise ValueError(f"name each network once; {', '.join(twice)} stands there several times")
        return requests

    @model_validator(mode="after")
    def _nothing_gets_lost(self) -> Self:
        """A person who has not come to CPMS yet has nothing there."""
        given = [name for name in _OF_PROFILE if getattr(self, name) is not None]
        if given and self.requests is None and STAGES.index(self.stage) < STAGES.index("profile_complete"):
            raise ValueError(f"take stage profile_complete or a later one, or leave out {', '.join(given)}")
        return self


class BatchBody(Body):
    """`count` people after one `template`, or `items` one by one."""

    count: Annotated[int, Field(ge=1, le=100_000)] | None = None
    seed: Seed | None = None
    template: PersonaFields | None = None
    items: list[PersonaFields] | None = None


class PersonaQuery(Body):
    stage: Stage | None = None
    network: str | None = None


class PersonaChange(StaffFields):
    """What may be changed of a person afterwards; details of staff are taken away by empty ones."""

    first_name: Line | None = None
    last_name: Line | None = None
    password: Line | None = None
    language: Line | None = None
    domain: Line | None = None
    employee_type: EmployeeType | None = None
    assurance_level: AssuranceLevel | None = None
    groups: list[Line] | None = None
    notifications: bool | None = None
    always_two_factors: bool | None = None
    """Switching it off is what only the support can do for somebody who lost the factor."""
    disabled: bool | None = None


class PersonRequest(Answer):
    id: int
    network: str
    state: str


class Persona(Answer):
    """A person, made or signed up by pages; `password` and `pin` as created, null where only the person knows them."""

    id: int
    origin: Origin
    phone_id: str
    """Of who signed up: the phone whose app has the account, empty while none has."""
    stage: Stage
    """How far the person has come, as pages and calls left it."""
    uid: str
    first_name: str
    last_name: str
    email: str
    password: str | None
    pin: str | None
    language: str
    domain: str
    employee_type: str
    assurance_level: str
    department_number: str | None = None
    employee_number: str | None = None
    domain_username: str | None = None
    telephone_number: str | None = None
    user_manager: str | None = None
    time_zone: str | None = None
    org_id: str | None = None
    teleworking_priority: str | None = None
    registration_level_versions: list[RegistrationLevelVersion] | None = None
    extended_attributes: dict[str, list[str]] | None = None
    groups: list[str]
    notifications: bool
    always_two_factors: bool
    disabled: bool
    country: str | None
    hospital: str | None
    networks: list[str]
    seed: int | None
    role: str | None
    helpdesk_for: list[str]
    requests: list[PersonRequest]
    password_changed: bool = False
    """The account has another password than `password`."""
    pin_changed: bool = False
    """The device has another PIN than `pin`."""
    panic: bool = False
    """All devices and keys were deleted at once, and none was added since."""
    phone_lost: bool = False
    """EU Login asks a phone that no phone of the world is: lost, reset, or its app removed."""
    deleted: bool = False
    """The person deleted the account; what stands here is as it was made, and no call changes it."""
    qr_payload: str | None = None
    """What the QR code holds that was not scanned yet (stage `device_added`)."""

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """Who it is, in a line; no password and no PIN."""
        yield "stage", self.stage
        yield "name", f"{self.first_name} {self.last_name}"
        yield from ((name, getattr(self, name)) for name in ("email", "uid", "phone_id"))
        yield from ((name, True) for name in ("disabled", "panic", "phone_lost", "deleted") if getattr(self, name))


if TYPE_CHECKING:

    class PersonaWithPassword(Persona):
        """A person made at stage `registered`."""

        password: str

    class PersonaWithPin(PersonaWithPassword):
        """A person made with a phone, at stage `device_added` or a later one."""

        pin: str
else:  # the same person, also for `==`; what was said at its making is known to type checkers alone
    PersonaWithPassword = PersonaWithPin = Persona


class SessionBody(Body):
    """How a person is to be signed in at EU Login."""

    strength: Strength | None = None
    """Left out: the best one that the person has and the service accepts, as the sign-in page would choose."""
    service: Text | None = None
    """Where the sign-in leads: the answer then has a ticket for it."""


class SessionAnswer(Answer):
    """A browser that is signed in."""

    storage_state: dict[str, list[dict[str, Any]]]
    """For Playwright's `new_context(storage_state=...)`: the cookie of EU Login."""
    url: str
    """The service with its ticket; without a service, EU Login's first page."""
    ticket: str | None
    """For the service, to be validated once."""

    @property
    def cookie(self) -> str:
        """The value of EU Login's cookie."""
        return str(self.storage_state["cookies"][0]["value"])


class AccessQuery(Body):
    network: str | None = None
    """Code of a network."""
    state: RequestState | None = None
    for_: str | None = Field(None, alias="for")
    """E-mail address of the person."""


class DecisionBody(Body):
    """A helpdesk's decision on a request that is open."""

    decision: Literal["approve", "reject", "ask"]
    reason: Text = ""
    """Needed to reject and to ask; the mail quotes it."""
    guest_until: Moment | None = None
    """When the access ends by itself; only with `approve`."""


class HistoryStep(Answer):
    at: datetime
    state: RequestState
    by: str
    reason: str


class AccessRequestAnswer(Answer):
    id: int
    person: str
    """E-mail address."""
    network: str
    state: RequestState
    due_at: datetime | None
    guest_until: datetime | None
    history: list[HistoryStep]


class ServiceBody(Body):
    """A CAS service; `url` matches as a prefix: scheme, host and port whole, the path by segment."""

    url: Text
    name: Line = ""
    least_assurance_level: AssuranceLevel = "NO_ASSURANCE"
    authentication_level: Literal["BASIC", "MEDIUM", "HIGH"] = "BASIC"
    proxy: bool = False
    single_logout: bool = False


class ServiceAnswer(Answer):
    id: int
    url: str
    name: str
    least_assurance_level: Annotated[str, BeforeValidator(_assurance)]
    authentication_level: str
    proxy: bool
    single_logout: bool
