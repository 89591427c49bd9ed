"""Answers that tell one thing, or why not: to who begins a login transaction, and to proxies."""

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from mock_idp.cas.answer import NAMESPACE, SERVER, VERSION
from mock_world import settings as s

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_world import World

YALE = "http://www.yale.edu/tp/cas"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


@dataclass(frozen=True)
class SmallAnswer:
    """root: `loginRequest` or `serviceResponse`. outcome: its only child, such as `proxySuccess`.

    content: elements by name; of a failure `code` and `description`.
    """

    root: str
    outcome: str
    content: "Mapping[str, str]"


def failure(root: str, outcome: str, code: str, description: str) -> SmallAnswer:
    """A failure with its code and a sentence."""
    return SmallAnswer(root, outcome, {"code": code, "description": description})


def _attributes(world: "World") -> dict[str, str]:
    """What EU Login says of itself; plain CAS says nothing."""
    if world.settings[s.DIALECT] == "cas":
        return {}
    date = world.protocol_now().isoformat(timespec="milliseconds")
    return {"server": SERVER, "date": date, "version": VERSION}


def as_json(world: "World", told: SmallAnswer) -> bytes:
    """The same names as in XML (facts, validation answer)."""
    return json.dumps({told.root: {**_attributes(world), told.outcome: dict(told.content)}}).encode()


def as_xml(world: "World", told: SmallAnswer) -> bytes:
    """With the prefix `cas:`, in the namespace of the dialect."""
    namespace = YALE if world.settings[s.DIALECT] == "cas" else NAMESPACE
    root = ET.Element(f"cas:{told.root}", {"xmlns:cas": namespace, **_attributes(world)})
    outcome = ET.SubElement(root, f"cas:{told.outcome}")
    if "code" in told.content:
        outcome.set("code", told.content["code"])
        outcome.text = _NO_XML.sub("", told.content["description"])
    else:
        for name, text in told.content.items():
            ET.SubElement(outcome, f"cas:{name}").text = text
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document
