"""Whether EU Login is asked although nobody vouches for its certificate."""

from eulogin_harness.grade.certificates import of_unknown_authority
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.token_certificates import expect_distrust
from eulogin_harness.grade.trial import Trial


@check(
    "openid.certificate-unknown-authority",
    title="EU Login is asked although nobody vouches for its certificate",
    done=(
        "EU Login shows a certificate with its name, of an authority that nobody trusts, when the application redeems "
        "a code."
    ),
    expected="It breaks the connection off before it sends code and secret, and signs nobody in.",
    why="Whoever stands between the application and EU Login takes its place, gets the client's secret, and "
    "says who is signed in.",
    source="CWE-295, improper certificate validation; RFC 5280, 6.1",
    weight=Weight.HIGH,
    remedy="trust-certificates",
)
def certificate_unknown_authority(trial: Trial) -> None:
    expect_distrust(trial, of_unknown_authority, "of an unknown authority")
