"""Whether an answer is believed that stands somewhere in a web page."""

from eulogin_harness.grade.cas_answers import in_a_page
from eulogin_harness.grade.cas_visits import expect_refusal
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-page",
    title="A web page with an answer in it signs somebody in",
    done=(
        "EU Login's place is taken by a web page with status 200, as proxies show it, which has an answer in its text."
    ),
    expected="It reads the whole as XML, with serviceResponse as the root, and signs nobody in.",
    why="Pages of errors repeat what was asked: text of an attacker becomes an answer of EU Login.",
    source="CAS protocol 3.0, appendix A: serviceResponse is the root; XML 1.0, 2.1, well-formed documents",
    weight=Weight.MEDIUM,
    remedy="read-the-answer",
)
def answer_page(trial: Trial) -> None:
    expect_refusal(trial, in_a_page, "a web page with an answer in it")
