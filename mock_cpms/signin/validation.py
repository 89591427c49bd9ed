"""The back channel: a ticket is validated in EU Login's dialect (facts, validation answer)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError

from cas import CASClientV2, CASError
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from requests import RequestException, Response

from mock_world import RefusalKind
from mock_world.addresses import with_query
from mock_world.calls import call
from mock_world.i18n import N_

if TYPE_CHECKING:
    from mock_world import World

LEVEL = "MEDIUM"  # two factors (facts, levels)

TICKET_REFUSED = RefusalKind(
    "cpms.ticket_refused",
    message=N_("Please sign in again: EU Login did not confirm this sign-in ({code})."),
    expected="a ticket that EU Login confirms: unused, fresh, made for CPMS",
    remedy="start the sign-in again from the CPMS home page",
    status=403,
)
LEVEL_TOO_LOW = RefusalKind(
    "cpms.level_too_low",
    message=N_("Please add a phone to your EU Login account and sign in with it: CPMS asks for two factors."),
    expected="a sign-in with two factors (authentication level MEDIUM)",
    remedy="add a mobile device in EU Login and choose it as verification method",
    status=403,
)
UNREACHABLE = RefusalKind(
    "cpms.eulogin_unreachable",
    message=N_("Please try again in a moment: CPMS cannot reach EU Login to confirm your sign-in."),
    expected="an answer of EU Login's ticket validation",
    remedy="see that EU Login runs and that setting idp.internal_url leads to it",
    status=502,
)
_TOO_LOW = frozenset({"INSUFFICIENT_AUTHENTICATION_LEVEL", "INVALID_STRENGTH"})

Attributes = Mapping[str, str]


class _BackChannel:
    """What python-cas needs of a session, kept to the mock's rule for calls: time-out, no redirects."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def get(self, url: str, *, params: Mapping[str, str], verify: bool) -> Response:  # noqa: ARG002 - python-cas's form
        wanted = {**params, "userDetails": "true", "authenticationLevel": LEVEL}
        response = call(self._world, "GET", with_query(url, wanted))
        response.raise_for_status()
        return response


class _EuLogin(CASClientV2):  # type: ignore[misc]  # python-cas has no types
    """python-cas keeps neither the flat attributes nor the failure's code; this one does."""

    url_suffix = "laxValidate"  # serviceValidate refuses self-registered people (facts, addresses)

    @classmethod
    def verify_response(cls, response: bytes) -> tuple[str, Attributes, None]:
        """Raises CASError(code), ParseError, DefusedXmlException, LookupError where no user is in it."""
        answer = fromstring(response)[0]
        if _name(answer) == "authenticationFailure":
            raise CASError(answer.attrib["code"])
        attributes = _flat(answer)
        return attributes["user"], attributes, None


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _flat(success: Element) -> dict[str, str]:
    """Children with a text, and the extended attributes (first value) under their own names."""
    found = {_name(child): child.text.strip() for child in success if child.text and child.text.strip()}
    for extended in success.iterfind("{*}extendedAttributes/{*}extendedAttribute"):
        value = extended.findtext("{*}attributeValue")
        if value:
            found[extended.attrib["name"]] = value.strip()
    return found


def service_address(world: "World") -> str:
    """The `service` for which EU Login makes tickets."""
    return world.addresses.public("cpms", "/screen/signin")


def login_address(world: "World") -> str:
    """Where a browser is sent to sign in with two factors."""
    return world.addresses.public("idp", "/cas/login", service=service_address(world), authenticationLevel=LEVEL)


def validate(world: "World", ticket: str) -> Attributes:
    """What EU Login says about the owner of `ticket`.

    Raises Refusal (cpms.ticket_refused, cpms.level_too_low, cpms.eulogin_unreachable, call.target_refused).
    """
    client = _EuLogin(
        service_url=service_address(world),
        server_url=world.addresses.internal("idp", "/cas/"),
        session=_BackChannel(world),
    )
    try:
        attributes: Attributes = client.verify_ticket(ticket)[1]
    except CASError as failure:
        code = str(failure.args[0])
        raise world.refuse(LEVEL_TOO_LOW if code in _TOO_LOW else TICKET_REFUSED, got=code, code=code) from None
    except (RequestException, ParseError, DefusedXmlException, LookupError) as error:
        raise world.refuse(UNREACHABLE, got=type(error).__name__) from None
    return attributes


def registered_at(attributes: Attributes) -> datetime | None:
    """When the account was made, where EU Login tells it (contract, CPMS pages)."""
    try:
        moment = datetime.fromisoformat(attributes["registeredAt"])
    except (KeyError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
