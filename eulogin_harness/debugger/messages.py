"""HTTP as messages: what is in an address, a form and an answer, taken apart for reading."""

import base64
import json
import shlex
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from defusedxml.minidom import parseString

from eulogin_harness.debugger.model import APPLICATION, BROWSER, EU_LOGIN, Check, Message
from mock_world import World
from mock_world.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response

Rows = list[tuple[str, str]]
STEP = " / "  # between the names on the way to a value
_LONGEST = 2000  # characters that are shown of what anybody may send
_PARAMETERS, _FORM, _ANSWER = N_("Parameters"), N_("Form"), N_("Answer")


def sent_browser(title: str, url: str) -> Message:
    """The application sends the browser to EU Login."""
    return Message(title, APPLICATION, BROWSER, f"GET {url.partition('?')[0]}", _parameters(url))


def came_back(title: str, url: str, rows: Rows, checks: list[Check]) -> Message:
    """EU Login sends the browser back to the application."""
    shown = [(name[:_LONGEST], value[:_LONGEST]) for name, value in rows]
    return Message(title, EU_LOGIN, BROWSER, f"GET {url}", [(_PARAMETERS, shown)] if shown else [], checks=checks)


def notified(title: str, url: str, rows: Rows, checks: list[Check]) -> Message:
    """EU Login calls the application on the back channel."""
    shown = [(name, value[:_LONGEST]) for name, value in rows]
    return Message(title, EU_LOGIN, APPLICATION, f"POST {url}", [(_FORM, shown)], checks=checks)


def called(world: World, title: str, method: str, url: str, form: "Mapping[str, str] | None" = None) -> Message:
    """The application calls EU Login on the back channel."""
    parts = _parameters(url)
    if form:
        parts.append((_FORM, list(form.items())))
    line = f"{method} {url.partition('?')[0]}"
    return Message(title, APPLICATION, EU_LOGIN, line, parts, command=_curl(world, url, form or {}))


def _curl(world: World, url: str, form: "Mapping[str, str]") -> str:
    """The call as a line for a terminal, where `/ca.pem` of the desk was downloaded if EU Login speaks https by it."""
    trusts = ["--cacert ca.pem"] if world.authority and url.startswith("https:") else []
    fields = [f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in form.items()]
    return " ".join(["curl", *trusts, *fields, shlex.quote(url)])


def answered(title: str, response: "Response", rows: Rows, checks: list[Check]) -> Message:
    """EU Login's answer on the back channel."""
    line = f"HTTP {response.status_code} {response.headers.get('Content-Type', '')}".strip()
    return Message(
        title, EU_LOGIN, APPLICATION, line, [(_ANSWER, rows)] if rows else [], laid_out(response), checks=checks
    )


def _parameters(url: str) -> list[tuple[str, Rows]]:
    """The parameters of an address, in order."""
    rows = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return [(_PARAMETERS, rows)] if rows else []


def laid_out(response: "Response") -> str:
    """The body with a line for each element: as it came where it has lines already, or cannot be read."""
    text = response.text
    if not text.startswith("<?xml") or "\n" in text.partition("?>")[2].strip():
        return text
    try:
        return str(parseString(text).toprettyxml(indent="  "))
    except (ExpatError, DefusedXmlException, ValueError):
        return text


def xml_root(body: bytes) -> Element | None:
    """The root of a document; None where it is none."""
    try:
        root: Element = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError):
        return None
    return root


def json_object(body: bytes | str) -> dict[str, Any]:
    """The object of an answer; empty where it is none."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def token_part(token: str, number: int) -> dict[str, Any]:
    """Header (0) or claims (1) of a JSON Web Token, whether it is signed or not; empty where it is no JSON object."""
    try:
        text = token.split(".")[number]
        return json_object(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, IndexError):
        return {}


def leaves(element: Element, path: str = "") -> Rows:
    """Each element that holds a text, by its way from `element`, with its attributes."""
    rows: Rows = []
    for child in element:
        name = path + child.tag.rpartition("}")[2] + "".join(f" [{key}={value}]" for key, value in child.attrib.items())
        rows += leaves(child, name + STEP) if len(child) else [(name, (child.text or "").strip())]
    return rows


def flat(document: "Mapping[str, Any]", path: str = "") -> Rows:
    """The values of a JSON object, by their way from its root."""
    rows: Rows = []
    for name, value in document.items():
        if isinstance(value, dict) and value:
            rows += flat(value, path + name + STEP)
        else:
            rows.append((path + name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
    return rows


def names_in(rows: Rows) -> set[str]:
    """All names on the ways to the values, without attributes."""
    return {part.partition(" [")[0] for name, _ in rows for part in name.split(STEP)}
