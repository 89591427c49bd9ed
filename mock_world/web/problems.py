"""Refusals for machines: problem documents (RFC 9457)."""

from flask import Response, jsonify

from mock_world.refusal import Refusal


def problem(status: int, kind: str, title: str, detail: str, instructions: str, **more: object) -> Response:
    """A problem document: `kind` as `type`, what was expected and came as `detail`, what to do as `instructions`."""
    response = jsonify(type=kind, title=title, status=status, detail=detail, instructions=instructions, **more)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def refusal_problem(refusal: Refusal) -> Response:
    """The problem document of a refusal; its parameters come with it."""
    return problem(
        refusal.kind.status,
        refusal.code,
        refusal.message(),
        f"expected {refusal.expected}; got {refusal.got}",
        refusal.remedy,
        **refusal.params,
    )
