"""TLS of the listeners by a throw-away authority, and what calls to other servers trust.

The authority lives as long as its process and its key never leaves it, so nothing stays trusted.
"""

import ssl
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    import trustme
    from _typeshed import ReadableBuffer
    from urllib3.connectionpool import HTTPConnectionPool

NAMES = (
    *("localhost", "127.0.0.1", "::1"),
    *(f"{name}.localhost" for name in ("eulogin", "cpms", "phone", "desk")),
    "eulogin",  # as the official mock-up is called
)


_ORGANISATION = "eulogin-harness"


class Secured(ssl.SSLSocket):
    """A connection of a listener. A browser that went away is the end of it, with TLS as without."""

    def send(self, data: "ReadableBuffer", flags: int = 0) -> int:
        try:
            return super().send(data, flags)
        except ssl.SSLError:
            raise ConnectionAbortedError("the other side is gone") from None


@dataclass(frozen=True)
class Authority:
    """pem: certificate of the authority, for clients that are to trust it. context: for listeners."""

    pem: str
    context: ssl.SSLContext = field(repr=False)
    _ca: "trustme.CA" = field(repr=False)

    def other_context(self, *names: str, not_after: datetime | None = None) -> ssl.SSLContext:
        """For listeners: with another certificate of this authority. not_after: when it expires."""
        return _context(self._ca, names, not_after)


def make_authority(names: Iterable[str]) -> Authority:
    """A new authority, and a certificate of it for these host names and numbers. Raises ValueError for an odd one."""
    import trustme  # only who wants TLS pays for it

    ca = trustme.CA(organization_name=_ORGANISATION, organization_unit_name="Throw-away authority of a mock")
    names = list(names)
    try:
        context = _context(ca, names)
    except ValueError as error:
        raise ValueError(f"expected host names that a certificate can hold; got {', '.join(names)}: {error}") from None
    return Authority(ca.cert_pem.bytes().decode(), context, ca)


def _context(ca: "trustme.CA", names: Iterable[str], not_after: datetime | None = None) -> ssl.SSLContext:
    """Raises ValueError for a name that no certificate can hold."""
    import trustme

    certificate = ca.issue_cert(*names, not_after=not_after)
    chain = certificate.private_key_and_cert_chain_pem.bytes() + ca.cert_pem.bytes()  # Chromium can trust its key
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with trustme.Blob(chain).tempfile() as path:
        context.load_cert_chain(path)
    context.sslsocket_class = Secured
    context.options |= ssl.OP_NO_TICKET  # who resumes a session verifies no certificate, and a grading shows others
    context.num_tickets = 0
    return context


def is_authority(pem: bytes) -> bool:
    """Whether this is the certificate of such an authority, of any process, and nothing beside it."""
    from cryptography import x509  # as above
    from cryptography.x509.oid import NameOID

    try:
        certificates = x509.load_pem_x509_certificates(pem)
    except ValueError:
        return False
    names = [
        name.value for one in certificates for name in one.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    ]
    return names == [_ORGANISATION] and pem.count(b"-----BEGIN") == 1


def names_of(host: str, settings: Mapping[str, object]) -> list[str]:
    """By what the listeners may be called: the usual names, that of --host, public addresses, allowed_hosts."""
    return list(dict.fromkeys([*NAMES, *(name.lower() for name in (host, *_named(settings)) if name)]))


def _named(settings: Mapping[str, object]) -> Iterator[str]:
    for name, value in settings.items():
        if name.endswith((".public_url", ".internal_url")):
            yield urlsplit(str(value)).hostname or ""
        elif name == "allowed_hosts" and isinstance(value, list):
            yield from map(str, value)


@lru_cache(maxsize=16)
def trusting(*authorities: str) -> ssl.SSLContext:
    """For calls: trusts what the system trusts, and these authorities (PEM). Raises ValueError where one is none."""
    context = ssl.create_default_context()
    for pem in authorities:
        try:
            context.load_verify_locations(cadata=pem)
        except (ssl.SSLError, ValueError) as error:
            raise ValueError(f"no certificates in PEM ({error})") from None
    return context


class TrustingAdapter(HTTPAdapter):
    """For `requests`, which knows authorities as files only: verifies by a context."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: object) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **more)

    def cert_verify(self, conn: "HTTPConnectionPool", url: str, verify: object, cert: object) -> None:
        """The context says what is trusted; the file of `requests` adds nothing."""


_UNTRUSTED = frozenset({18, 19, 20, 21})  # OpenSSL: self-signed, in the chain too; issuer not found; leaf not verified
_OTHER_NAME = frozenset({62, 64})  # OpenSSL: host name, address mismatch


def tls_error(error: BaseException) -> ssl.SSLError | None:
    """What OpenSSL said, out of the errors around it."""
    seen: list[object] = [error]
    for cause in seen:  # grows on the way
        if isinstance(cause, ssl.SSLError):
            return cause
        if isinstance(cause, BaseException) and len(seen) < 20:  # noqa: PLR2004 - deeper than errors are nested
            seen += [*cause.args, getattr(cause, "reason", None), cause.__cause__]
    return None


def not_trusted(error: ssl.SSLError) -> bool:
    """Whether the certificate's authority is not among those that are trusted."""
    return isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in _UNTRUSTED


def handshake_problem(error: OSError) -> str:
    """Why a client broke the handshake with us off, as far as it says so."""
    alert = str(getattr(error, "reason", "")).lower().replace("_", " ")
    untrusted = any(words in alert for words in ("unknown ca", "certificate unknown", "bad certificate"))
    return f"it does not trust our certificate ({alert}); let it trust the authority of /ca.pem" if untrusted else alert


def other_name(error: ssl.SSLError) -> bool:
    """Whether the certificate is for another host."""
    return isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in _OTHER_NAME


def reason_of(error: ssl.SSLError) -> str:
    """OpenSSL's reason in a few words; no address is in it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return (error.reason or "TLS error").replace("_", " ").lower()
