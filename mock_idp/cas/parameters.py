"""What a validation is asked for (facts, validation parameters), and what each address asks by default."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from types import MappingProxyType

from mock_idp.cas.refusals import INVALID_PARAMETER, INVALID_REQUEST
from mock_idp.common import assurance
from mock_idp.common.cas_dialect import is_plain
from mock_idp.common.service_mismatch import shown
from mock_idp.signin.invalid_parameters import is_set
from mock_idp.signin.strengths import LEVELS, Demand
from mock_world import Refusal, World

SERVICE, PROXY, DESKTOP = TYPES = ("SERVICE", "PROXY", "DESKTOP")
_VERSION = re.compile(r"current|\d{1,3}(\.\d{1,5}){0,3}", re.IGNORECASE)
_SECRET = re.compile(r"\S{1,1000}")


@dataclass(frozen=True)
class Endpoint:
    """An address of validation. least: below which assurance nobody is named there, whatever is sent; None where
    `assuranceLevel` decides alone, TOP without it. types: of the tickets that it takes by default. cas3: whether plain
    CAS has it since 3.0, with attributes in the answer.
    """

    least: int | None = None
    types: tuple[str, ...] = (SERVICE,)
    cas3: bool = False


# Below `/cas` (facts, tickets and validation addresses); `/p3/proxyValidate` is CAS 3.0's.
ENDPOINTS: Mapping[str, Endpoint] = MappingProxyType(
    {
        "/validate": Endpoint(),
        "/serviceValidate": Endpoint(),
        "/p3/serviceValidate": Endpoint(cas3=True),
        "/proxyValidate": Endpoint(types=(SERVICE, PROXY)),
        "/p3/proxyValidate": Endpoint(types=(SERVICE, PROXY), cas3=True),
        "/laxValidate": Endpoint(least=assurance.LEVELS["LOW"]),
        "/sponsorValidate": Endpoint(least=assurance.LEVELS["MEDIUM"]),
        "/interinstitutionalValidate": Endpoint(least=assurance.LEVELS["HIGH"]),
        "/strictValidate": Endpoint(least=assurance.LEVELS["TOP"]),
        "/TicketValidationService": Endpoint(),
        "/ws/TicketValidationService/http/post": Endpoint(),
    }
)


@dataclass(frozen=True)
class ValidationParameters:
    """The parsed parameters of a validation. groups: None where not asked for. pgt_url: empty where no proxy is."""

    service: str
    ticket: str
    types: tuple[str, ...]
    least: int
    demand: Demand
    renew: bool
    details: bool
    groups: frozenset[str] | None
    fingerprint: str
    single_logout: bool
    pgt_url: str


def wants_json(query: "Mapping[str, str]") -> bool:
    """In which form the answer is wished, failures too."""
    return query.get("format", "").upper() == "JSON"


def read(world: World, query: "Mapping[str, str]", endpoint: Endpoint, media: str = "") -> ValidationParameters:
    """Understand the parameters. media: type of a body. Raises Refusal (ticket.invalid_request, invalid_parameter)."""
    service, ticket = query.get("service", "").strip(), query.get("ticket", "")  # blanks count at login neither
    if not service or not ticket:
        raise world.refuse(INVALID_REQUEST, got=_missing("ticket" if service else "service", query, media))
    _check_what_changes_nothing(world, query)
    strengths = query.get("acceptStrengths", "")
    level = _one_of(world, "authenticationLevel", query.get("authenticationLevel", ""), LEVELS)
    return ValidationParameters(
        service=service,
        ticket=ticket,
        types=_types(world, query.get("ticketTypes", "")) or endpoint.types,
        least=_least(world, query.get("assuranceLevel", ""), endpoint),
        demand=Demand.of(level, strengths),
        renew=_renew(world, query.get("renew", "")),
        details=_boolean(world, "userDetails", query.get("userDetails", "")),
        groups=_groups(query.get("groups", "")),
        fingerprint=query.get("clientFingerprint", ""),
        single_logout=_boolean(world, "singleSignOut", query.get("singleSignOut", "")),
        pgt_url=_pgt_url(world, query.get("pgtUrl", ""), query.get("proxyGrantingProtocol", "")),
    )


def _missing(name: str, query: "Mapping[str, str]", media: str) -> str:
    """What came without a parameter: the names of the others, which are no secret, or a body that is not read."""
    if media not in {"", "application/x-www-form-urlencoded", "multipart/form-data"}:
        return f"no {name}; the body is {shown(media)[:60]}, which is not read"
    came = shown(", ".join(query))[:60]
    return f"no {name}, but {came}" if came else f"no {name}"


def _wrong(world: World, name: str, value: str, allowed: str) -> Refusal:
    return world.refuse(INVALID_PARAMETER, got=shown(value)[:40], name=name, allowed=allowed)


def _one_of(world: World, name: str, value: str, allowed: Iterable[str]) -> str:
    """The value in capitals; empty where it was not sent."""
    choice = value.strip().upper()
    if choice and choice not in allowed:
        raise _wrong(world, name, value, "one of " + ", ".join(allowed))
    return choice


def _boolean(world: World, name: str, value: str) -> bool:
    return _one_of(world, name, value, ("TRUE", "FALSE")) == "TRUE"


def _renew(world: World, value: str) -> bool:
    """Whether `renew` is set: for plain CAS by whatever is not `false` (CAS 3.0, 2.5.1)."""
    return is_set(world, value) if is_plain(world) else _boolean(world, "renew", value)


def _check_what_changes_nothing(world: World, query: "Mapping[str, str]") -> None:
    """Check parameters that change nothing (our choice): a mock loses no session and looks at no network."""
    _one_of(world, "format", query.get("format", ""), ("XML", "JSON"))
    version, session, address = query.get("version", ""), query.get("sessionId", ""), query.get("userAddress", "")
    if version and not _VERSION.fullmatch(version):
        raise _wrong(world, "version", version, "CURRENT, or a number such as 8.3")
    if session and not _SECRET.fullmatch(session):
        raise world.refuse(INVALID_PARAMETER, got="another text", name="sessionId", allowed="a digest without blanks")
    if address and not _is_address(address):
        raise _wrong(world, "userAddress", address, "an IPv4 address")


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def _types(world: World, value: str) -> tuple[str, ...]:
    """The listed ticket types, at most three; empty where none is."""
    listed = [part.strip().upper() for part in value.split(",") if part.strip()]
    if len(listed) > len(TYPES) or not set(listed) <= {*TYPES}:
        raise _wrong(world, "ticketTypes", value, "up to three of " + ", ".join(TYPES) + ", with commas between")
    return tuple(listed)


def _least(world: World, value: str, endpoint: Endpoint) -> int:
    """The assurance to ask for: what is sent may lower nothing at an address that has a level in its name."""
    text = value.strip().upper()
    numbers = {str(number): number for number in assurance.LEVELS.values()}
    sent = assurance.LEVELS.get(text, numbers.get(text))
    if text and sent is None:
        raise _wrong(
            world, "assuranceLevel", value, "one of " + ", ".join(f"{n} ({i})" for n, i in assurance.LEVELS.items())
        )
    if endpoint.least is None:
        return assurance.LEVELS["TOP"] if sent is None else sent
    return max(endpoint.least, sent or 0)


def _groups(value: str) -> frozenset[str] | None:
    return frozenset(part.strip() for part in value.split(",")) if value else None


def _pgt_url(world: World, url: str, protocol: str) -> str:
    """Where to send a proxy granting ticket. Protocols other than PGT_URL are known and not mocked."""
    choice = _one_of(world, "proxyGrantingProtocol", protocol, ("PGT_URL", "CLIENT_CERT", "DESKTOP"))
    if choice in {"CLIENT_CERT", "DESKTOP"}:
        raise _wrong(world, "proxyGrantingProtocol", protocol, "PGT_URL, the only one that is mocked")
    if choice and not url:
        raise world.refuse(INVALID_PARAMETER, got="nothing", name="pgtUrl", allowed="an address, as PGT_URL was sent")
    return url
