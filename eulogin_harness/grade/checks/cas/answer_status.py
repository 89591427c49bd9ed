"""Whether an answer is believed whose status says that it is none."""

from dataclasses import replace
from functools import partial

from eulogin_harness.grade.cas_visits import arrive_with, check_arrival
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.stand_in import Answer
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-status",
    title="An answer with an error's status signs somebody in",
    done="EU Login answers the question about a ticket with status 500, then with 404, and a success as text.",
    expected="It looks at the status first, and signs nobody in.",
    why="Pages of errors of proxies and caches may repeat an old answer, or what an attacker sent.",
    source="RFC 9110, 15.5 and 15.6: the request was not fulfilled",
    weight=Weight.LOW,
    remedy="read-the-answer",
)
def answer_status(trial: Trial) -> None:
    for status in (500, 404):
        seen = arrive_with(trial, trial.user(), partial(_of_status, status), xml=False)
        trial.expect_nobody(seen, f"an answer with status {status}")
    check_arrival(trial)


def _of_status(status: int, answer: Answer) -> Answer:
    return replace(answer, status=status)
