"""A security key of software: it answers what a page asks the browser, with real signatures."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url, encode_cbor

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40
_AAGUID = bytes(range(16))


@dataclass
class SoftwareKey:
    """`rp_id` and `origin` are what the browser would take from the page's address; `counter` as it stands.

    verifies: it says that it recognised the person.
    """

    rp_id: str
    origin: str
    counter: int = 0
    verifies: bool = False
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def id(self) -> str:
        return bytes_to_base64url(self.credential_id)

    def create(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`, as JSON."""
        numbers = self._private.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = _AAGUID + len(self.credential_id).to_bytes(2, "big") + self.credential_id + encode_cbor(public)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(_PRESENT | _ATTESTED) + attested}
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", options),
            attestationObject=encode_cbor(attestation),
            transports=["usb", "of-the-future"],
        )

    def get(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get`, as JSON; the counter goes up."""
        self.counter += 1
        client_data, data = self._client_data("webauthn.get", options), self._data(_PRESENT)
        signed = data + hashlib.sha256(client_data).digest()
        signature = self._private.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client_data, authenticatorData=data, signature=signature)

    def _data(self, flags: int) -> bytes:
        flags |= _VERIFIED if self.verifies else 0
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _answer(self, **response: bytes | list[str]) -> str:
        told = {
            name: bytes_to_base64url(value) if isinstance(value, bytes) else value for name, value in response.items()
        }
        return json.dumps({"id": self.id, "rawId": self.id, "type": "public-key", "response": told})
