"""A sign-in to be handed on: as text for a ticket, and as HAR (HTTP Archive 1.2). Secrets are masked in both."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from eulogin_harness import VERSION
from eulogin_harness.journey.masking import masked_rows, masked_text, masked_url, query_rows
from eulogin_harness.journey.model import LANES, Step
from eulogin_harness.journey.sign_ins import SignIn
from mock_world.i18n import ZONE
from mock_world.messages import HttpMessage


def as_text(sign_in: SignIn, steps: Sequence[Step]) -> str:
    """A sign-in in lines, English."""
    head = f"{sign_in.correlation_id}: {sign_in.person or 'nobody yet'} to {sign_in.application or 'EU Login'}"
    return "\n".join([head, "", *(line for step in steps for line in _lines(step)), ""])


def _lines(step: Step) -> Iterator[str]:
    way = LANES[step.sender] if step.sender == step.receiver else f"{LANES[step.sender]} -> {LANES[step.receiver]}"
    yield f"{step.number:>3}  {step.at.astimezone(ZONE):%H:%M:%S}  {way}: {step.title}  {step.answer}".rstrip()
    for event in step.events:
        if event.is_refusal:
            yield f"       refused  {event.type}: expected {event.fields['expected']}"
            yield f"                got {event.fields['got']}"
            yield f"                {event.fields['remedy']}"
        else:
            yield f"       {event.sentence}"
    for check in step.checks:
        mark = {True: "good", False: "wrong", None: "mind"}[check.good]
        yield f"       {mark}  {check.words} {check.detail}".rstrip()


def as_har(steps: Sequence[Step]) -> dict[str, Any]:
    """The messages of a sign-in as an HTTP archive."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "eulogin-harness", "version": VERSION},
            "entries": [_entry(step, step.message) for step in steps if step.message is not None],
        }
    }


def _entry(step: Step, message: HttpMessage) -> dict[str, Any]:
    query = query_rows(message.url)
    form = masked_rows(message.fields)
    text = masked_text(message.body.decode(errors="replace"))
    request: dict[str, Any] = {
        "method": message.method,
        "url": masked_url(message.url),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [],
        "queryString": _pairs(query),
        "headersSize": -1,
        "bodySize": -1,
    }
    if form:
        request["postData"] = {"mimeType": "application/x-www-form-urlencoded", "params": _pairs(form)}
    location = masked_url(message.location) if message.location else ""
    return {
        "startedDateTime": message.at.isoformat(),
        "time": 0,
        "request": request,
        "response": {
            "status": message.status,
            "statusText": HTTPStatus(message.status).phrase if message.status in list(HTTPStatus) else "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs([("Location", location)]) if location else [],
            "content": {"size": len(message.body), "mimeType": message.content_type, "text": text},
            "redirectURL": location,
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "comment": f"{LANES[step.sender]} to {LANES[step.receiver]}; times are of the world's clock",
    }


def _pairs(rows: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in rows]
