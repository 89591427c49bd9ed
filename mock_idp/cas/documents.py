"""Answers as documents: a tree of elements with the prefix `cas:`, written as XML or as JSON."""

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from xml.etree import ElementTree as ET

_PREFIX = "cas:"  # literal: some clients look for names such as `cas:user`
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DECLARATION = b"<?xml version='1.0' encoding='utf-8'?>\n"
_REPEATED = frozenset({"registrationLevelVersion", "memberOf", "strength"})  # in JSON arrays, however many there are

Json = str | bool | None | list["Json"] | dict[str, "Json"]


def add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Add an element. Characters that XML 1.0 forbids are left out."""
    allowed = {key: _FORBIDDEN.sub("", value) for key, value in attributes.items()}
    element = ET.SubElement(parent, _PREFIX + tag, allowed)
    element.text = None if text is None else _FORBIDDEN.sub("", text)
    return element


def nil(parent: ET.Element, name: str) -> None:
    """An element that says that there is nothing."""
    ET.SubElement(parent, _PREFIX + name, {"xmlns:xsi": _XSI, "xsi:nil": "true"})


def as_xml(root: ET.Element) -> bytes:
    return _DECLARATION + ET.tostring(root, encoding="unicode").encode()


def as_json(root: ET.Element) -> bytes:
    """The answer as JSON, by the names of the XML (facts, JSON form); attributes of the root stand beside its child."""
    attributes: dict[str, Json] = {name: value for name, value in root.attrib.items() if not name.startswith("xmlns")}
    return json.dumps({_name(root): attributes | _object(root)}, ensure_ascii=False, indent=2).encode()


def _name(element: ET.Element) -> str:
    return element.tag.removeprefix(_PREFIX)


def _object(element: ET.Element) -> dict[str, Json]:
    """Children by name; those that may come several times become an array."""
    by_name: dict[str, list[Json]] = {}
    for child in element:
        by_name.setdefault(_name(child), []).append(_value(child))
    return {name: values if len(values) > 1 or name in _REPEATED else values[0] for name, values in by_name.items()}


def _value(element: ET.Element) -> Json:
    special = _SPECIAL.get(_name(element))
    if special is not None:
        return special(element)
    if "xsi:nil" in element.attrib:
        return None
    return _object(element) if len(element) else element.text


def _texts(element: ET.Element) -> list[Json]:
    return [child.text or "" for child in element]


# Elements that are no text or object in JSON.
_SPECIAL: Mapping[str, Callable[[ET.Element], Json]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("sso", "isFromNewLogin", "longTermAuthenticationRequestTokenUsed"), lambda each: each.text == "true"
        ),
        **dict.fromkeys(("groups", "strengths", "proxies"), _texts),
        **dict.fromkeys(
            ("authenticationFailure", "loginRequestFailure", "proxyFailure"),
            lambda each: {"code": each.attrib["code"], "description": each.text or ""},
        ),
        "registrationLevelVersion": lambda each: {"level": each.attrib["level"], "value": each.text or ""},
        "extendedAttributes": lambda each: [
            {"name": attribute.attrib["name"], "attributeValue": _texts(attribute)} for attribute in each
        ],
    }
)
