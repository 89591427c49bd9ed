"""The OpenAPI document, and a page to try the calls."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from flask import Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from eulogin_harness.api.frame import SPEC, api
from mock_world.web import current_world
from mock_world.web.files import serve_file

_PROBLEM = {
    "description": "The mock says no, and why",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
}


@api.get("/api/openapi.json")
def openapi() -> ResponseReturnValue:
    """The description of all calls."""
    return jsonify(openapi_document(current_world().addresses.public("desk")))


def openapi_document(server: str) -> dict[str, Any]:
    """The OpenAPI document of the API at `server`; needs the app's context."""
    document: dict[str, Any] = deepcopy(SPEC.spec) | {"servers": [{"url": server}]}
    schemas = document["components"]["schemas"]
    for call in (call for path in document["paths"].values() for call in path.values()):
        del call["responses"]["422"]
        call["responses"]["default"] = _PROBLEM
        if body := call.get("requestBody"):
            schema = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            body["required"] = "required" in schemas[schema]
    return document


@api.get("/api/docs")
def docs() -> str:
    """A page to try the calls."""
    return render_template("desk/docs.html")


@api.get("/api/docs/<path:name>")
def docs_asset(name: str) -> Response:
    """Swagger UI, out of the package that carries it."""
    import flask_swagger_ui  # type: ignore[import-untyped]  # it has no types

    return serve_file(Path(flask_swagger_ui.__file__).parent / "dist", name)
