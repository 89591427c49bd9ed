"""Refusals for machines: problem documents (RFC 9457)."""

from collections.abc import Collection

from flask import Response, jsonify

from mock_world.refusal import Refusal


def problem(status: int, kind: str, title: str, detail: str, instructions: str, **more: object) -> Response:
    """A problem document: `kind` as `type`, what was expected and came as `detail`, what to do as `instructions`."""
    response = jsonify(type=kind, title=title, status=status, detail=detail, instructions=instructions, **more)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def refusal_problem(refusal: Refusal, *, without: Collection[str] = ()) -> Response:
    """The problem document of a refusal; its parameters come with it, but those of the names `without`."""
    return problem(
        refusal.kind.status,
        refusal.code,
        refusal.message(),
        f"expected {refusal.expected}; got {refusal.got}",
        refusal.remedy,
        **{name: value for name, value in refusal.params.items() if name not in without},
    )
