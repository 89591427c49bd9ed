"""Worlds, their settings and clocks."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from eulogin_harness.documents.common import Answer, Body, Duration, Moment, Seed, Since

Profile = Literal["guide", "today"]
Origin = Literal["default", "profile", "start", "changed"]


class Alive(Answer):
    alive: bool = True


class ActorAddresses(Answer):
    """An address of each actor, with the world's prefix."""

    desk: str
    idp: str
    cpms: str
    phone: str


class Addresses(ActorAddresses):
    """Where browsers find each actor."""

    internal: ActorAddresses
    """Where servers find each actor: the same, unless `<actor>.internal_url` is set."""


class Ready(Answer):
    ready: bool = True
    version: str
    addresses: Addresses
    ports: dict[str, int]
    internal: dict[str, str]
    """Addresses for servers of this world, where they are not those for browsers."""
    smtp: str
    """Host and port of the mail server that the mock uses."""
    ca: str | None = None
    """With TLS: where the certificate of its throw-away authority is."""


class SettingAnswer(Answer):
    name: str
    value: Any
    default: Any
    origin: Origin
    """What set the value: nothing, the profile, the start of the process, a call."""
    source: str
    """Where the default comes from, such as `guide`."""
    sentence: str


class WorldBody(Body):
    """How a world begins; every field may be left out."""

    now: Moment | None = None
    """World time at its beginning, past included; left out: real time."""
    frozen: bool = False
    seed: Seed | None = None
    """Makes names, secrets and tickets repeatable."""
    profile: Profile | None = None
    settings: dict[str, Any] = Field(default_factory=dict)


class NewWorldBody(WorldBody):
    name: str | None = None
    """1 to 40 of a-z, 0-9 and hyphen; left out: one is made up."""
    ttl: Since | None = None
    """How long it may be unused, in real time, before it is dropped: PT2M at least, PT0S for ever; left out: as setting
    `worlds.ttl` of the default world says.
    """


class WorldAnswer(Answer):
    name: str
    now: datetime
    frozen: bool
    addresses: Addresses
    expires_at: datetime | None = None
    """Real time when it is dropped, if nobody uses it (setting `worlds.ttl`)."""


class ClockBody(Body):
    """Done in this order: `set`, `advance`, `freeze`."""

    set: Moment | None = None
    advance: Duration | None = None
    freeze: bool | None = None
    """true stops the clock, false lets it run on."""


class ClockAnswer(Answer):
    now: datetime
    frozen: bool
