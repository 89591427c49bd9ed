"""`serve --log-format json`: one JSON object a line on standard error, whatever is in it."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from eulogin_harness import log_format
from eulogin_harness.client import World

Lines = Callable[[], list[dict[str, Any]]]
NASTY = 'a"b\\\n\r\x00\x1b[31m\x7f\u2028\x85 é'


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """What was logged since the last look, each line read as JSON."""
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    root, server = logging.getLogger(), logging.getLogger("mock_world.server")
    before = [*root.handlers]
    log_format.log_to_standard_error("json", verbose=True)

    def lines() -> list[dict[str, Any]]:
        text = out.getvalue()
        out.seek(0)
        out.truncate()
        assert text.isascii()
        assert text.replace("\n", "").isprintable()
        return [json.loads(line) for line in text.splitlines()]

    yield lines
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
    server.setLevel(logging.NOTSET)
    logging.captureWarnings(False)


def test_a_line_says_when_how_grave_whose_and_what(lines: Lines) -> None:
    logging.getLogger("some.part").warning("the %s broke", NASTY)
    (line,) = lines()
    assert datetime.now(UTC) - datetime.fromisoformat(line.pop("time")) < timedelta(seconds=10)
    assert line == {"level": "warning", "logger": "some.part", "message": f"the {NASTY} broke"}


def test_a_sign_that_no_encoding_has_is_escaped() -> None:
    line = log_format.JsonLines().format(logging.makeLogRecord({"msg": "a \ud800"}))
    assert json.loads(line)["message"] == "a \ud800"
    assert line.isascii()


def test_a_refusal_names_its_world_and_code(lines: Lines, world: World) -> None:
    lines()
    query = {"ticket": "ST-1", "service": "http://a.test/"}
    requests.get(f"{world.addresses.idp}/cas/serviceValidate", query, timeout=30)
    refused, access = lines()
    assert (refused["level"], refused["logger"], refused["world"]) == ("warning", "mock_world.journal", world.name)
    assert (refused["code"], refused["sign_in"]) == ("ticket.invalid_ticket", None)
    assert refused["message"].startswith("ticket.invalid_ticket: got a ticket that ")
    assert (access["logger"], access["level"]) == ("mock_world.server", "info")
    assert (access["world"], access["actor"], access["status"]) == (world.name, "idp", 200)
    assert access["message"] == f"GET /w/{world.name}/cas/serviceValidate 200"
    assert 0 < access["seconds"] < 10


def test_a_line_of_a_sign_in_names_it(lines: Lines, world: World) -> None:
    with requests.Session() as browser:
        browser.get(f"{world.addresses.idp}/cas/login", params={"service": "http://a.test/"}, timeout=30)
    assert lines()[-1]["sign_in"] == "signin-1"


def test_an_error_is_one_line_with_its_traceback(lines: Lines) -> None:
    try:
        int(NASTY.partition(" ")[0])
    except ValueError:
        logging.getLogger("some.part").exception("it failed")
    (line,) = lines()
    assert (line["level"], line["message"]) == ("error", "it failed")
    assert line["traceback"].startswith("Traceback (most recent call last):\n")
    assert "\nValueError: invalid literal for int()" in line["traceback"]


def test_a_request_to_no_world_is_a_line_too(lines: Lines, world: World) -> None:
    lines()
    requests.get(world.addresses.idp.replace(world.name, "never-made"), timeout=30)
    (line,) = lines()
    assert (line["world"], line["status"]) == ("never-made", 404)
