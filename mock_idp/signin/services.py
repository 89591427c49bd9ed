"""Which services may use EU Login: the registry, and what is open by default."""

import re
import string
from dataclasses import asdict, dataclass
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from mock_idp.common import settings as s
from mock_idp.common.service_mismatch import shown
from mock_idp.signin.strengths import BASIC
from mock_world import RefusalKind, World
from mock_world.addresses import covers, with_query
from mock_world.database import Base, cached
from mock_world.domains import is_harmless_url
from mock_world.i18n import N_

INVALID_SERVICE = RefusalKind(
    "service.invalid",
    message=N_("You are using an invalid service to access EU Login: ['{service}']"),
    expected="a service that may use EU Login: {allowed}",
    remedy="{advice}",
    status=403,
)
SERVICE_TOO_LONG = RefusalKind(
    "service.too_long",
    message=N_("Ask those who run the application: its address must not have more than {most} characters."),
    expected="a service of {most} characters at most; the browser keeps it in a cookie",
    remedy="send a shorter address as `service`, and keep the rest in the application",
    status=414,
)
WRONG_URL = RefusalKind(
    "service.wrong_url",
    message=N_("A service's address starts with http:// or https:// and a host."),
    expected="an http(s) address without user name, blanks, backslashes or asterisks",
    remedy="give the address that the service sends as `service`, or the beginning of it: it matches as a prefix",
    status=422,
)
UNKNOWN_SERVICE = RefusalKind(
    "service.unknown",
    message=N_("There is no registered service with this id."),
    expected="the id of a registered service",
    remedy="GET /api/services lists them",
    status=404,
)
_LISTED = 5  # registered services that a refusal names
_MOST = 2000  # characters of a service's address, as a browser sends it


class Service(Base):
    """A registered service; `url` matches as a prefix: scheme, host and port whole, the path by segment."""

    __tablename__ = "idp_service"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    url: Mapped[str]
    name: Mapped[str]
    least_assurance_level: Mapped[int]
    authentication_level: Mapped[str]
    proxy: Mapped[bool]
    single_logout: Mapped[bool]

    def covers(self, address: str) -> bool:
        return covers(self.url, address)


@dataclass(frozen=True)
class NewService:
    """A service to register. `least_assurance_level` 0 (any) to 40; `authentication_level` BASIC, MEDIUM or HIGH."""

    url: str
    name: str = ""
    least_assurance_level: int = 0
    authentication_level: str = BASIC
    proxy: bool = False
    single_logout: bool = False


def _has_dots(path: str) -> bool:
    """Whether a path leaves what was registered: servers also read `..;x` (RFC 3986, 3.3) and `..\\` so."""
    segments = (segment.partition(";")[0] for segment in re.split(r"[/\\]", unquote(path)))
    return not {".", ".."}.isdisjoint(segments)


@lru_cache
def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        clean = parts.port != 0 and parts.username is None and not any(c in url for c in "\\\r\n\t ")
    except ValueError:
        return False
    return clean and not _has_dots(parts.path) and parts.scheme in {"http", "https"} and bool(parts.hostname)


def register_service(world: World, new: NewService) -> Service:
    """Register a service. Raises Refusal (service.wrong_url)."""
    if not _is_address(new.url) or "*" in new.url:
        raise world.refuse(WRONG_URL, got=shown(new.url), field="url")
    service = Service(**asdict(new) | {"name": new.name or str(urlsplit(new.url).hostname)})
    with world.database.session() as db:
        db.add(service)
    return service


def services(world: World) -> list[Service]:
    """All registered services, oldest first."""
    return list(_services(world))


@cached(Service)
def _services(world: World) -> list[Service]:
    with world.database.reading() as db:
        return list(db.scalars(select(Service).order_by(Service.id)))


def delete_service(world: World, service_id: int) -> None:
    """Take a service off the registry. Raises Refusal (service.unknown)."""
    with world.database.session() as db:
        service = db.get(Service, service_id)
        if service is None:
            raise world.refuse(UNKNOWN_SERVICE, got=str(service_id))
        db.delete(service)


def _registered(world: World, address: str) -> Service | NewService | None:
    """The registered service that covers `address`; the world's own CPMS needs no registration."""
    if not _is_address(address):
        return None
    for service in _services(world):
        if service.covers(address):
            return service
    own = world.addresses.public("cpms")
    return NewService(own, name="CPMS 2.0") if covers(own, address) else None


def service_of(world: World, address: str) -> Service | NewService:
    """What the registered service demands and may; one that is open by default demands nothing, and may be a proxy."""
    return _registered(world, address) or NewService(address, name=urlsplit(address).netloc, proxy=True)


def is_registered(world: World, address: str) -> bool:
    """Whether `address` belongs to a registered service, or to the world's own CPMS."""
    return _registered(world, address) is not None


def is_own(world: World, address: str) -> bool:
    """Whether `address` is a page of EU Login itself."""
    return _is_address(address) and address.startswith(world.addresses.public("idp", "/cas/"))


def is_openid_connect(world: World, address: str) -> bool:
    """Whether `address` is the own page by which a sign-in leads back to an OpenID Connect client."""
    return is_own(world, address) and address.startswith(world.addresses.public("idp", "/cas/oauth2/"))


def is_application(world: World, address: str) -> bool:
    """Whether an application gets to know who signed in: by CAS, or by OpenID Connect."""
    return not is_own(world, address) or is_openid_connect(world, address)


def return_url(world: World, address: str) -> str:
    """Where a user who gives a sign-in up finds the application again; empty for pages of EU Login itself."""
    if is_openid_connect(world, address):
        return with_query(address, {"denied": "true"})
    return "" if is_own(world, address) else address


def can_use(world: World, address: str) -> bool:
    """Whether a browser may be sent to `address` with or without a ticket: never to anywhere else."""
    if is_own(world, address) or _registered(world, address) is not None:
        return True
    return world.settings[s.CAS_SERVICES] == "open" and is_harmless_url(address)


def check_service(world: World, address: str) -> None:
    """Check that `address` may use EU Login.

    Raises Refusal (service.invalid) with the documented sentence, or Refusal (service.too_long).
    """
    if not can_use(world, address):
        allowed, advice = _allowed(world), _advice(address)
        raise world.refuse(INVALID_SERVICE, got=shown(address), service=shown(address), allowed=allowed, advice=advice)
    length = len(quote(address, safe=string.punctuation))
    if length > _MOST:
        raise world.refuse(SERVICE_TOO_LONG, got=f"{length} characters", most=_MOST)


def _allowed(world: World) -> str:
    """Which services may use EU Login, with the registered ones."""
    known = [service.url for service in _services(world)]
    listed = f": {', '.join(known[:_LISTED])}{' ...' if len(known) > _LISTED else ''}" if known else ""
    if world.settings[s.CAS_SERVICES] == "open":
        return f"one on loopback, on a reserved domain, or registered{listed}"
    return f"a registered one, as setting cas.services says{listed or ', and none is registered'}"


def _advice(address: str) -> str:
    """What to do about an address that may not use EU Login."""
    decoded = unquote(address)
    if decoded != address and not _is_address(address) and _is_address(decoded):
        return f"encode `service` once: it came encoded twice, and would be {shown(decoded)}"
    return "check the address of `service`, or register it by POST /api/services"


def service_name(world: World, address: str) -> str:
    """How pages and phone call a service: its registered name, else its host."""
    return "EU Login" if is_own(world, address) else service_of(world, address).name
