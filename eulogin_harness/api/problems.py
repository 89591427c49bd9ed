"""Wrong use of the control API, as problem documents (RFC 9457)."""

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError
from werkzeug.exceptions import MethodNotAllowed, NotFound

from mock_world import Refusal
from mock_world.web.problems import problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Response
    from pydantic_core import ErrorDetails
    from werkzeug.exceptions import HTTPException

_MOST_TOLD = 20  # wrong fields of one body
_DESCRIPTION = "GET /api/openapi.json describes every call"


@dataclass(frozen=True)
class Problem(Exception):  # noqa: N818 - the field's own word (RFC 9457)
    """An answer that says no. `type` is what scripts compare; the rest are sentences."""

    type: str
    title: str
    expected: str
    got: str
    instructions: str
    status: int = 400

    def response(self) -> "Response":
        return problem(
            self.status,
            self.type,
            self.title,
            f"expected {self.expected}; got {self.got}",
            self.instructions,
            expected=self.expected,
            got=self.got,
        )


def of_refusal(refusal: Refusal) -> Problem:
    """A rule said no."""
    return Problem(
        refusal.code,
        refusal.message(),
        refusal.expected,
        refusal.got,
        refusal.remedy,
        refusal.kind.status,
    )


def of_wrong_fields(error: ValidationError, known: "Iterable[str]") -> Problem:
    """Fields that do not fit; `known` are the names that exist."""
    errors = error.errors(include_url=False, include_context=False)
    unknown = [item for item in errors if item["type"] == "extra_forbidden"][:_MOST_TOLD]
    if unknown:
        return _unknown_fields(unknown, known)
    errors = errors[:_MOST_TOLD]
    return Problem(
        "wrong-field",
        "A field has a value that does not fit",
        "; ".join(f"{_place(item)}: {item['msg'].removeprefix('Value error, ')}" for item in errors),
        "; ".join(f"{_place(item)} = {_shown(item)}" for item in errors),
        f"mend the field and call again; {_DESCRIPTION}",
        422,
    )


def _unknown_fields(unknown: "list[ErrorDetails]", known: "Iterable[str]") -> Problem:
    return Problem(
        "unknown-field",
        "A field is not known",
        f"only the fields {', '.join(known) or '(none)'}",
        ", ".join(_place(item) for item in unknown),
        f"leave it out or check its spelling{_near(unknown, known)}; {_DESCRIPTION}",
        422,
    )


def _near(unknown: "list[ErrorDetails]", known: "Iterable[str]") -> str:
    """Which field was probably meant, in words; empty where none is near."""
    names = (str(item["loc"][-1]) for item in unknown)
    near = [match for name in names for match in difflib.get_close_matches(name, known, n=1)]
    return f" (did you mean {', '.join(near)}?)" if near else ""


def _place(item: "ErrorDetails") -> str:
    return ".".join(str(part) for part in item["loc"]) or "the body"


_SECRET_FIELDS = {"password", "pin", "client_secret", "jwks", "payload", "image"}  # the last two: of a QR code


def _shown(item: "ErrorDetails") -> str:
    if item["type"] == "missing":
        return "nothing"
    if _SECRET_FIELDS & set(item["loc"]):
        return "something else"
    if isinstance(item["input"], dict):
        return f"an object with {', '.join(item['input']) or 'nothing'}"[:80]
    return repr(item["input"])[:80]


def wrong_value(expected: str, got: str) -> Problem:
    """A value that a rule does not take. `got`: the rule's sentence."""
    way = f"mend it and call again; {_DESCRIPTION}"
    return Problem("wrong-value", "A value does not fit", expected, got, way, 422)


def not_found(what: str, got: object, way: str) -> Problem:
    """There is no such thing. `way`: the call that lists them."""
    return Problem("not-found", f"There is no such {what}", f"the id of a {what} of this world", str(got), way, 404)


def nothing_yet(what: str, instead: str, seconds: float) -> Problem:
    """Nothing came while the call waited (contract, `wait`). `what`: with its article."""
    return Problem(
        "nothing-yet",
        "Nothing like that yet",
        f"{what} that fits, within {seconds:g} seconds",
        instead,
        "look at what was there instead; ask for that, or do first what makes it come",
        404,
    )


def answer_to_http_error(error: "HTTPException", method: str, path: str) -> "Response":
    """The answer to a path or method that does not exist, or a body that is too large."""
    response = _of_http_error(error, method, path).response()
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _of_http_error(error: "HTTPException", method: str, path: str) -> Problem:
    status = error.code or 500
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
        expected, got = f"one of the methods {allowed}", method
    elif isinstance(error, NotFound):
        expected, got = "the path of a call", path
    else:
        expected, got = "a request that can be served", (error.description or error.name).rstrip(".")
    return Problem(
        error.name.lower().replace(" ", "-"), error.name, expected, got, f"check the call; {_DESCRIPTION}", status
    )


def world_ended(name: str) -> Problem:
    """The world was deleted while a call was waiting in it."""
    way = "make another by POST /api/worlds"
    return Problem("world-ended", "This world has ended", "a world that lives", f"{name}, deleted", way, 410)


def crashed() -> Problem:
    """A bug of ours."""
    way = "try again; if it stays, the log on standard error says more"
    return Problem("internal-error", "Something went wrong in the mock", "an answer", "an error", way, 500)
