"""Whether an application redeems codes where EU Login shows a certificate that is not to be trusted."""

from eulogin_harness.grade.authorization import answer_of, begin, bring, check_right_answer
from eulogin_harness.grade.certificates import Certificate, Shown, names_of_eu_login, shown
from eulogin_harness.grade.outcomes import NotApplicable, NotDone, Unsound
from eulogin_harness.grade.stand_in import DISCOVERY, KEYS, TOKEN, Answer
from eulogin_harness.grade.trial import Trial


def expect_distrust(trial: Trial, certificate: Certificate, whose: str) -> None:
    """Raises Unsound where the application redeems a code although EU Login shows that certificate.

    whose: says in words what the certificate is. Raises NotApplicable where it asks by http, NotDone.
    """
    for endpoint in (DISCOVERY, KEYS, TOKEN):
        trial.change(endpoint, _closing)
    check_right_answer(trial)
    authority = trial.stand_in.authority
    if authority is None or trial.stand_in.calls_of(TOKEN)[-1].scheme != "https":
        raise NotApplicable("it asks EU Login by http, where no certificate is shown")
    visitor = trial.visitor()
    parameters = begin(visitor)
    fields = answer_of(trial, trial.user(), parameters)
    with shown(authority, certificate(authority, names_of_eu_login(trial.world.addresses))) as now:
        trial.change(TOKEN, lambda answer: _noted(trial, now, answer))
        bring(visitor, parameters, fields)
    if now.believed:
        raise Unsound(f"it redeemed a code at EU Login although the certificate was {whose}")
    if now.others or not now.was_seen:
        raise NotDone("expected a new connection to EU Login for the code; the application kept one from before")


def _closing(answer: Answer) -> Answer:
    """Let the caller keep no connection."""
    answer.headers["Connection"] = "close"
    return answer


def _noted(trial: Trial, now: Shown, answer: Answer) -> Answer:
    now.note(trial.stand_in.calls_of(TOKEN)[-1])
    return answer
