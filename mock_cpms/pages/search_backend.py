"""The search tool's JSON back end: reading only, for everybody."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from mock_cpms.search.answers import Answer, all_centres, all_networks
from mock_world import Refusal, World
from mock_world.web import current_world
from mock_world.web.problems import problem, refusal_problem

blueprint = Blueprint("backend", __name__, url_prefix="/ernsd/backend/api")

_READING = "GET, HEAD"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_CALLS: Mapping[str, Callable[[World], Answer]] = {
    "get_networks": lambda _: all_networks(),
    "get_clinicalcentres": all_centres,
}


@blueprint.route("/<any(get_networks, get_clinicalcentres):call>", methods=_METHODS)
def call(call: str) -> ResponseReturnValue:
    if request.method != "GET":
        refused = problem(
            405,
            "method-not-allowed",
            "This can be read, not written",
            f"expected GET or HEAD; got {request.method}",
            "send GET; the rows come from the file of setting cpms.directory",
        )
        refused.headers["Allow"] = _READING
        return refused
    answer = _CALLS[call](current_world())
    response = Response(answer.body, mimetype="application/json")
    response.set_etag(answer.etag)
    response.headers["Cache-Control"] = "no-cache"  # may be kept, and asked about each time
    return response.make_conditional(request)


@blueprint.route("/", defaults={"path": ""}, methods=_METHODS)
@blueprint.route("/<path:path>", methods=_METHODS)
def unknown(path: str) -> ResponseReturnValue:
    return problem(
        404,
        "not-found",
        "There is no such call",
        f"expected one of {', '.join(_CALLS)}; got {path[:100]!r}",
        "check the address below /ernsd/backend/api/",
    )


@blueprint.errorhandler(Refusal)
def refused(refusal: Refusal) -> ResponseReturnValue:
    return refusal_problem(refusal)
