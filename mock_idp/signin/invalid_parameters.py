"""What a service asked for at `/cas/login` in words that EU Login does not know: it counts as not given there."""

from collections.abc import Iterator, Mapping

from mock_idp.common.cas_dialect import is_plain
from mock_idp.common.service_mismatch import shown
from mock_idp.signin.strengths import DOCUMENTED, LEVELS, listed
from mock_world import World
from mock_world.events import EventType

IGNORED = EventType(
    "signin.parameter_ignored",
    "{service} sent {parameter}={got} to {endpoint}, which EU Login does not know; it knows {known}.",
    logged=True,
)
STRAY = EventType(
    "signin.stray_parameters",
    "{service} came to /cas/login with {parameters}, which EU Login does not know[: the query of `service` was not "
    "encoded, so that {lost} is no part of it].",
    logged=True,
)
GATEWAY = EventType(
    "signin.gateway_without_ticket",
    "{service} asked with gateway=true, and nobody who suffices is signed in, so its browser went back without a "
    "ticket: take that as not signed in, and send it here again without gateway.",
    logged=("service",),
)
_LONGEST = 40  # characters of a value in the journal
STEPS = frozenset({"request", "key", "code", "other", "anonymize"})  # parameters of our own, not of the service
KNOWN = STEPS | {"service", "loginRequestId", "authenticationLevel", "acceptStrengths", "renew", "gateway", "locale"}


def is_set(world: World, value: str | None) -> bool:
    """Whether `renew` or `gateway` is set: by `true`; for plain CAS by whatever is not `false` (CAS 3.0, 2.1.1)."""
    text = (value or "").strip().lower()
    return text not in {"", "false"} if is_plain(world) else text == "true"


def invalid_parameters(world: World, query: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """The parameters that are not known here: each its name, what came, and what would have been understood."""
    return tuple(_invalid_parameters(world, query))


def _invalid_parameters(world: World, query: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    level = query.get("authenticationLevel", "")
    if level.strip() and level.strip().upper() not in LEVELS:
        yield "authenticationLevel", level, ", ".join(LEVELS)
    unknown = [name for name in listed(query.get("acceptStrengths")) if name not in DOCUMENTED]
    if unknown:
        yield "acceptStrengths", ", ".join(unknown), ", ".join(DOCUMENTED)
    for name in () if is_plain(world) else ("renew", "gateway"):
        value = query.get(name, "")
        if value.strip().lower() not in {"", "true", "false"}:
            yield name, value, "true, false"


def note_stray(world: World, service: str, query: Mapping[str, str]) -> None:
    """Write parameters of the address that nobody reads into the journal: they are often the rest of `service`."""
    names = [name for name in query if name not in KNOWN]
    if names and service:
        listed = shown(", ".join(names))[:_LONGEST]
        lost = shown("&".join(f"{name}=" for name in names))[:_LONGEST] if "?" in service else ""
        world.journal.record(STRAY, service=shown(service), parameters=listed, lost=lost)


def note_gateway(world: World, service: str) -> None:
    """Write that a browser goes back without a ticket, since the service asked for no pages."""
    world.journal.record(GATEWAY, service=shown(service))


def note(world: World, service: str, ignored: tuple[tuple[str, str, str], ...]) -> None:
    """Write each ignored parameter into the journal, for the developer of the service."""
    for name, got, known in ignored:
        note_ignored(world, shown(service), name, got, known, endpoint="/cas/login")


def note_ignored(world: World, service: str, name: str, got: str, known: str, *, endpoint: str) -> None:
    """Write one ignored parameter into the journal. service: as the event is to name it; known: what would count."""
    value = shown(got)[:_LONGEST]
    world.journal.record(IGNORED, service=service, parameter=name, got=value, known=known, endpoint=endpoint)
