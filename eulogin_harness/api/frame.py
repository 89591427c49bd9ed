"""What every call has in common: one blueprint, checked bodies and queries, problem documents."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, get_type_hints

from flask import Blueprint, Response, current_app, make_response, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response as WerkzeugResponse

from eulogin_harness.api.problems import (
    Problem,
    answer_to_http_error,
    crashed,
    of_refusal,
    of_wrong_fields,
    world_ended,
)
from eulogin_harness.documents.common import LARGEST
from mock_world import Refusal
from mock_world.database import DATABASE_ERRORS, DatabaseGoneError
from mock_world.log_lines import log_crash
from mock_world.plain_answers import database_lost
from mock_world.web import current_world

_DEEPEST = 50  # objects and arrays of a body within each other
View = Callable[..., Any]
CheckedView = Callable[..., Response]

ID = f"<int(max={LARGEST}):id>"  # in the path of a call

api = Blueprint("api", __name__)


class OtherThanLoad(BaseConverter):
    """A part of a path that is not the call `load` beside it, whose methods are others."""

    regex, part_isolating = r"(?!load$)[^/]+", True


CONVERTERS: Mapping[str, type[BaseConverter]] = {"other_than_load": OtherThanLoad}  # of paths of calls


@dataclass(frozen=True)
class Call:
    """A call as the OpenAPI document describes it. answer: model of what it answers with `status`.

    takes, gives: media type of a body that is no JSON, coming in and going out.
    """

    function: View
    tag: str
    answer: type[BaseModel] | None
    status: int
    takes: str | None = None
    gives: str | None = None

    @cached_property
    def models(self) -> dict[str, type[BaseModel]]:
        """What comes in: the models of the function's `json` and `query`."""
        hints = get_type_hints(self.function)
        return {name: hints[name] for name in ("json", "query") if name in hints}


CALLS: dict[str, Call] = {}  # by the name of the endpoint


def call(
    tag: str,
    answer: type[BaseModel] | None,
    *,
    status: int = 200,
    takes: str | None = None,
    gives: str | None = None,
) -> Callable[[View], CheckedView]:
    """Check what comes in by the function's `json` and `query`, and describe the call in the OpenAPI document.

    answer: model of what the call answers with `status`. takes, gives: media type of a body that is no JSON.
    """

    def decorate(function: View) -> CheckedView:
        described = Call(function, tag, answer, status, takes, gives)

        @wraps(function)
        def checked(**path: Any) -> Response:
            return _response(function(**path, **_arguments(described.models)))

        CALLS[f"{api.name}.{function.__name__}"] = described
        return checked

    return decorate


def _arguments(models: Mapping[str, type[BaseModel]]) -> dict[str, BaseModel]:
    """What the request says, checked. Raises Problem."""
    try:
        return {name: _query(model) if name == "query" else _body(model) for name, model in models.items()}
    except ValidationError as error:
        fields = [field.alias or name for model in models.values() for name, field in model.model_fields.items()]
        raise of_wrong_fields(error, fields) from None


def _query(model: type[BaseModel]) -> BaseModel:
    """The query; what is named several times is a list, which no call takes."""
    lists = request.args.lists()
    return model.model_validate({name: values[0] if len(values) == 1 else values for name, values in lists})


def _body(model: type[BaseModel]) -> BaseModel:
    """The body, in JSON's own types: neither 1 nor "yes" is true."""
    return model.model_validate_json(json.dumps(request.get_json(silent=True) or {}), strict=True)


def _response(answer: Any) -> Response:
    content, *status = answer if isinstance(answer, tuple) else (answer,)
    if isinstance(content, BaseModel):
        content = current_app.response_class(content.model_dump_json(), mimetype="application/json")
    return make_response(content, *status)


@api.before_request
def check_body() -> None:
    """Refuse a body that is no JSON object, before anybody looks into it."""
    called = CALLS.get(request.endpoint or "")
    if called and called.takes:
        _check_media_type(called.takes)
        return
    if request.method in {"GET", "DELETE"} or not request.get_data():
        return
    if not request.is_json:
        raise _wrong_body("Content-Type: application/json", request.mimetype or "none", 415)
    try:
        body = request.get_json()
    except BadRequest:
        raise _wrong_body("a JSON object", "something that is no JSON") from None
    if not isinstance(body, dict):
        raise _wrong_body("a JSON object", f"JSON, but a {type(body).__name__}")
    if _is_too_deep(body):
        raise _wrong_body(f"objects and arrays at most {_DEEPEST} deep within each other", "deeper ones", 422)
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise _wrong_body("text in Unicode", "half a surrogate pair, such as \\ud800", 422) from None


def _is_too_deep(body: dict[str, Any]) -> bool:
    raw = request.get_data()
    if raw.count(b"{") + raw.count(b"[") <= _DEEPEST:
        return False
    level: list[Any] = [body]
    for _ in range(_DEEPEST):
        level = [part for each in level for part in (each.values() if isinstance(each, dict) else each)]
        level = [part for part in level if isinstance(part, dict | list)]
    return bool(level)


def _check_media_type(expected: str) -> None:
    if request.mimetype != expected:
        way = f"send the file as body, with the header Content-Type: {expected}"
        got = request.mimetype or "none"
        raise Problem("wrong-body", "The body cannot be read", f"Content-Type: {expected}", got, way, 415)


def _wrong_body(expected: str, got: str, status: int = 400) -> Problem:
    way = 'send something like {"name": "value"} with the header Content-Type: application/json'
    return Problem("wrong-body", "The body cannot be read", expected, got, way, status)


@api.errorhandler(Problem)
def _problem(problem: Problem) -> Response:
    """Whatever a call found missing while its world ended, the end is the reason."""
    world = current_world()
    return (world_ended(world.name) if world.closed else problem).response()


@api.errorhandler(Refusal)
def _refused(refusal: Refusal) -> Response:
    return of_refusal(refusal).response()


@api.errorhandler(RecursionError)
def _too_deep(_: RecursionError) -> Response:
    return _wrong_body("JSON as the call is described", "arrays or objects nested too deep", 422).response()


@api.errorhandler(HTTPException)
def _http_error(error: HTTPException) -> Response:
    return answer_to_http_error(error, request.method, request.path)


@api.errorhandler(Exception)
def _crashed(error: Exception) -> WerkzeugResponse:
    if current_world().closed or isinstance(error, DatabaseGoneError):
        return world_ended(current_world().name).response()
    if isinstance(error, DATABASE_ERRORS):
        return database_lost(request.path, error)
    log_crash(current_app.logger, f"{request.method} {request.path}", error)
    return crashed().response()
