"""What the harness relies on: people of any stage in one transaction."""

import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from eulogin_harness.documents.people import PersonaFields
from eulogin_harness.personas.building import make_person
from eulogin_harness.personas.model import PersonaRow
from mock_cpms.access.deciding import decide
from mock_cpms.access.rules import requests, submit_request
from mock_cpms.access.seeding import seed_request
from mock_cpms.profile.rules import complete_profile, profile_of, send_profile
from mock_world import Refusal, World
from mock_world.fixtures import FOLDER
from tests.mock_cpms.asking import EMAIL, know, refused, states

BOND = "ERN BOND Helpdesk"


@pytest.mark.parametrize(
    ("state", "by", "comment"),
    [
        ("draft", [], ""),
        ("submitted", [EMAIL], "So it is."),
        ("info_requested", [EMAIL, BOND], ""),
        ("approved", [EMAIL, BOND], ""),
        ("rejected", [EMAIL, BOND], ""),
        ("withdrawn", [EMAIL, EMAIL], ""),
        ("expired", [EMAIL, BOND, BOND], ""),
    ],
)
def test_a_request_can_be_put_into_any_state_without_mails(
    world: World, state: str, by: list[str], comment: str
) -> None:
    since, said = world.clock.now() - timedelta(days=3), "" if state == "draft" else "So it is."
    uid = know(world)
    seed_request(world, uid, network="BOND", state=state, since=since, reason=said)
    complete_profile(world, uid, networks=["BOND"])
    (asked,) = requests(world, uid=uid)
    assert asked.state == state
    assert asked.submitted_at == (None if state == "draft" else since)
    assert [step.state for step in asked.history][-1:] == ([] if state == "draft" else [state])
    assert [step.by for step in asked.history] == by
    assert (asked.reason, asked.comment) == (said, comment)
    assert world.mailbox.mails() == []


def test_what_was_never_sent_has_no_reason_and_an_unknown_state_is_refused(world: World) -> None:
    uid, now = know(world), world.clock.now()
    with refused("access.reason_unfit", "Please leave the reason out", remedy="or take another state"):
        seed_request(world, uid, network="BOND", state="draft", since=now, reason="So it is.")
    with refused("access.state_unknown", "Please choose one of the states", remedy="one of these states"):
        seed_request(world, uid, network="BOND", state="lost", since=now)
    assert requests(world) == []


@pytest.mark.parametrize(("last", "made"), [("RITA", 3), ("SPACE", 0)])
def test_of_many_people_in_one_transaction_all_are_made_or_none(world: World, last: str, made: int) -> None:
    with suppress(Refusal), world.database.session():
        for number, network in enumerate(["PaedCAN", "PaedCAN", last]):
            uid = know(world, f"n00many{number}", f"{number}@hospital.example")
            complete_profile(world, uid, networks=[network])
            submit_request(world, uid)
    assert len(requests(world, state="submitted")) == len(world.mailbox.mails()) == made


def test_requests_are_found_by_network_state_and_person(world: World) -> None:
    uid = know(world)
    complete_profile(world, uid, networks=["BOND", "PaedCAN"])
    complete_profile(world, uid, networks=["PaedCAN", "RITA", "PaedCAN"])  # no longer BOND
    drafts = requests(world, state="draft")
    assert [asked.network for asked in drafts] == ["PaedCAN", "RITA"]
    submit_request(world, uid)
    decided = decide(world, drafts[0].id, decision="approve", by="control API")
    assert (decided.network, decided.person.uid) == ("PaedCAN", uid)
    assert [asked.network for asked in requests(world, state="submitted")] == ["RITA"]
    assert requests(world, uid="nobody") == requests(world, network="BOND") == []


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "since", "end"),
    [
        ("approved", 3 * DAY, 0 * DAY),
        ("expired", 3 * DAY, DAY),
        ("expired", 3 * DAY, -4 * DAY),
        ("rejected", 3 * DAY, DAY),
        ("draft", 0 * DAY, DAY),
    ],
)
def test_an_end_that_does_not_fit_the_state_is_refused_with_the_way_out(
    world: World, state: str, since: timedelta, end: timedelta
) -> None:
    now, uid = world.clock.now(), know(world)
    with refused("access.end_unfit", "give a guest's access an end that fits", remedy="by since how long ago"):
        seed_request(world, uid, network="BOND", state=state, since=now - since, guest_until=now + end)
    assert requests(world) == []


