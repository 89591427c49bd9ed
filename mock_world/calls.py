"""Calls from server to server: to harmless places only, without redirects, no longer and larger than told."""

import ssl
import time
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
import urllib3

from mock_world import settings as s
from mock_world.addresses import ACTORS, split
from mock_world.correlation import HEADER, correlation_id, follow
from mock_world.domains import is_harmless_url, is_loopback, is_within
from mock_world.file_input import read_file
from mock_world.i18n import N_
from mock_world.journal import ACTOR
from mock_world.messages import APPLICATION, Beginning, own_user_agent
from mock_world.refusal import RefusalKind
from mock_world.tls import TrustingAdapter, not_trusted, other_name, reason_of, tls_error, trusting

if TYPE_CHECKING:
    from mock_world.world import World

TIMEOUT = 10.0  # seconds
LARGEST = 1_000_000  # bytes of an answer
_PART = 16 * 1024  # bytes read at once

HOSTS: dict[str, str] = {}
"""Host names that are found at `host:port`: a free port, which is another one each time, then stands in no address."""

TARGET_REFUSED = RefusalKind(
    "call.target_refused",
    message=N_("The mock does not call {host}."),
    expected="an address on loopback (unless --host opens the mock to others), on a reserved domain, or of setting "
    "allowed_targets",
    remedy="add the host to setting allowed_targets if it is yours",
    status=403,
)
AUTHORITY_UNREADABLE = RefusalKind(
    "call.authority_unreadable",
    message=N_("The mock cannot call {host}: the authority that it is to trust cannot be read."),
    expected="a PEM file with certificates at {file}",
    remedy="let setting back_channel.ca name a PEM file that this process can read, or leave it empty",
    status=500,
)
AUTHORITY_NOT_TRUSTED = RefusalKind(
    "call.authority_not_trusted",
    message=N_("The mock does not trust the certificate of {host}."),
    expected="a certificate of an authority that the system trusts, of this mock's own, or of setting back_channel.ca",
    remedy="name the PEM file of the authority behind {host} in setting back_channel.ca",
    status=502,
)
CERTIFICATE_OF_ANOTHER = RefusalKind(
    "call.certificate_of_another",
    message=N_("The certificate of {host} is for another name."),
    expected="a certificate that names {host}",
    remedy="use the name that stands in the certificate as address, or make one that names {host} "
    "(our own names what stands in --host, allowed_hosts and public_url at the start)",
    status=502,
)
TLS_FAILED = RefusalKind(
    "call.tls_failed",
    message=N_("The mock cannot speak TLS with {host}."),
    expected="TLS 1.2 or newer, with a certificate that is valid now",
    remedy="see whether {host} speaks https at all and whether its certificate has expired",
    status=502,
)


class AnswerTooLarge(requests.RequestException):
    """An answer has more bytes than who called wants to read."""


def can_call(world: "World", url: str) -> bool:
    """Whether the mock may call `url` (contract, "Calls out")."""
    origin = split(url)[:2]
    if any(urlsplit(world.addresses.internal(actor))[:2] == origin for actor in ACTORS):
        return True
    allowed = world.settings[s.ALLOWED_TARGETS]
    return is_harmless_url(url, allowed) and not (world.exposed and _is_own_port(url, allowed))


def _is_own_port(url: str, allowed: Iterable[str]) -> bool:
    """Whether `url` leads to this machine itself, where others who reach the mock have no business."""
    host = urlsplit(url).hostname or ""
    return is_loopback(host) and not is_within(host.rstrip("."), allowed)


