"""What somebody filled in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from mock_cpms.access.rules import draft_requests
from mock_cpms.countries import CODES
from mock_cpms.networks import network_of
from mock_cpms.networks import networks as all_networks
from mock_cpms.people import Person, person_of
from mock_cpms.profile.checks import check_text, tidy, wrong_answer
from mock_cpms.profile.drafts import DISCARDED, forget_draft, keep_draft
from mock_cpms.profile.fields import ANSWERED, profile_fields
from mock_world import Refusal, RefusalKind, World
from mock_world.database import Base
from mock_world.events import EventType
from mock_world.i18n import N_

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
DRAFT_OUTDATED = RefusalKind(
    "profile.draft_outdated",
    message=N_("Please open the profile again: it was completed meanwhile, perhaps in another tab."),
    expected="a page that was opened after the profile was completed the last time",
    remedy="open /screen/profile again; a script that means to send it anyway leaves out profile_edition",
    status=409,
)
COMPLETED = EventType(
    "profile.completed",
    "{person} completed the profile and chose {networks}.",
)


class Profile(Base):
    """The form as it was filled in; `answers` by name of the field, without the networks.

    edition: how often it was completed, so that a page that is older is known.
    """

    __tablename__ = "cpms_profile"

    uid: Mapped[str] = mapped_column(primary_key=True)
    networks: Mapped[list[str]]
    answers: Mapped[dict[str, Any]]
    completed_at: Mapped[datetime]
    edition: Mapped[int]


def profile_of(world: World, uid: str) -> Profile | None:
    with world.database.reading() as db:
        return db.get(Profile, uid)


def edition_of(profile: Profile | None) -> int:
    return profile.edition if profile else 0


def send_profile(
    world: World, uid: str, *, networks: Sequence[str], answers: Mapping[str, str], edition: int | None = None
) -> list[Refusal]:
    """Complete somebody's profile if every field of the form is right; else keep it as a draft and say what is wrong.

    answers: as typed, by name of the field. Those to fields that the form does not have any more stay as they were.
    edition: that of the profile from which the page began, None whatever it is. A page that is sent twice counts once.
    Raises Refusal (cpms.person_unknown, profile.form_unreadable, profile.draft_outdated).
    """
    with world.database.session():
        person = person_of(world, uid)
        kept = profile_of(world, uid)
        before = kept.answers if kept else {}
        specs = [spec for spec in profile_fields(world) if spec.type in ANSWERED]
        given = {spec.name: tidy(answers.get(spec.name, "")) for spec in specs}
        if kept and edition not in {None, kept.edition}:
            if before | given == before and set(networks) == set(kept.networks):
                return []
            raise _outdated(world, person, edition, kept)
        refusals = (wrong_answer(world, person, spec, given[spec.name]) for spec in specs)
        wrong = [refusal for refusal in refusals if refusal]
        try:
            _codes(world, person, networks)
        except Refusal as refusal:
            wrong.append(refusal)
        if wrong:
            _keep_draft(world, person, networks, answers)
            return wrong
        complete_profile(world, uid, networks=networks, **before | given)
        return []


def complete_profile(
    world: World, uid: str, /, *, networks: Sequence[str], country: str = "", hospital: str = "", **other: str
) -> None:
    """Keep the profile of somebody, and draft a request for each network that has none yet.

    What holds for any form is checked; what the form of today asks for is not, so that personas fit any file.
    country: its code; it and the hospital answer the form's fields of these types too, whatever those are called.
    other: further answers by name of the field, whatever it is called.
    Raises Refusal (cpms.person_unknown, network.unknown, profile.no_network, profile.country_unknown,
    profile.too_long, profile.control_character, profile.form_unreadable).
    """
    with world.database.session() as db:
        person = person_of(world, uid)
        codes = _codes(world, person, networks)
        if country not in {"", *CODES}:
            raise world.refuse(COUNTRY_UNKNOWN, got=repr(country), person=person.email, field="country", code=country)
        place = {"country": country, "hospital": hospital}
        by_type = {spec.name: place[spec.type] for spec in profile_fields(world) if spec.type in place}
        answers = place | by_type | other
        for name, answer in answers.items():
            check_text(world, person, name, answer)
        kept = db.get(Profile, uid)
        if kept is None:
            kept = Profile(uid=uid, edition=0)
            db.add(kept)
        kept.networks, kept.answers, kept.completed_at = codes, answers, world.clock.now()
        kept.edition += 1
        forget_draft(world, uid)
        draft_requests(world, person, codes)
        world.journal.record(COMPLETED, person=person.email, networks=";".join(codes))


def _codes(world: World, person: Person, networks: Sequence[str]) -> list[str]:
    """Each network once. Raises Refusal (profile.no_network, network.unknown)."""
    if not networks:
        raise world.refuse(NO_NETWORK, got="none", person=person.email, field="networks")
    return [network_of(world, code, person=person.email).code for code in dict.fromkeys(networks)]


def save_draft(world: World, uid: str, *, networks: Sequence[str], answers: Mapping[str, str], edition: int) -> None:
    """Keep what somebody typed without sending it; what says nothing new is no draft.

    edition: that of the profile from which the page began. Raises Refusal (cpms.person_unknown,
    profile.form_unreadable, profile.draft_outdated).
    """
    with world.database.session():
        person = person_of(world, uid)
        if edition != edition_of(kept := profile_of(world, uid)):
            raise _outdated(world, person, edition, kept)
        _keep_draft(world, person, networks, answers)


def _outdated(world: World, person: Person, edition: int | None, kept: Profile | None) -> Refusal:
    got = f"a page of edition {edition}, not {edition_of(kept)}"
    return world.refuse(DRAFT_OUTDATED, got=got, person=person.email)


def _keep_draft(world: World, person: Person, networks: Sequence[str], answers: Mapping[str, str]) -> None:
    names = {spec.name for spec in profile_fields(world) if spec.type in ANSWERED}
    typed = {name: answer for name, answer in answers.items() if name in names}
    codes = [code for code in dict.fromkeys(networks) if code in all_networks()]
    kept = profile_of(world, person.uid)
    before = {name: (kept.answers.get(name) or "") if kept else "" for name in typed}
    if before == typed and set(codes) == set(kept.networks if kept else ()):
        forget_draft(world, person.uid)
    else:
        keep_draft(world, person.uid, person.email, networks=codes, answers=typed)


def discard_draft(world: World, uid: str) -> None:
    """Back to the profile as it was sent last. Raises Refusal (cpms.person_unknown)."""
    with world.database.session():
        person = person_of(world, uid)
        if forget_draft(world, uid):
            world.journal.record(DISCARDED, person=person.email)
