"""Whether the level is asked for at the validation."""

from eulogin_harness.grade.cas_levels import check_demand, demands_more
from eulogin_harness.grade.cas_visits import arrive, check_arrival, last_validation
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import NotApplicable, Unsound
from eulogin_harness.grade.trial import Trial


@check(
    "cas.level-not-repeated",
    title="The level is asked for at the sign-in, and not at the validation",
    done="Somebody signs in; EU Login looks for what it is asked about the ticket.",
    expected="It demands the same level at the validation, so that EU Login itself refuses weaker sign-ins.",
    why=(
        "All hangs on the application's own reading of the answer, which new names of strengths and levels may "
        "lead astray."
    ),
    source="facts of EU Login, sections 13 and 16: the level is sent at login and at validation",
    weight=Weight.LOW,
    remedy="demand-the-level",
)
def level_not_repeated(trial: Trial) -> None:
    check_demand(trial)
    check_arrival(trial)
    call = last_validation(trial)
    if demands_more(call.get("authenticationLevel"), call.get("acceptStrengths")):
        return
    if arrive(trial, trial.user(), "PASSWORD").signed_in:
        raise NotApplicable("it takes a sign-in by password alone, which cas.level-not-demanded is about")
    raise Unsound(f"EU Login was asked at {call.path} without authenticationLevel and acceptStrengths")
