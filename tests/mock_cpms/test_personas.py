"""What the harness relies on: people of any stage in one transaction."""

from datetime import timedelta

import pytest

from mock_cpms.access.deciding import decide
from mock_cpms.access.model import STATES
from mock_cpms.access.rules import put_request, requests, submit_request
from mock_cpms.profile.rules import complete_profile
from mock_world import Refusal, World
from tests.mock_cpms.asking import know, refused, states


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
            uid = know(world, f"n00many{number}", f"{number}@hospital.example")
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


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "since", "end"),
    [
        ("approved", 3 * DAY, -DAY),
        ("approved", 3 * DAY, 0 * DAY),
        ("expired", 3 * DAY, DAY),
        ("expired", 3 * DAY, -4 * DAY),
        ("submitted", 3 * DAY, DAY),
        ("rejected", 3 * DAY, DAY),
        ("draft", 0 * DAY, DAY),
    ],
)
def test_an_end_that_does_not_fit_the_state_is_refused_with_the_way_out(
    world: World, state: str, since: timedelta, end: timedelta
) -> None:
    now, uid = world.clock.now(), know(world)
    with refused("access.end_unfit", "give a guest's access an end that fits", remedy="by since how long ago"):
        put_request(world, uid, network="BOND", state=state, since=now - since, guest_until=now + end)
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
    asked = put_request(world, uid, network="BOND", state=state, since=now - 3 * DAY, guest_until=until)
    assert asked.guest_until == (now if end is None else until)
    assert asked.history[1].at == now - 3 * DAY
    assert asked.history[-1].at == (now - 3 * DAY if ended is None else now + ended)
    world.advance_clock(DAY)
    assert states(world, uid) == {"BOND": "expired"}
    assert len(world.mailbox.mails()) == (ended is None)


def test_an_unknown_state_is_refused(world: World) -> None:
    with pytest.raises(Refusal, match="'lost'"):
        put_request(world, know(world), network="PaedCAN", state="lost", since=world.clock.now())