def call(
    world: "World",
    method: str,
    url: str,
    *,
    json: object = None,
    body: bytes | None = None,
    form: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    seconds: float = TIMEOUT,
    largest: int = LARGEST,
) -> requests.Response:
    """Call another server, holding no transaction.

    seconds: until the answer is there as a whole, and for each wait in between. largest: bytes of its body, unpacked.
    body: bytes sent as they are, where a signature covers them; form: sent form-encoded; else `json`.
    Raises Refusal (call.target_refused, .authority_unreadable), RequestException; the journal tells why TLS failed.
    """
    world.database.check_no_transaction()
    if not can_call(world, url):
        host = urlsplit(url).netloc or "that address"  # the rest may hold a ticket
        raise world.refuse(TARGET_REFUSED, got=host, host=host)
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the machine must not stand between our own actors
        if url.lower().startswith("https:"):
            session.mount("https://", TrustingAdapter(_trusted(world, url)))
        deadline, beginning = time.monotonic() + seconds, world.messages.begin()
        located, named = _located(url)
        try:
            answer = session.request(
                method,
                located,
                json=json,
                data=form or body,
                headers=_headers() | named | (headers or {}),
                timeout=seconds,
                allow_redirects=False,
                stream=True,
            )
        except requests.exceptions.SSLError as error:
            _explain(world, url, error)
            raise
        with answer:
            body = _whole(answer, largest, deadline)
    answer.raw = BytesIO(body)
    if world.addresses.actor_of(url):
        follow(answer.headers.get(HEADER))  # EU Login knows the sign-in of a ticket and of a request to the phone
    else:
        _keep(world, beginning, method, url, form, answer)
    return answer


def _located(url: str) -> tuple[str, dict[str, str]]:
    """Where an address is, and the header that still names its host."""
    parts = urlsplit(url)
    if place := HOSTS.get(parts.netloc):
        return parts._replace(netloc=place).geturl(), {"Host": parts.netloc}
    return url, {}


def _headers() -> dict[str, str]:
    """Who calls, and for which sign-in."""
    joined = correlation_id()
    return {"User-Agent": own_user_agent()} | ({HEADER: joined} if joined else {})


def _keep(
    world: "World", beginning: Beginning, method: str, url: str, form: dict[str, str] | None, answer: requests.Response
) -> None:
    """Keep what a call to an application was, for the journey inspector; our own actors keep theirs themselves."""
    if correlation_id():
        world.messages.add(
            beginning,
            sender=ACTOR.get(),
            receiver=APPLICATION,
            method=method,
            url=url,
            fields=list((form or {}).items()),
            status=answer.status_code,
            location=answer.headers.get("Location", ""),
            content_type=answer.headers.get("Content-Type", "").partition(";")[0],
            body=answer.content,
        )


def _whole(answer: requests.Response, largest: int, deadline: float) -> bytes:
    """The body, by parts as they come: a server that sends a byte now and then keeps nobody waiting."""
    body = bytearray()
    try:
        while part := answer.raw.read1(_PART, decode_content=True):
            body += part
            if len(body) > largest:
                raise AnswerTooLarge(f"more than {largest} bytes")
            if time.monotonic() > deadline:
                raise requests.Timeout("the answer takes too long")
    except urllib3.exceptions.HTTPError as error:  # as `requests` tells it where it reads by itself
        late = isinstance(error, urllib3.exceptions.ReadTimeoutError)
        raise (requests.Timeout if late else requests.ConnectionError)(type(error).__name__) from None
    return bytes(body)


def _trusted(world: "World", url: str) -> ssl.SSLContext:
    """Raises Refusal(call.authority_unreadable)."""
    authorities = [world.authority] if world.authority else []
    try:
        if file := world.settings[s.BACK_CHANNEL_CA]:
            authorities.append(read_file(Path(file)).decode("ascii"))
        return trusting(*authorities)
    except (OSError, ValueError) as error:
        got = (error.strerror or "no file") if isinstance(error, OSError) else "no certificates in PEM"
        raise world.refuse(AUTHORITY_UNREADABLE, got=got, host=urlsplit(url).netloc, file=file) from None


def _explain(world: "World", url: str, error: requests.exceptions.SSLError) -> None:
    """Write down why TLS failed; who called only knows that nobody answered."""
    problem = tls_error(error)
    kind = TLS_FAILED
    if problem is not None and not_trusted(problem):
        kind = AUTHORITY_NOT_TRUSTED
    elif problem is not None and other_name(problem):
        kind = CERTIFICATE_OF_ANOTHER
    world.refuse(kind, got=reason_of(problem) if problem else "a TLS error", host=urlsplit(url).netloc)
