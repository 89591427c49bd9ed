"""Whether a sign-in by password alone is taken where more was asked for."""

from eulogin_harness.grade.cas_levels import check_demand
from eulogin_harness.grade.cas_visits import arrive, check_arrival
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.level-not-demanded",
    title="A sign-in by password alone is enough, although more was asked for",
    done=(
        "The demand for a level is taken out of the browser's address at EU Login; the ticket of a sign-in by "
        "password alone comes back."
    ),
    expected="It demands the level at the validation too, or reads it in the answer, and signs nobody in.",
    why=(
        "Whoever has somebody's password gets in without the second factor: the browser's address is in the "
        "attacker's hands."
    ),
    source=(
        "facts of EU Login, sections 13, 16 and 18: the level is a parameter of both, INSUFFICIENT_AUTHENTICATION_LEVEL"
    ),
    weight=Weight.HIGH,
    remedy="demand-the-level",
)
def level_not_demanded(trial: Trial) -> None:
    check_demand(trial)
    trial.expect_nobody(arrive(trial, trial.user(), "PASSWORD"), "a sign-in by password alone")
    check_arrival(trial)
