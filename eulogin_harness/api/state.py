"""The whole world as one document."""

from typing import Any

from pydantic import Field

from eulogin_harness.api.frame import api, call
from eulogin_harness.api.problems import wrong_value
from eulogin_harness.documents.common import Answer, Body
from eulogin_harness.state import dump_state, load_state
from mock_world.web import current_world


class StateAnswer(Answer):
    """Every row of every table, secrets included: they are a mock's."""

    format: int
    tables: dict[str, list[dict[str, Any]]]


class StateBody(Body):
    """A document of GET /api/state."""

    format: int
    tables: dict[str, list[dict[str, Any]]] = Field(description="Rows by table, as GET /api/state answers them.")


@api.get("/api/state")
@call("state", StateAnswer)
def get_state() -> StateAnswer:
    """The whole world as one document"""
    return StateAnswer(**dump_state(current_world()))


@api.put("/api/state")
@call("state", None, status=204)
def replace_state(json: StateBody) -> tuple[str, int]:
    """The world as the document says; what it was is gone"""
    try:
        load_state(current_world(), json.model_dump())
    except ValueError as error:
        raise wrong_value("a document of GET /api/state", str(error)) from None
    return "", 204
