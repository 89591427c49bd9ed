"""The address where clients begin a login transaction."""

from flask import Response, request

from mock_idp.cas.documents import add
from mock_idp.cas.pages import answered, cas, root_of
from mock_idp.cas.transactions import CODES, NOT_POSTED, begin
from mock_world import Refusal
from mock_world.web import current_world


@cas.route("/login/init", methods=["GET", "POST"])
def begin_transaction() -> Response:
    """A failure has status 200 like one of a validation, since clients look at the document (inferred)."""
    world, root = current_world(), root_of("loginRequest")
    try:
        if request.method != "POST":
            raise world.refuse(NOT_POSTED, got=request.method)
        kept = begin(world, request.form)
    except Refusal as refusal:
        add(root, "loginRequestFailure", refusal.message(), code=CODES[refusal.code])
        response = answered(root)
        if refusal.kind is NOT_POSTED:
            response.status_code = NOT_POSTED.status
            response.headers.set("Allow", "POST")
        return response
    add(add(root, "loginRequestSuccess"), "loginRequestId", kept.id)
    return answered(root)
