"""Whether an application redeems codes where EU Login shows a certificate that is not to be trusted."""

from eulogin_harness.grade.authorization import answer_of, begin, bring, check_right_answer
from eulogin_harness.grade.certificates import BY_HTTP, Certificate, closing, expect_no_call
from eulogin_harness.grade.outcomes import NotApplicable
from eulogin_harness.grade.stand_in import DISCOVERY, KEYS, TOKEN
from eulogin_harness.grade.trial import Trial


def expect_distrust(trial: Trial, certificate: Certificate, whose: str) -> None:
    """Raises Unsound where the application redeems a code although EU Login shows that certificate.

    whose: says in words what the certificate is. Raises NotApplicable where it asks by http, NotDone.
    """
    for endpoint in (DISCOVERY, KEYS, TOKEN):
        trial.change(endpoint, closing)
    check_right_answer(trial)
    if trial.stand_in.calls_of(TOKEN)[-1].scheme != "https":
        raise NotApplicable(BY_HTTP)
    visitor = trial.visitor()
    parameters = begin(visitor)
    fields = answer_of(trial, trial.user(), parameters)
    unsound = f"it redeemed a code at EU Login although the certificate was {whose}"
    expect_no_call(trial, TOKEN, certificate, lambda: bring(visitor, parameters, fields), unsound)
