"""Whether an answer is believed whose end is missing."""

from eulogin_harness.grade.cas_answers import cut_off
from eulogin_harness.grade.cas_visits import expect_refusal
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-truncated",
    title="An answer without its end signs somebody in",
    done="EU Login's answer about a ticket breaks off before authenticationSuccess is closed.",
    expected="It signs nobody in.",
    why="What is missing may be what would have forbidden the sign-in, such as the proxies that a ticket passed.",
    source="XML 1.0, 1.2, fatal error: normal processing must not go on; CAS protocol 3.0, appendix A",
    weight=Weight.LOW,
    remedy="read-the-answer",
)
def answer_truncated(trial: Trial) -> None:
    expect_refusal(trial, cut_off, "an answer without its end")
