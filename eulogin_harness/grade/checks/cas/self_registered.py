"""Whether somebody gets in who registered at EU Login by themselves."""

from eulogin_harness.grade.cas_visits import arrive, check_arrival
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import NotApplicable
from eulogin_harness.grade.trial import Trial


@check(
    "cas.self-registered",
    title="Whoever registers at EU Login gets in, although only staff may",
    done=(
        "Somebody who registered at EU Login by themselves signs in at the application, which is said to be for staff."
    ),
    expected=(
        "It accepts the assurance level of staff alone (without assuranceLevel EU Login does so), and signs nobody "
        "else in."
    ),
    why="Anybody with an e-mail address can register at EU Login.",
    source=(
        "facts of EU Login, sections 15 and 19: assurance LOW is self-registered; laxValidate and "
        "assuranceLevel=LOW let them in"
    ),
    weight=Weight.CRITICAL,
    remedy="demand-the-level",
)
def self_registered(trial: Trial) -> None:
    if not trial.application.description.staff_only:
        raise NotApplicable("it is not said to be for staff only (--staff-only)")
    outsider = trial.user(domain="external", employee_type="n", assurance_level="LOW")
    trial.expect_nobody(arrive(trial, outsider), "the sign-in of somebody who registered by themselves")
    check_arrival(trial)
