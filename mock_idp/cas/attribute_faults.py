"""Faults attributes.missing and attributes.duplicate: what they do to the answer of a validation."""

from copy import copy
from typing import TYPE_CHECKING

from mock_world.fault_types import ATTRIBUTES_DUPLICATE, ATTRIBUTES_MISSING

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from mock_idp.cas.success import Success
    from mock_world import World

_OF_THE_PERSON = {"cas:email", "cas:firstName", "cas:lastName"}


def inject_attribute_faults(world: "World", root: "ET.Element", success: "Success") -> None:
    """Take e-mail address and name out of the answer, or repeat them; an answer without them meets no fault."""
    if not (world.faults.is_armed(ATTRIBUTES_MISSING) or world.faults.is_armed(ATTRIBUTES_DUPLICATE)):
        return
    named = [(parent, child) for parent in root.iter() for child in parent if child.tag in _OF_THE_PERSON]
    person, service = success.account.email, success.ticket.service
    if named and world.faults.inject(ATTRIBUTES_MISSING, person, service=service):
        for parent, child in named:
            parent.remove(child)
    elif named and world.faults.inject(ATTRIBUTES_DUPLICATE, person, service=service):
        for parent, child in named:
            parent.insert([*parent].index(child), copy(child))
