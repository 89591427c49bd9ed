"""What a command prints."""

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pydantic import BaseModel


class Output:
    """Lines for people, or JSON for scripts."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def one(self, answer: "BaseModel", line: str) -> None:
        click.echo(answer.model_dump_json(indent=2) if self._as_json else line)

    def many(self, answers: "Iterable[BaseModel]", line: Callable[[Any], str]) -> None:
        answers = list(answers)
        if self._as_json:
            click.echo(json.dumps([answer.model_dump(mode="json") for answer in answers], indent=2))
        for answer in answers if not self._as_json else ():
            click.echo(line(answer))

    def done(self, line: str) -> None:
        click.echo(json.dumps({"done": line}) if self._as_json else line)
