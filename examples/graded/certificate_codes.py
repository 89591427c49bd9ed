"""What OpenSSL says is wrong with a certificate."""

import ssl

UNKNOWN_AUTHORITY = (18, 19, 20, 21)  # self-signed, also in the chain; no issuer; first certificate not verified
OTHER_HOST = (62, 64)  # host name, address
EXPIRED = (10,)


def code_of(error: BaseException | None) -> int:
    """What OpenSSL said is wrong with a certificate; 0 where it said nothing."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error.verify_code if error else 0
