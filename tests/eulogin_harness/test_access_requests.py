"""The helpdesk by the control API, and people with any mixture of requests."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from eulogin_harness.client import World
from eulogin_harness.client.names import PersonaBody, RequestFields, RequestState
from mock_cpms.access.model import STATES
from tests.eulogin_harness.conftest import Api

FRIDAY_17 = "2026-11-27T17:00:00+01:00"
MONDAY_17 = datetime.fromisoformat("2026-11-30T17:00:00+01:00")
LATE = "2027-01-01T00:00:00+01:00"
END = datetime.fromisoformat(LATE)

pytestmark = pytest.mark.eulogin_world(now=FRIDAY_17, frozen=True)


def test_a_request_tells_whose_where_until_when_and_its_history(world: World, api: Api) -> None:
    anna = world.personas.create("access_requested")
    asked = world.access_requests.get(anna.requests[0].id)
    assert (asked.person, asked.network, asked.state, asked.due_at) == (anna.email, "PaedCAN", "submitted", MONDAY_17)
    assert api.send("GET", f"/api/access-requests/{asked.id}").json() == {
        "id": asked.id,
        "person": anna.email,
        "network": "PaedCAN",
        "state": "submitted",
        "due_at": "2026-11-30T16:00:00Z",
        "guest_until": None,
        "history": [{"at": "2026-11-27T16:00:00Z", "state": "submitted", "by": anna.email, "reason": ""}],
    }


def test_requests_are_found_by_network_state_and_person_together(world: World) -> None:
    anna = world.personas.create("access_requested", networks=["BOND", "RITA"])
    ben = world.personas.create("access_approved", networks=["BOND"])

    def found(**query: Any) -> list[tuple[str, str]]:
        return [(asked.person, asked.network) for asked in world.access_requests.list(**query)]

    assert found(network="BOND") == [(anna.email, "BOND"), (ben.email, "BOND")]
    assert found(network="BOND", state="approved") == [(ben.email, "BOND")]
    assert found(person=anna.email.upper()) == [(anna.email, "BOND"), (anna.email, "RITA")]
    assert found(person=anna.email, network="RITA", state="submitted") == [(anna.email, "RITA")]
    assert found(person="nobody@hospital.example") == found(network="RARE-LIVER") == []


def test_the_api_asks_and_approves_a_guest_who_is_out_in_time(world: World) -> None:
    anna = world.personas.create("access_requested")
    number = anna.requests[0].id
    assert world.access_requests.decide(number, "ask", reason="Which ward?").state == "info_requested"
    approved = world.access_requests.decide(number, "approve", guest_until=END)
    assert (approved.state, approved.guest_until, approved.history[-1].by) == ("approved", END, "control API")
    world.clock.set(END)
    ended = world.access_requests.get(number)
    assert (ended.state, ended.history[-1].at) == ("expired", END)
    subjects = [mail.subject for mail in world.mails.list(to=anna.email)]
    assert [subject.partition(" ")[0] for subject in subjects] == ["A", "Welcome", "Your"]


@pytest.mark.parametrize(
    ("body", "kind", "way"),
    [
        ({"decision": "ask", "reason": " "}, "access.reason_missing", "send it as reason"),
        ({"decision": "approve", "guest_until": FRIDAY_17}, "access.guest_ended", "send a later guest_until"),
        ({"decision": "ask", "reason": "Why?", "guest_until": LATE}, "access.guest_only_approved", "leave it out"),
        ({"decision": "approve", "guest_until": "2027-01-01T00:00:00"}, "wrong-field", "mend the field"),
        ({"decision": "approve", "reason": "x" * 2001}, "wrong-field", "mend the field"),
    ],
)
def test_a_wrong_decision_changes_nothing_and_is_told_what_to_do(
    world: World, api: Api, body: dict[str, Any], kind: str, way: str
) -> None:
    number = world.personas.create("access_requested").requests[0].id
    got, problem = api.refused("POST", f"/api/access-requests/{number}/decide", body)
    assert (got, problem["type"], way in problem["instructions"]) == (422, kind, True)
    assert world.access_requests.get(number).state == "submitted"


def test_a_request_is_decided_once(world: World, api: Api) -> None:
    number = world.personas.create("access_approved").requests[0].id
    got, problem = api.refused("POST", f"/api/access-requests/{number}/decide", {"decision": "approve"})
    assert (got, problem["type"], problem["got"]) == (409, "access.not_open", "approved")
    assert "this one is approved" in problem["instructions"]


def test_a_person_has_requests_in_every_state_at_once(world: World) -> None:
    networks = ["BOND", "RITA", "PaedCAN", "CRANIO", "EURACAN", "ERN-LUNG", "GENTURIS"]
    wanted: list[RequestFields] = [
        {"network": network, "state": state, "since": "P3D", "reason": "So it is." if state == "rejected" else ""}
        for network, state in zip(networks, STATES, strict=True)
    ]
    anna = world.personas.create(requests=wanted)
    assert {asked.network: asked.state for asked in anna.requests} == dict(zip(networks, STATES, strict=True))
    assert (anna.stage, anna.networks) == ("access_approved", networks)
    assert world.mails.list(to=anna.email) == []
    rejected = next(asked for asked in world.access_requests.list(state="rejected"))
    assert rejected.history[-1].reason == "So it is."
    (question,) = (asked.history[-1] for asked in world.access_requests.list(state="info_requested"))
    assert (question.reason, rejected.history[0].reason) == ("A question for testing: on which ward do you work?", "")
    assert rejected.history[0].at == datetime.fromisoformat(FRIDAY_17) - timedelta(days=3)


def test_a_comment_is_the_reason_of_a_submitted_request_and_a_draft_has_none(world: World, api: Api) -> None:
    world.personas.create(requests=[{"network": "BOND", "reason": "Please."}])
    before = world.personas.list()
    assert world.access_requests.list()[0].history[0].reason == "Please."
    draft = {"network": "BOND", "state": "draft", "reason": "Please."}
    status, problem = api.refused("POST", "/api/personas", {"requests": [draft]})
    assert (status, problem["type"], problem["got"]) == (422, "access.reason_unfit", "'Please.'")
    assert world.personas.list() == before


@pytest.mark.parametrize(
    ("states", "stage"),
    [
        (["approved", "rejected"], "access_approved"),
        (["rejected", "info_requested"], "access_requested"),
        (["withdrawn", "rejected"], "access_rejected"),
        (["expired", "withdrawn"], "profile_complete"),
        ([], "profile_complete"),
    ],
)
def test_the_stage_is_what_the_requests_mean(world: World, states: list[RequestState], stage: str) -> None:
    wanted: list[RequestFields] = [
        {"network": code, "state": state} for code, state in zip(["BOND", "RITA"], states, strict=False)
    ]
    assert world.personas.create("invited", requests=wanted).stage == stage


def test_a_guest_is_made_with_an_end_and_ends_by_the_clock(world: World) -> None:
    ended = "2026-11-01T00:00:00+01:00"
    wanted: list[RequestFields] = [
        {"network": "BOND", "state": "approved", "guest_until": LATE},
        {"network": "RITA", "state": "expired", "since": "P90D", "guest_until": ended},
    ]
    anna = world.personas.create(requests=wanted)
    world.personas.delete(world.personas.create(requests=wanted[:1]).id)  # which leaves no end behind for others
    ben = world.personas.create("access_approved", networks=["BOND"])
    bond, rita = world.access_requests.list(person=anna.email)
    assert (bond.guest_until, rita.history[-1].at) == (END, datetime.fromisoformat(ended))
    world.clock.set(END)
    assert world.access_requests.get(bond.id).state == "expired"
    assert world.access_requests.get(ben.requests[0].id).state == "approved"
    (mail,) = world.mails.list(to=anna.email)
    assert mail.subject == "Your guest access to ERN BOND has ended"
    assert world.events.list(type="due.failed") == []


def test_a_batch_of_mixtures_is_made_whole_or_not_at_all(world: World, api: Api) -> None:
    good: PersonaBody = {"requests": [{"network": "BOND", "state": "approved"}, {"network": "RITA"}]}
    bad = {"requests": [{"network": "BOND", "state": "expired", "guest_until": LATE}]}
    got, problem = api.refused("POST", "/api/personas/batch", {"items": [good, bad]})
    assert (got, problem["type"]) == (422, "access.end_unfit")
    assert "mend guest_until" in problem["instructions"]
    assert world.access_requests.list() == []
    world.personas.create_all([good, good])
    assert len(world.access_requests.list(network="RITA")) == 2
