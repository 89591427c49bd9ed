"""The validation answer of plain CAS 3.0 (setting `dialect`): the Yale namespace, attributes in `cas:attributes`.

The addresses of CAS 2.0 give the attributes too, since the usual clients read them there; behind what CAS 2.0 has,
since some clients count.
"""

import re
from xml.etree import ElementTree as ET

from mock_idp.cas.answer import extended_attributes, login_date
from mock_idp.cas.documents import add
from mock_idp.cas.success import Success
from mock_world import World

NAMESPACE = "http://www.yale.edu/tp/cas"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_STAFF = ("departmentNumber", "employeeNumber", "telephoneNumber", "userManager", "timeZone", "orgId")


def root_of(_: World, name: str) -> ET.Element:
    """The root of an answer."""
    return ET.Element(f"cas:{name}", {"xmlns:cas": NAMESPACE})


def success(world: World, validation: Success, *, cas3: bool = True) -> ET.Element:
    """The answer, ordered by the CAS 3.0 schema. cas3: False at addresses of CAS 2.0, where attributes come last."""
    root = root_of(world, "serviceResponse")
    answer = add(root, "authenticationSuccess")
    add(answer, "user", validation.account.uid)
    if cas3:
        _add_attributes(world, validation, answer)
    if validation.iou:
        add(answer, "proxyGrantingTicket", validation.iou)
    if validation.ticket.proxies:
        proxies = add(answer, "proxies")
        for proxy in validation.ticket.proxies:
            add(proxies, "proxy", proxy)
    if not cas3:
        _add_attributes(world, validation, answer)
    return root


def _add_attributes(world: World, validation: Success, answer: ET.Element) -> None:
    attributes = add(answer, "attributes")
    known = _attributes(world, validation)
    for name, value in known + _extended(validation, {name for name, _ in known}):
        add(attributes, name, value)


def _attributes(world: World, validation: Success) -> list[tuple[str, str]]:
    """The attributes that CAS 3.0 names, then EU Login's by its own names; several values come one by one."""
    account = validation.account
    return [
        ("authenticationDate", login_date(world, validation)),
        ("longTermAuthenticationRequestTokenUsed", "false"),
        ("isFromNewLogin", "false" if validation.ticket.sso else "true"),
        *(("memberOf", group) for group in validation.groups or ()),
        ("email", account.email),
        ("firstName", account.first_name),
        ("lastName", account.last_name),
        ("uid", account.uid),
        ("domain", account.domain),
        ("employeeType", account.employee_type),
        ("locale", account.language),
        ("assuranceLevel", str(account.assurance_level)),
        ("authenticationLevel", validation.level),
        *(("strength", strength) for strength in validation.strengths),
        *((name, str(account.details[name])) for name in _STAFF if account.details.get(name)),
    ]


def _extended(validation: Success, taken: set[str]) -> list[tuple[str, str]]:
    """Extended attributes that can be the name of an element, and are not the name of another attribute."""
    attributes = extended_attributes(validation).items()
    return [(name, value) for name, each in attributes if name not in taken and _NAME.fullmatch(name) for value in each]
