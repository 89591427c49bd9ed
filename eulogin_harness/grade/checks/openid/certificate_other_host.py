"""Whether EU Login is asked although its certificate is for another host."""

from eulogin_harness.grade.certificates import of_other_host
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.token_certificates import expect_distrust
from eulogin_harness.grade.trial import Trial


@check(
    "openid.certificate-other-host",
    title="EU Login is asked although its certificate is for another host",
    done=("EU Login shows a certificate of the right authority for another host when the application redeems a code."),
    expected="It breaks the connection off before it sends code and secret, and signs nobody in.",
    why="Whoever stands between the application and EU Login takes its place, gets the client's secret, and "
    "says who is signed in.",
    source="CWE-297, improper validation of certificate with host mismatch; RFC 9525, 6",
    weight=Weight.HIGH,
    remedy="trust-certificates",
)
def certificate_other_host(trial: Trial) -> None:
    expect_distrust(trial, of_other_host, "for another host")