@pytest.mark.parametrize(
    ("state", "end", "ended"),
    [
        ("approved", DAY, None),
        ("expired", -3 * DAY, -3 * DAY),
        ("expired", 0 * DAY, 0 * DAY),
        ("expired", None, 0 * DAY),
    ],
)
def test_a_guest_is_put_with_an_end(world: World, state: str, end: timedelta | None, ended: timedelta | None) -> None:
    now, uid = world.clock.now(), know(world)
    until = None if end is None else now + end
    asked = seed_request(world, uid, network="BOND", state=state, since=now - 3 * DAY, guest_until=until)
    assert asked.guest_until == (now if end is None else until)
    assert asked.history[1].at == now - 3 * DAY
    assert asked.history[-1].at == (now - 3 * DAY if ended is None else now + ended)
    world.advance_clock(DAY)
    assert states(world, uid) == {"BOND": "expired"}
    assert len(world.mailbox.mails()) == (ended is None)


def edits(world: World, made: PersonaRow) -> list[str]:
    """Somebody sends the profile as it was filled in: codes of what is wrong."""
    profile = profile_of(world, made.uid)
    assert profile is not None
    return [one.code for one in send_profile(world, made.uid, networks=profile.networks, answers=profile.answers)]


def test_the_profile_of_a_persona_can_be_sent_again_as_it_is(world: World, tmp_path: Path) -> None:
    assert edits(world, make_person(world, PersonaFields(stage="access_requested"))) == []
    file, form = tmp_path / "own.yaml", (FOLDER / "cpms" / "profile.yaml").read_text(encoding="utf-8")
    more = "  - {name: hospital2, label: Own, type: tick}\n  - {name: news, label: News, type: tick, mandatory: true}"
    file.write_text(f"{form}\n{more}\n", encoding="utf-8")
    world.settings.change({"cpms.profile": str(file)})
    anna = make_person(world, PersonaFields(stage="access_requested"))
    assert edits(world, anna) == []
    profile = profile_of(world, anna.uid)
    assert profile is not None
    assert (profile.answers["news"], profile.answers["hospital2"]) == ("yes", "")


OWN_DIRECTORY = """hospital,city,country_code,networks,memberships_note
Own Hospital,Vienna,AT,PaedCAN,
Other Hospital,Lund,SE,RITA,
"""


@pytest.mark.parametrize(
    ("networks", "country", "hospital"),
    [
        (["PaedCAN"], None, ("Own Hospital", "AT")),
        (["RITA", "PaedCAN"], None, ("Other Hospital", "SE")),
        (["PaedCAN"], "SE", ("Other Hospital", "SE")),
    ],
)
def test_a_persona_works_at_a_hospital_of_the_worlds_directory(
    world: World, tmp_path: Path, networks: list[str], country: str | None, hospital: tuple[str, str]
) -> None:
    file = tmp_path / "own.csv"
    file.write_text(OWN_DIRECTORY, encoding="utf-8")
    world.settings.change({"cpms.directory": str(file)})
    made = make_person(world, PersonaFields(stage="profile_complete", networks=networks, country=country))
    assert (made.hospital, made.country) == hospital


@pytest.mark.parametrize(("country", "at"), [(None, "AT"), ("FI", "FI")])
def test_where_the_directory_lists_none_a_hospital_is_invented(
    world: World, tmp_path: Path, country: str | None, at: str
) -> None:
    file = tmp_path / "own.csv"
    file.write_text(OWN_DIRECTORY if country else OWN_DIRECTORY.splitlines()[0], encoding="utf-8")
    world.settings.change({"cpms.directory": str(file)})
    made = make_person(world, PersonaFields(stage="profile_complete", country=country, seed=1))
    assert re.fullmatch("[A-Z][a-z]+ Hospital", str(made.hospital))
    assert (made.country, str(made.hospital) in OWN_DIRECTORY) == (at, False)
