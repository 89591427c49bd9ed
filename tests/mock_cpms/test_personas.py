"""What the harness relies on: people of any stage in one transaction."""

from datetime import timedelta

import pytest

from mock_cpms.access.deciding import decide
from mock_cpms.access.model import STATES
from mock_cpms.access.rules import put_request, requests, submit_request
from mock_cpms.people import know_person
from mock_cpms.profile.rules import complete_profile
from mock_world import Refusal, World


def know(world: World, uid: str = "n00anna1") -> str:
    know_person(world, uid=uid, email=f"{uid}@hospital.example", first_name="Anna", last_name="Test")
    return uid


@pytest.mark.parametrize("state", STATES)
def test_a_request_can_be_put_into_any_state_without_mails(world: World, state: str) -> None:
    since = world.clock.now() - timedelta(days=3)
    uid = know(world)
    complete_profile(world, uid, networks=["PaedCAN"])
    put_request(world, uid, network="PaedCAN", state=state, since=since, reason="So it is.")
    (asked,) = requests(world, uid=uid)
    assert asked.state == state
    assert asked.submitted_at == (None if state == "draft" else since)
    assert [step.state for step in asked.history][-1:] == ([] if state == "draft" else [state])
    assert world.mailbox.mails() == []


def test_putting_again_replaces_the_request(world: World) -> None:
    uid = know(world)
    for state in ("rejected", "submitted"):
        put_request(world, uid, network="RITA", state=state, since=world.clock.now())
    (asked,) = requests(world, network="RITA")
    assert [step.state for step in asked.history] == ["submitted"]


def make_people(world: World, *networks: str) -> None:
    with world.database.session():
        for number, network in enumerate(networks):
            uid = know(world, f"n00many{number}")
            complete_profile(world, uid, networks=[network])
            submit_request(world, uid)


def test_many_people_are_made_in_one_transaction(world: World) -> None:
    make_people(world, *["PaedCAN"] * 20)
    assert len(requests(world, state="submitted")) == len(world.mailbox.mails()) == 20


def test_where_one_of_them_is_refused_none_is_made(world: World) -> None:
    with pytest.raises(Refusal, match="SPACE"):
        make_people(world, "PaedCAN", "SPACE")
    assert requests(world) == []
    assert world.mailbox.mails() == []


def test_requests_are_found_by_network_state_and_person(world: World) -> None:
    uid = know(world)
    complete_profile(world, uid, networks=["PaedCAN", "RITA", "PaedCAN"])
    drafts = requests(world, state="draft")
    assert [asked.network for asked in drafts] == ["PaedCAN", "RITA"]
    submit_request(world, uid)
    decided = decide(world, drafts[0].id, decision="approve", by="control API")
    assert (decided.network, decided.person.uid) == ("PaedCAN", uid)
    assert [asked.network for asked in requests(world, state="submitted")] == ["RITA"]
    assert requests(world, uid="nobody") == requests(world, network="BOND") == []


def test_a_network_that_is_no_longer_chosen_loses_its_draft(world: World) -> None:
    uid = know(world)
    complete_profile(world, uid, networks=["PaedCAN", "RITA"])
    complete_profile(world, uid, networks=["RITA", "BOND"])
    assert [asked.network for asked in requests(world, uid=uid)] == ["RITA", "BOND"]


def test_asking_twice_is_refused_with_the_way_out(world: World) -> None:
    uid = know(world)
    complete_profile(world, uid, networks=["PaedCAN"])
    submit_request(world, uid)
    with pytest.raises(Refusal, match="choose a network in your profile first"):
        submit_request(world, uid)


def test_people_who_never_signed_in_are_refused(world: World) -> None:
    with pytest.raises(Refusal, match="Sign in to CPMS first"):
        complete_profile(world, "n00nobody", networks=["PaedCAN"])


@pytest.mark.parametrize("code", ["ZZ", "at"])
def test_an_unknown_country_is_refused_in_words(world: World, code: str) -> None:
    with pytest.raises(Refusal, match=f"choose a country from the list: {code} is none"):
        complete_profile(world, know(world), networks=["PaedCAN"], country=code)


def test_an_unknown_state_is_refused(world: World) -> None:
    with pytest.raises(Refusal, match="'lost'"):
        put_request(world, know(world), network="PaedCAN", state="lost", since=world.clock.now())
