"""HTTP to one world's control API."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import requests
from pydantic import BaseModel, TypeAdapter

from eulogin_harness.readiness import TIMEOUT

M = TypeVar("M", bound=BaseModel)

WAIT = 10.0  # seconds of real time that waiting calls wait, unless said otherwise
_DURATION = TypeAdapter(timedelta)


class ProblemError(Exception):
    """The mock said no. `type`: for scripts; the others are sentences. call, query: method and path, and its query."""

    def __init__(
        self, status: int, document: Mapping[str, Any], call: str = "", query: Mapping[str, Any] | None = None
    ) -> None:
        self.status = status
        self.call = call
        self.query = dict(query or {})
        self.type: str = document.get("type", "unknown")
        self.title: str = document.get("title", "")
        self.detail: str = document.get("detail", "")
        self.expected: str = document.get("expected", "")
        self.got: str = document.get("got", "")
        self.instructions: str = document.get("instructions", "")
        super().__init__(f"{self.title} ({self.type}): {self.detail}. What to do: {self.instructions}.")


class Connection:
    """The calls of one world, by the address of its desk."""

    def __init__(self, url: str, session: requests.Session) -> None:
        self.url = url.rstrip("/")
        self.session = session

    def send(self, method: str, path: str, *, wait: float = 0, **more: Any) -> requests.Response:
        answer = self.session.request(method, self.url + path, timeout=TIMEOUT + wait, **more)
        if answer.ok:
            return answer
        raise ProblemError(answer.status_code, _document(answer), f"{method} {path}", more.get("params"))

    def ask(self, model: type[M], method: str, path: str, *, wait: float = 0, **more: Any) -> M:
        return model.model_validate_json(self.send(method, path, wait=wait, **more).content)


class Resource:
    """The calls of one world about one subject."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection


def _document(answer: requests.Response) -> dict[str, Any]:
    try:
        document = answer.json()
    except requests.JSONDecodeError:
        return {"title": f"HTTP {answer.status_code}", "detail": answer.text[:200]}
    return document if isinstance(document, dict) else {}


def described(ask: Callable[[], str]) -> str:
    """What a `__repr__` asks the mock for; it never raises."""
    try:
        return ask()
    except (requests.RequestException, ProblemError, ValueError):
        return "which does not answer"


def given(**values: Any) -> dict[str, Any]:
    """What is not None."""
    return {name: value for name, value in values.items() if value is not None}


def iso(value: Any) -> Any:
    """Moments and durations in ISO 8601, in lists and dicts too; anything else as it is."""
    if isinstance(value, Mapping):
        return {name: iso(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [iso(each) for each in value]
    if isinstance(value, timedelta):
        return _DURATION.dump_python(value, mode="json")
    return value.isoformat() if isinstance(value, datetime) else value
