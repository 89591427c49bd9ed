"""The validation answer in EU Login's dialect: elements in the documented order (facts, validation answer)."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from mock_idp.cas.documents import add, nil
from mock_world import World

if TYPE_CHECKING:
    from mock_idp.cas.validation import Success

NAMESPACE = "https://ecas.ec.europa.eu/cas/schemas"
SERVER = "EU Login MOCKUP"
VERSION = "8.3"  # of the protocol
_NILLABLE = frozenset({"employeeNumber", "userManager"})


def time(moment: datetime) -> str:
    """xsd:dateTime with offset."""
    return moment.isoformat(timespec="milliseconds")


def login_date(world: World, told: "Success") -> str:
    """When the password was given, in the time of protocols."""
    return time(told.ticket.login_at + (world.protocol_now() - world.clock.now()))


def root_of(world: World, name: str) -> ET.Element:
    """The root of an answer, with what EU Login says of itself."""
    date = time(world.protocol_now())
    return ET.Element(f"cas:{name}", {"xmlns:cas": NAMESPACE, "server": SERVER, "date": date, "version": VERSION})


def success(world: World, told: "Success") -> ET.Element:
    """`authenticationSuccess`; attributes are its direct children."""
    root = root_of(world, "serviceResponse")
    answer = add(root, "authenticationSuccess")
    add(answer, "user", told.account.uid)
    if told.details:
        _details(answer, told)
    if told.groups is not None:
        _list(answer, "groups", "group", told.groups)
    add(answer, "authenticationLevel", told.level)
    _list(answer, "strengths", "strength", told.strengths)
    if told.factors:
        factors = add(answer, "authenticationFactors", number=str(len(told.factors)))
        for name, value in told.factors.items():
            add(factors, name, value)
    add(answer, "loginDate", login_date(world, told))
    add(answer, "sso", "true" if told.ticket.sso else "false")
    add(answer, "ticketType", told.type)
    _proxy(answer, told)
    return root


def _details(answer: ET.Element, told: "Success") -> None:
    """Elements 2 to 19. What EU Login knows of staff comes where it is known; None is told as nil."""
    account, details = told.account, told.account.details
    for version in details.get("registrationLevelVersions") or ():
        add(answer, "registrationLevelVersion", str(version["value"]), level=str(version["level"]))
    _known(answer, details, "departmentNumber")
    add(answer, "email", account.email)
    _known(answer, details, "employeeNumber")
    add(answer, "employeeType", account.employee_type)
    add(answer, "firstName", account.first_name)
    add(answer, "lastName", account.last_name)
    add(answer, "domain", account.domain)
    add(answer, "domainUsername", str(details.get("domainUsername") or account.uid))
    _known(answer, details, "telephoneNumber", "userManager", "timeZone")
    add(answer, "locale", account.language)
    add(answer, "assuranceLevel", str(account.assurance_level))
    add(answer, "uid", account.uid)
    _known(answer, details, "orgId", "teleworkingPriority")
    _extended(answer, extended_attributes(told))


def _known(answer: ET.Element, details: dict[str, object], *names: str) -> None:
    for name in names:
        if details.get(name):
            add(answer, name, str(details[name]))
        elif name in _NILLABLE and name in details and details[name] is None:
            nil(answer, name)


def extended_attributes(told: "Success") -> dict[str, list[str]]:
    """Those of the account, and when it was made while recognition takes time (our choice)."""
    found = {name: [*values] for name, values in (told.account.details.get("extendedAttributes") or {}).items()}
    if told.registered_at is not None:
        found["registeredAt"] = [told.registered_at.isoformat()]
    return {name: values for name, values in found.items() if values}


def _extended(answer: ET.Element, attributes: dict[str, list[str]]) -> None:
    if not attributes:
        return
    extended = add(answer, "extendedAttributes")
    for name, values in attributes.items():
        attribute = add(extended, "extendedAttribute", name=name)
        for value in values:
            add(attribute, "attributeValue", value)


def _proxy(answer: ET.Element, told: "Success") -> None:
    """Elements 27 to 29: the IOU of a proxy granting ticket, and which proxies the ticket passed."""
    if told.iou:
        add(answer, "proxyGrantingProtocol", "PGT_URL")
        add(answer, "proxyGrantingTicket", told.iou)
    if told.ticket.proxies:
        _list(answer, "proxies", "proxy", told.ticket.proxies)


def _list(parent: ET.Element, name: str, item: str, values: Iterable[str]) -> None:
    values = [*values]
    element = add(parent, name, number=str(len(values)))
    for value in values:
        add(element, item, value)
