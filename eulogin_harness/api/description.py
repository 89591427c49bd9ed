"""The OpenAPI document, and a page to try the calls.

`openapi.json` of the repository is this document of a mock at its usual address; `make reference` writes it.
"""

import ast
import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from eulogin_harness import VERSION
from eulogin_harness.api import schemas
from eulogin_harness.api.frame import CALLS, Call, api
from eulogin_harness.documents.common import ProblemDocument
from mock_world.web import current_world
from mock_world.web.files import serve_file

if TYPE_CHECKING:
    from spectree import SpecTree

_DESCRIPTION = """\
Worlds, people, phones, mails, faults and time of a mock of EU Login and CPMS 2.0.

The paths are those of the world `default`. Another world has them all below its prefix, `/w/{name}`: `POST /api/worlds`
makes one and answers with its addresses. Times are ISO 8601, and world time unless said otherwise. Each error is a
problem document (RFC 9457) that says what was expected, what came and what to do."""
_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "Demanded where the process was started with `EULOGIN_TOKEN`, of which it is the value.",
}
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
    return _document() | {"servers": [{"url": server}]}


def openapi_text(server: str) -> str:
    """The document as a file has it; needs the app's context."""
    return json.dumps(openapi_document(server), indent=2) + "\n"


def _document() -> dict[str, Any]:
    document: dict[str, Any] = _described().spec
    models = document["components"]["schemas"]
    for call in (call for path in document["paths"].values() for call in path.values()):
        _describe_call(call, models)
    for rule in current_app.url_map.iter_rules():
        if (known := CALLS.get(rule.endpoint)) and (known.takes or known.gives):
            (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            path = re.sub(r"<(?:[^<>:]+:)?(\w+)>", r"{\1}", rule.rule)
            _describe_file(document["paths"][path][method.lower()], known)
    document["info"]["description"] = _DESCRIPTION
    document["tags"] = [tag | {"description": _subject(tag["name"])} for tag in document["tags"]]
    document["components"]["securitySchemes"] = {"token": _TOKEN}
    document["security"] = [{"token": []}, {}]
    schemas.complete(document)
    return document


def _describe_call(call: dict[str, Any], models: Mapping[str, Any]) -> None:
    del call["responses"]["422"]
    call["responses"]["default"] = _PROBLEM
    if not call["description"]:
        del call["description"]
    if call["tags"] == ["health"]:  # for whoever starts the process and watches over it
        call["security"] = []
    if body := call.get("requestBody"):
        schema = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        body["required"] = "required" in models[schema]


def _subject(tag: str) -> str:
    """What the calls of a tag are about, as their module says."""
    module = sys.modules[f"{api.import_name.rpartition('.')[0]}.{re.sub('[ -]', '_', tag)}"]
    return (module.__doc__ or "").partition("\n")[0]


def _describe_file(call: dict[str, Any], known: Call) -> None:
    """A body that is no JSON, which the library does not know."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    if known.takes:
        call["requestBody"] = {"content": {known.takes: schema}, "required": True}
    if known.gives:
        call["responses"][str(known.status)]["content"] = {known.gives: schema}


def _described() -> "SpecTree":
    """All calls, described by an app that is asked for nothing else: a call is checked without it."""
    from spectree import Response as Answers
    from spectree import SpecTree

    spec = SpecTree(
        "flask",
        mode="strict",
        title="Control API of eulogin-harness",
        version=VERSION,
        validation_error_model=ProblemDocument,
        naming_strategy=_name,
        nested_naming_strategy=lambda _, child: child,
    )
    app = Flask(__name__, static_folder=None)
    for rule in current_app.url_map.iter_rules():
        if call := CALLS.get(rule.endpoint):
            view = spec.validate(
                resp=Answers(**{f"HTTP_{call.status}": call.answer}),
                tags=(call.tag,),
                operation_id=_camel_case(call.function.__name__),
            )(call.function)
            path = rule.rule.replace("<other_than_load:", "<")  # the library knows Flask's own converters alone
            app.add_url_rule(path, rule.endpoint, view, methods=rule.methods)
    models = {_name(model): model for model in _models(BaseModel)}
    for name, schema in spec.models.items():
        _describe_fields(schema, docstrings_of(models[name]))
        for nested, part in schema.get("$defs", {}).items():
            _describe_fields(part, docstrings_of(models[nested]) if nested in models else {})
    spec.register(app)
    with app.app_context():
        spec.spec  # noqa: B018 - made when it is first asked for, of the current app
    return spec


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return "".join([first, *(word.capitalize() for word in others)])


def _name(model: type[BaseModel]) -> str:
    return model.__name__.replace("[", "Of").rstrip("]")


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def _describe_fields(schema: dict[str, Any], texts: dict[str, str]) -> None:
    for name, field in schema.get("properties", {}).items():
        if name in texts:
            field.setdefault("description", texts[name])


def docstrings_of(model: type[BaseModel]) -> dict[str, str]:
    """The strings below a model's fields, by name. pydantic would read them whenever a model is made."""
    docstrings: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and not base.__module__.startswith("pydantic"):
            docstrings |= _strings_of(base.__module__).get(base.__name__.partition("[")[0], {})
    return {field.alias or name: docstrings[name] for name, field in model.model_fields.items() if name in docstrings}


@cache
def _strings_of(module: str) -> dict[str, dict[str, str]]:
    """The strings below the fields of a module's classes."""
    classes = [
        node for node in ast.parse(inspect.getsource(sys.modules[module])).body if isinstance(node, ast.ClassDef)
    ]
    return {node.name: dict(_strings_below(node.body)) for node in classes}


def _strings_below(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for field, text in pairwise(body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, inspect.cleandoc(words)


@api.get("/api/docs")
def docs() -> str:
    """A page to try the calls."""
    return render_template("desk/docs.html")


@api.get("/api/docs/<path:name>")
def docs_asset(name: str) -> Response:
    """Swagger UI, out of the package that carries it."""
    import flask_swagger_ui  # type: ignore[import-untyped]  # it has no types

    return serve_file(Path(flask_swagger_ui.__file__).parent / "dist", name)
