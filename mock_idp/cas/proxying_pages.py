"""The address where proxies get their tickets."""

from flask import Response, request

from mock_idp.cas.documents import add
from mock_idp.cas.failures import code_of
from mock_idp.cas.pages import answered, cas, root_of
from mock_idp.cas.proxying import issue_proxy_ticket
from mock_world import Refusal
from mock_world.web import current_world


@cas.route("/proxy", methods=["GET", "POST"])
def proxy() -> Response:
    """A failure has status 200, like one of a validation (inferred)."""
    world, root = current_world(), root_of("serviceResponse")
    sent = request.form if request.method == "POST" else request.args
    try:
        ticket = issue_proxy_ticket(world, sent.get("pgt", "").strip(), sent.get("targetService", "").strip())
    except Refusal as refusal:
        add(root, "proxyFailure", refusal.message(), code=code_of(world, refusal))
    else:
        add(add(root, "proxySuccess"), "proxyTicket", ticket.id)
    return answered(root)
