"""What somebody filled in."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Mapped, mapped_column

from mock_cpms.access.rules import draft_requests
from mock_cpms.countries import CODES
from mock_cpms.networks import network_of
from mock_cpms.people import person_of
from mock_world import RefusalKind
from mock_world.database import Base
from mock_world.i18n import N_
from mock_world.journal import EventType

if TYPE_CHECKING:
    from mock_world import World

NO_NETWORK = RefusalKind(
    "profile.no_network",
    message=N_("Please choose at least one network."),
    expected="at least one network",
    remedy="tick the networks whose cases the person wants to work on",
    status=422,
)
COUNTRY_UNKNOWN = RefusalKind(
    "profile.country_unknown",
    message=N_("Please choose a country from the list: {code} is none of its codes."),
    expected="the code of a country of the European Union or of Norway, such as AT",
    remedy="take one of " + ", ".join(CODES),
    status=422,
)
COMPLETED = EventType("profile.completed", "Somebody completed the profile and chose networks.")


class Profile(Base):
    """The form as it was filled in; `answers` by name of the field, without the networks."""

    __tablename__ = "cpms_profile"

    uid: Mapped[str] = mapped_column(primary_key=True)
    networks: Mapped[list[str]]
    answers: Mapped[dict[str, Any]]
    completed_at: Mapped[datetime]


def profile_of(world: "World", uid: str) -> Profile | None:
    with world.database.session() as db:
        return db.get(Profile, uid)


def complete_profile(
    world: "World", uid: str, /, *, networks: Sequence[str], country: str = "", hospital: str = "", **other: str
) -> None:
    """Keep the profile of somebody, and draft a request for each network that has none yet.

    country: its code. other: further answers by name of the field, whatever it is called.
    Raises Refusal (cpms.person_unknown, network.unknown, profile.no_network, profile.country_unknown).
    """
    with world.database.session() as db:
        person = person_of(world, uid)
        if not networks:
            raise world.refuse(NO_NETWORK, got="none", person=person.email, field="networks")
        if country not in {"", *CODES}:
            raise world.refuse(COUNTRY_UNKNOWN, got=repr(country), person=person.email, field="country", code=country)
        codes = [network_of(world, code, person=person.email).code for code in dict.fromkeys(networks)]
        answers = {"country": country, "hospital": hospital, **other}
        db.merge(Profile(uid=uid, networks=codes, answers=answers, completed_at=world.clock.now()))
        draft_requests(world, person, codes)
        world.journal.record(COMPLETED, person=person.email, networks=";".join(codes))
