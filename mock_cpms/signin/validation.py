"""The back channel: a ticket is validated in EU Login's dialect (facts, validation answer)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from requests import RequestException, Timeout

from mock_cpms import settings as s
from mock_cpms.signin.eu_login import LEVEL, service_address
from mock_world import Refusal, RefusalKind, World
from mock_world import settings as shared
from mock_world.calls import call
from mock_world.i18n import N_

_CODE = re.compile(r"[A-Z_]{1,60}")
_NEEDED = ("email", "firstName", "lastName")

TICKET_REFUSED = RefusalKind(
    "cpms.ticket_refused",
    message=N_("Please sign in again: EU Login did not confirm this sign-in."),
    expected="a ticket that EU Login confirms: unused and fresh",
    remedy="start the sign-in again from the CPMS home page; EU Login answered {code}",
    status=403,
)
SERVICE_REFUSED = RefusalKind(
    "cpms.service_refused",
    message=N_("Please sign in again from here: EU Login confirmed a sign-in to another address than this one."),
    expected="a ticket made for {service}",
    remedy="let browsers reach CPMS at the address of setting cpms.public_url, the same for login and validation",
    status=403,
)
ACCOUNT_REFUSED = RefusalKind(
    "cpms.account_refused",
    message=N_("Please sign in with an account of your organisation: EU Login does not let this one use CPMS."),
    expected="an account of the assurance level that EU Login demands for CPMS",
    remedy="sign in with such an account, or lower least_assurance_level of the registered service",
    status=403,
)
LEVEL_TOO_LOW = RefusalKind(
    "cpms.level_too_low",
    message=N_("Please add a phone to your EU Login account and sign in with it: CPMS asks for two factors."),
    expected="a sign-in with two factors (authentication level MEDIUM)",
    remedy="add a mobile device in EU Login and choose it as verification method",
    status=403,
)
ATTRIBUTES_MISSING = RefusalKind(
    "cpms.attributes_missing",
    message=N_("Please check your name and e-mail address at EU Login: it did not tell CPMS all of them."),
    expected="email, firstName and lastName, asked for with userDetails=true",
    remedy="let EU Login tell {missing} to this service, or complete the account",
    status=403,
)
UNREACHABLE = RefusalKind(
    "cpms.eulogin_unreachable",
    message=N_("Please try again in a moment: CPMS cannot reach EU Login to confirm your sign-in."),
    expected="an answer of EU Login's ticket validation",
    remedy="see that EU Login runs and that setting idp.internal_url leads to it",
    status=502,
)
TOO_SLOW = RefusalKind(
    "cpms.eulogin_too_slow",
    message=N_("Please try again in a moment: EU Login takes too long to confirm your sign-in."),
    expected="an answer of EU Login's ticket validation within {seconds} seconds",
    remedy="see what keeps EU Login, or raise setting cpms.patience",
    status=504,
)
# What EU Login's failure codes mean here (facts, validation answer: failure); any other is TICKET_REFUSED.
_FAILURES: Mapping[str, RefusalKind] = MappingProxyType(
    {
        "INSUFFICIENT_AUTHENTICATION_LEVEL": LEVEL_TOO_LOW,
        "INVALID_STRENGTH": LEVEL_TOO_LOW,
        "INVALID_SERVICE": SERVICE_REFUSED,
        "INVALID_USER": ACCOUNT_REFUSED,
        "INTERNAL_ERROR": UNREACHABLE,
        "INVALID_TICKET_SPEC": LEVEL_TOO_LOW,  # where EU Login speaks plain CAS (setting `dialect`)
    }
)

Attributes = Mapping[str, str]


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def attributes_of(success: Element) -> Attributes:
    """Children with a text, and the extended attributes (first value) under their own names.

    In plain CAS (setting `dialect`) the attributes stand in an element of their own. Raises LookupError where no user
    is among them.
    """
    children = [*success, *success.iterfind("{*}attributes/*")]
    attributes = {_name(child): child.text.strip() for child in children if child.text and child.text.strip()}
    for extended in success.iterfind("{*}extendedAttributes/{*}extendedAttribute"):
        value = extended.findtext("{*}attributeValue")
        if value:
            attributes[extended.attrib["name"]] = value.strip()
    if "user" not in attributes:
        raise KeyError("user")
    return attributes


def patience(world: World) -> float:
    """Seconds that CPMS waits for EU Login."""
    return world.settings[s.CPMS_PATIENCE].total_seconds()


def validate(world: World, ticket: str) -> Attributes:
    """What EU Login says about the owner of `ticket`.

    Raises Refusal (cpms.ticket_refused, service_refused, account_refused, level_too_low, attributes_missing,
    eulogin_unreachable, eulogin_too_slow).
    """
    try:
        answer = _answer(world, ticket)
        if _name(answer) == "authenticationFailure":
            raise _failed(world, answer.attrib["code"])
        attributes = attributes_of(answer)
    except Timeout:
        seconds = f"{patience(world):g}"
        raise world.refuse(TOO_SLOW, got=f"nothing within {seconds} seconds", seconds=seconds) from None
    except (RequestException, ParseError, DefusedXmlException, LookupError) as error:
        raise world.refuse(UNREACHABLE, got=type(error).__name__) from None
    return complete(world, attributes)


def _answer(world: World, ticket: str) -> Element:
    """Success or failure, as EU Login reports it by its lax validation: the strict one refuses self-registered people.

    Raises RequestException, ParseError, DefusedXmlException, LookupError where there is neither.
    """
    query = {"ticket": ticket, "service": service_address(world), "userDetails": "true", "authenticationLevel": LEVEL}
    if world.settings[shared.CPMS_SINGLE_LOGOUT]:
        query["singleSignOut"] = "true"
    address = world.addresses.internal("idp", "/cas/laxValidate", **query)
    response = call(world, "GET", address, seconds=patience(world))
    response.raise_for_status()
    return fromstring(response.content)[0]


def _failed(world: World, code: str) -> Refusal:
    """Why EU Login did not confirm a ticket, by its code; one that it cannot have sent is not repeated."""
    code = code if _CODE.fullmatch(code) else "UNKNOWN"
    kind = _FAILURES.get(code, TICKET_REFUSED)
    return world.refuse(kind, got=code, code=code, service=service_address(world))


def complete(world: World, attributes: Attributes) -> Attributes:
    """What EU Login reported, as it came: CPMS writes to people and calls them by their name.

    Raises Refusal (cpms.attributes_missing).
    """
    missing = [name for name in _NEEDED if not attributes.get(name)]
    if missing:
        person = attributes.get("email")
        raise world.refuse(
            ATTRIBUTES_MISSING, got="no " + ", ".join(missing), person=person, missing=", ".join(missing)
        )
    return attributes


def registered_at(attributes: Attributes) -> datetime | None:
    """When the account was made, where EU Login reports it (contract, CPMS pages)."""
    try:
        moment = datetime.fromisoformat(attributes["registeredAt"])
    except (KeyError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
