"""Prepared worlds: what there is, and what was loaded."""

from typing import Any

from pydantic import Field

from eulogin_harness.documents.common import Answer, Body, Moment, Seed
from eulogin_harness.documents.people import Persona
from eulogin_harness.documents.worlds import Profile


class PreparedWorldAnswer(Answer):
    """A prepared world; sentences in English."""

    name: str
    title: str
    group: str
    """`onboarding`, `stage`, `cas`, `openid`, `both`, or `own` of an own file."""
    rank: int | None
    reproduce: str
    """How to make it happen by hand."""
    seen: str
    """What the person sees."""
    way_out: str
    limit: str
    """What of the real problem the mock does not show."""
    tls: bool
    """Whether it shows only where the mock speaks https."""


class LoadBody(Body):
    """How a prepared world is loaded; left out: as its file says."""

    now: Moment | None = None
    """World time at its beginning."""
    frozen: bool | None = None
    seed: Seed | None = None
    profile: Profile | None = None
    settings: dict[str, Any] = Field(default_factory=dict)
    """Beside those of the file, and before them."""


class OwnWorldBody(LoadBody):
    """An own prepared world: what its YAML file says, as JSON."""

    name: str = Field("own", max_length=100, pattern=r"^[^/\\]+$")
    document: dict[str, Any]


class LoadedAnswer(Answer):
    """A prepared world that was loaded. people: by their names in the file."""

    name: str
    title: str
    url: str
    """Opens the page where the problem shows."""
    people: dict[str, Persona]
