"""Bytes in base64url, as EU Login writes secrets and challenges (contract, "The app's interface")."""

import base64


def decoded(text: str) -> bytes:
    """Bytes out of base64url, with or without padding. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
