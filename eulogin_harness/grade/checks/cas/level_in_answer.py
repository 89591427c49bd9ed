"""Whether the level in the answer is read."""

from eulogin_harness.grade.cas_answers import as_password_only
from eulogin_harness.grade.cas_levels import check_demand, demands_more
from eulogin_harness.grade.cas_visits import arrive_with, check_arrival, last_validation
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import NotApplicable
from eulogin_harness.grade.trial import Trial


@check(
    "cas.level-in-answer",
    title="An answer of a lower level than demanded is enough",
    done=(
        "The application demands a level at the validation, and EU Login confirms the ticket with level BASIC and "
        "strength PASSWORD."
    ),
    expected="It compares the level or the strengths of the answer with what it demanded, and signs nobody in.",
    why="A validation address, or a setting of the service at EU Login, that does not heed the demand goes unnoticed.",
    source=(
        "facts of EU Login, section 18: INVALID_STRENGTH is usually raised by the client library; section 17, answer"
    ),
    weight=Weight.LOW,
    remedy="demand-the-level",
)
def level_in_answer(trial: Trial) -> None:
    check_demand(trial)
    seen = arrive_with(trial, trial.user(), as_password_only)
    call = last_validation(trial)
    if not demands_more(call.get("authenticationLevel"), call.get("acceptStrengths")):
        raise NotApplicable("it demands no level at the validation, which cas.level-not-repeated is about")
    trial.expect_nobody(seen, "an answer of level BASIC and strength PASSWORD")
    check_arrival(trial)
