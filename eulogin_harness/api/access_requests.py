"""Access requests to the networks, and the helpdesk's decision."""

from eulogin_harness.api.frame import ID, api, call
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.people import AccessQuery, AccessRequestAnswer, DecisionBody, HistoryStep
from mock_cpms.access.deciding import decide
from mock_cpms.access.model import AccessRequest
from mock_cpms.access.rules import request_of, requests
from mock_cpms.networks import network_of
from mock_world.web import current_world

BY = "control API"  # who decides, as histories say it


def _answer(request: AccessRequest) -> AccessRequestAnswer:
    return AccessRequestAnswer(
        id=request.id,
        person=request.person.email,
        network=request.network,
        state=request.state,
        due_at=request.due_at,
        guest_until=request.guest_until,
        history=[HistoryStep.model_validate(step) for step in request.history],
    )


@api.get("/api/access-requests")
@call("access requests", Items[AccessRequestAnswer])
def list_access_requests(query: AccessQuery) -> Items[AccessRequestAnswer]:
    """Access requests, oldest first"""
    world = current_world()
    network = network_of(world, query.network).code if query.network is not None else None
    matches = requests(world, network=network, state=query.state, email=query.for_)
    return Items[AccessRequestAnswer](items=[_answer(request) for request in matches])


@api.get(f"/api/access-requests/{ID}")
@call("access requests", AccessRequestAnswer)
def get_access_request(id: int) -> AccessRequestAnswer:  # noqa: A002 - the contract's name
    """One access request"""
    return _answer(request_of(current_world(), id))


@api.post(f"/api/access-requests/{ID}/decide")
@call("access requests", AccessRequestAnswer)
def decide_access_request(id: int, json: DecisionBody) -> AccessRequestAnswer:  # noqa: A002 - the contract's name
    """Approve, reject or ask for information, with a mail to the person"""
    return _answer(
        decide(current_world(), id, decision=json.decision, reason=json.reason, guest_until=json.guest_until, by=BY)
    )
