"""Prepared worlds as the control API and the command line show them."""

from eulogin_harness.documents.prepared_worlds import PreparedWorldAnswer
from eulogin_harness.prepared_worlds.catalogue import prepared_worlds
from eulogin_harness.prepared_worlds.schema import PreparedWorld

_PARTS = {"reproduce": "By hand", "seen": "Seen", "way_out": "Way out", "limit": "Not shown"}


def answer_of(name: str, prepared: PreparedWorld) -> PreparedWorldAnswer:
    fields = {*PreparedWorldAnswer.model_fields} - {"name"}
    return PreparedWorldAnswer(name=name, **prepared.model_dump(include=fields))


def answers() -> list[PreparedWorldAnswer]:
    """All of the catalogue, in its order."""
    return [answer_of(name, prepared) for name, prepared in prepared_worlds().items()]


def as_text(answer: PreparedWorldAnswer) -> str:
    """For a terminal."""
    parts = [f"{label:<10} {text}" for name, label in _PARTS.items() if (text := getattr(answer, name))]
    return "\n".join([answer.title, "", *parts, f"{'Show it':<10} eulogin-harness serve --world {answer.name} --open"])
