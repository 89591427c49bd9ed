"""HTTP as messages: what is in an address, a form and an answer, taken apart for reading."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element, ParseError, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from eulogin_harness.debugger.model import APPLICATION, BROWSER, EU_LOGIN, Check, Message
from mock_world.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response

Rows = list[tuple[str, str]]
PARAMETERS, FORM, ANSWER = N_("Parameters"), N_("Form"), N_("Answer")


def sent_browser(title: str, url: str) -> Message:
    """The application sends the browser to EU Login."""
    return Message(title, BROWSER, EU_LOGIN, f"GET {url.partition('?')[0]}", [(PARAMETERS, query_of(url))])


def came_back(title: str, url: str, rows: Rows, checks: list[Check]) -> Message:
    """EU Login sends the browser back to the application."""
    return Message(title, EU_LOGIN, APPLICATION, f"GET {url}", [(PARAMETERS, rows)] if rows else [], checks=checks)


def called(title: str, method: str, url: str, form: "Mapping[str, str] | None" = None) -> Message:
    """The application calls EU Login on the back channel."""
    parts = [(PARAMETERS, query_of(url))] if query_of(url) else []
    if form:
        parts.append((FORM, list(form.items())))
    return Message(title, APPLICATION, EU_LOGIN, f"{method} {url.partition('?')[0]}", parts)


def answered(title: str, response: "Response", rows: Rows, checks: list[Check]) -> Message:
    """EU Login's answer on the back channel."""
    kind = response.headers.get("Content-Type", "")
    line = f"HTTP {response.status_code} {kind}".strip()
    parts = [(ANSWER, rows)] if rows else []
    return Message(title, EU_LOGIN, APPLICATION, line, parts, pretty(response), checks)


def silent(title: str, problem: str, remedy: str) -> Message:
    """No answer came."""
    return Message(title, EU_LOGIN, APPLICATION, "-", checks=[Check(False, problem, remedy)])


def query_of(url: str) -> Rows:
    """The parameters of an address, in order."""
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def pretty(response: "Response") -> str:
    """The body, laid out for reading."""
    text = response.text
    try:
        if text.lstrip().startswith("<"):
            root = fromstring(text.encode())
            indent(root)
            return tostring(root, encoding="unicode")
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ParseError, DefusedXmlException, ValueError):
        return text


def xml_root(text: str) -> Element | None:
    """The root of a document; None where it is none."""
    try:
        root: Element = fromstring(text.encode())
    except (ParseError, DefusedXmlException, ValueError):
        return None
    return root


def name_of(element: Element) -> str:
    """Without its namespace."""
    return element.tag.rpartition("}")[2]


def leaves(element: Element, path: str = "") -> Rows:
    """Each element that holds a text, by its way from `element`, with its attributes."""
    rows: Rows = []
    for child in element:
        name = f"{path}{name_of(child)}"
        marks = "".join(f" [{key}={value}]" for key, value in child.attrib.items())
        if len(child):
            rows += leaves(child, f"{name} / ")
        else:
            rows.append((name + marks, (child.text or "").strip()))
    return rows


def flat(document: "Mapping[str, Any]", path: str = "") -> Rows:
    """The values of a JSON object, by their way from its root."""
    rows: Rows = []
    for name, value in document.items():
        if isinstance(value, dict) and value:
            rows += flat(value, f"{path}{name} / ")
        else:
            rows.append((f"{path}{name}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
    return rows
