"""The validation answer in EU Login's dialect: elements in the documented order (facts, validation answer)."""

from collections.abc import Iterable
from datetime import datetime
from xml.etree import ElementTree as ET

from mock_idp.cas.documents import add, nil
from mock_idp.cas.success import Success
from mock_world import World

NAMESPACE = "https://ecas.ec.europa.eu/cas/schemas"
SERVER = "EU Login MOCKUP"
VERSION = "8.3"  # of the protocol
_NILLABLE = frozenset({"employeeNumber", "userManager"})


def time(moment: datetime) -> str:
    """xsd:dateTime with offset."""
    return moment.isoformat(timespec="milliseconds")


def login_date(world: World, validation: Success) -> str:
    """When the password was given, in the time of protocols."""
    return time(validation.ticket.login_at + (world.protocol_now() - world.clock.now()))


def root_of(world: World, name: str) -> ET.Element:
    """The root of an answer, with what EU Login says of itself."""
    date = time(world.protocol_now())
    return ET.Element(f"cas:{name}", {"xmlns:cas": NAMESPACE, "server": SERVER, "date": date, "version": VERSION})


def success(world: World, validation: Success) -> ET.Element:
    """`authenticationSuccess`; attributes are its direct children."""
    root = root_of(world, "serviceResponse")
    answer = add(root, "authenticationSuccess")
    add(answer, "user", validation.account.uid)
    if validation.details:
        _details(answer, validation)
    if validation.groups is not None:
        _list(answer, "groups", "group", validation.groups)
    add(answer, "authenticationLevel", validation.level)
    _list(answer, "strengths", "strength", validation.strengths)
    if validation.factors:
        factors = add(answer, "authenticationFactors", number=str(len(validation.factors)))
        for name, value in validation.factors.items():
            add(factors, name, value)
    add(answer, "loginDate", login_date(world, validation))
    add(answer, "sso", "true" if validation.ticket.sso else "false")
    add(answer, "ticketType", validation.type)
    _proxy(answer, validation)
    return root


def _details(answer: ET.Element, validation: Success) -> None:
    """Add elements 2 to 19. What EU Login knows of staff comes where it is known; None is written as nil."""
    account, details = validation.account, validation.account.details
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
    _extended(answer, extended_attributes(validation))


def _known(answer: ET.Element, details: dict[str, object], *names: str) -> None:
    for name in names:
        if details.get(name):
            add(answer, name, str(details[name]))
        elif name in _NILLABLE and name in details and details[name] is None:
            nil(answer, name)


def extended_attributes(validation: Success) -> dict[str, list[str]]:
    """The extended attributes of an account, and when it was made while recognition takes time (our choice)."""
    attributes = {
        name: [*values] for name, values in (validation.account.details.get("extendedAttributes") or {}).items()
    }
    if validation.registered_at is not None:
        attributes["registeredAt"] = [validation.registered_at.isoformat()]
    return {name: values for name, values in attributes.items() if values}


def _extended(answer: ET.Element, attributes: dict[str, list[str]]) -> None:
    if not attributes:
        return
    extended = add(answer, "extendedAttributes")
    for name, values in attributes.items():
        attribute = add(extended, "extendedAttribute", name=name)
        for value in values:
            add(attribute, "attributeValue", value)


def _proxy(answer: ET.Element, validation: Success) -> None:
    """Add elements 27 to 29: the IOU of a proxy granting ticket, and which proxies the ticket passed."""
    if validation.iou:
        add(answer, "proxyGrantingProtocol", "PGT_URL")
        add(answer, "proxyGrantingTicket", validation.iou)
    if validation.ticket.proxies:
        _list(answer, "proxies", "proxy", validation.ticket.proxies)


def _list(parent: ET.Element, name: str, item: str, values: Iterable[str]) -> None:
    values = [*values]
    element = add(parent, name, number=str(len(values)))
    for value in values:
        add(element, item, value)
