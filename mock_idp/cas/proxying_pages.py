"""The address where proxies get their tickets."""

from flask import Response, request

from mock_idp.cas.pages import cas
from mock_idp.cas.proxy_failures import CAS_CODES, CODES
from mock_idp.cas.proxying import issue_proxy_ticket
from mock_idp.cas.small_answers import SmallAnswer, failure
from mock_idp.cas.transaction_pages import answered
from mock_world import Refusal
from mock_world import settings as s
from mock_world.web import current_world


@cas.route("/proxy", methods=["GET", "POST"])
def proxy() -> Response:
    """A failure has status 200, like one of a validation (inferred)."""
    world = current_world()
    sent = request.form if request.method == "POST" else request.args
    try:
        ticket = issue_proxy_ticket(world, sent.get("pgt", "").strip(), sent.get("targetService", "").strip())
    except Refusal as refusal:
        codes = CAS_CODES if world.settings[s.DIALECT] == "cas" else CODES
        return answered(failure("serviceResponse", "proxyFailure", codes[refusal.code], refusal.message()))
    return answered(SmallAnswer("serviceResponse", "proxySuccess", {"proxyTicket": ticket.id}))
