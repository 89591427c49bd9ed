"""The address where clients begin a login transaction."""

from flask import Response, request

from mock_idp.cas import small_answers
from mock_idp.cas.pages import cas
from mock_idp.cas.small_answers import SmallAnswer, failure
from mock_idp.cas.transactions import CODES, NOT_POSTED, begin
from mock_world import Refusal
from mock_world.web import current_world


def answered(told: SmallAnswer) -> Response:
    """XML, or JSON where the client asks for it by `format`."""
    world = current_world()
    if request.values.get("format", "").upper() == "JSON":
        return Response(small_answers.as_json(world, told), mimetype="application/json")
    return Response(small_answers.as_xml(world, told), mimetype="text/xml")


@cas.route("/login/init", methods=["GET", "POST"])
def begin_transaction() -> Response:
    """A failure has status 200 like one of a validation, since clients look at the document (inferred)."""
    world = current_world()
    try:
        if request.method != "POST":
            raise world.refuse(NOT_POSTED, got=request.method)
        kept = begin(world, request.form)
    except Refusal as refusal:
        told = failure("loginRequest", "loginRequestFailure", CODES[refusal.code], refusal.message())
        response = answered(told)
        if refusal.kind is NOT_POSTED:
            response.status_code = NOT_POSTED.status
            response.headers.set("Allow", "POST")
        return response
    return answered(SmallAnswer("loginRequest", "loginRequestSuccess", {"loginRequestId": kept.id}))
