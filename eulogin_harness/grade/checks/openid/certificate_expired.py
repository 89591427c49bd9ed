"""Whether EU Login is asked although its certificate is over."""

from eulogin_harness.grade.certificates import expired
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.token_certificates import expect_distrust
from eulogin_harness.grade.trial import Trial


@check(
    "openid.certificate-expired",
    title="EU Login is asked although its certificate has expired",
    done=(
        "EU Login shows a certificate of the right authority that expired years ago when the application redeems "
        "a code."
    ),
    expected="It breaks the connection off before it sends code and secret, and signs nobody in.",
    why="Keys of certificates that are over may have been lost or sold, and nobody revokes them any more.",
    source="CWE-298, improper validation of certificate expiration; RFC 5280, 6.1.3",
    weight=Weight.MEDIUM,
    remedy="trust-certificates",
)
def certificate_expired(trial: Trial) -> None:
    expect_distrust(trial, expired, "expired")
