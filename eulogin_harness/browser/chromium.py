"""Arguments by which Chromium trusts the authority of a mock, and finds host names of it."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

ONLY_HERE = ("MAP * ~NOTFOUND", "EXCLUDE localhost", "EXCLUDE 127.0.0.1")
"""Rules for `resolving` by which nothing but this machine is reached."""


def trusting(ca: Path) -> list[str]:
    """Chromium trusts what the authorities of this file (PEM) have signed, where a server sends them with its own.

    No error is overlooked for it, so what wants a trusted page (security keys) works.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509 import load_pem_x509_certificates

    keys = (certificate.public_key() for certificate in load_pem_x509_certificates(ca.read_bytes()))
    infos = (key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for key in keys)
    digests = (base64.b64encode(hashlib.sha256(info).digest()).decode() for info in infos)
    return [f"--ignore-certificate-errors-spki-list={','.join(digests)}"]


def resolving(names: Mapping[str, str], rules: Iterable[str] = ()) -> list[str]:
    """Chromium finds host names at `host:port`. rules: others that follow, in Chromium's own words."""
    rules = [*(f"MAP {name}:{port} {place}" for name, place in names.items() for port in (80, 443)), *rules]
    return [f"--host-resolver-rules={', '.join(rules)}"] if rules else []
