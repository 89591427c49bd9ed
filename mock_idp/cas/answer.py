"""The validation answer in EU Login's dialect: elements in the documented order (facts, validation answer)."""

from datetime import datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from mock_idp.cas.validation import Success
    from mock_world import World

NAMESPACE = "https://ecas.ec.europa.eu/cas/schemas"
SERVER = "EU Login MOCKUP"
VERSION = "8.3"  # of the protocol

ET.register_namespace("cas", NAMESPACE)  # some clients look for literal names such as `cas:user`


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, _tag(tag), attributes)
    element.text = text
    return element


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _root(world: "World") -> ET.Element:
    date = _time(world.protocol_now())
    return ET.Element(_tag("serviceResponse"), {"server": SERVER, "date": date, "version": VERSION})


def _document(root: ET.Element) -> bytes:
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def failure(world: "World", code: str, text: str) -> bytes:
    """`authenticationFailure` with its documented code and text."""
    root = _root(world)
    _add(root, "authenticationFailure", text, code=code)
    return _document(root)


def success(world: "World", told: "Success") -> bytes:
    """`authenticationSuccess`; attributes are its direct children."""
    root = _root(world)
    answer = _add(root, "authenticationSuccess")
    _add(answer, "user", told.account.uid)
    if told.details:
        _details(answer, told)
    if told.groups is not None:
        _list(answer, "groups", "group", told.groups)
    _add(answer, "authenticationLevel", told.level)
    _list(answer, "strengths", "strength", told.strengths)
    _add(answer, "loginDate", _time(told.ticket.login_at + (world.protocol_now() - world.clock.now())))
    _add(answer, "sso", "true" if told.ticket.sso else "false")
    _add(answer, "ticketType", "PROXY" if told.ticket.proxies else "SERVICE")
    if told.iou:
        _add(answer, "proxyGrantingTicket", told.iou)
    if told.ticket.proxies:
        _list(answer, "proxies", "proxy", told.ticket.proxies)
    return _document(root)


def _details(answer: ET.Element, told: "Success") -> None:
    account = told.account
    _add(answer, "email", account.email)
    _add(answer, "employeeType", account.employee_type)
    _add(answer, "firstName", account.first_name)
    _add(answer, "lastName", account.last_name)
    _add(answer, "domain", account.domain)
    _add(answer, "domainUsername", account.uid)
    _add(answer, "locale", account.language)
    _add(answer, "assuranceLevel", str(account.assurance_level))
    _add(answer, "uid", account.uid)
    if told.registered_at is not None:
        extended = _add(answer, "extendedAttributes")
        attribute = _add(extended, "extendedAttribute", name="registeredAt")
        _add(attribute, "attributeValue", told.registered_at.isoformat())


def _list(parent: ET.Element, name: str, item: str, values: list[str]) -> None:
    element = _add(parent, name, number=str(len(values)))
    for value in values:
        _add(element, item, value)
