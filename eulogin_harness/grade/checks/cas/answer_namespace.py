"""Whether an answer of another namespace is believed."""

from eulogin_harness.grade.cas_answers import of_namespace
from eulogin_harness.grade.cas_visits import expect_refusal
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-namespace",
    title="An answer of another namespace signs somebody in",
    done="EU Login's answer about a ticket comes with all its elements in a namespace that is not CAS's.",
    expected="It compares the elements with their namespace, and signs nobody in.",
    why=(
        "Another document with elements of these names counts as EU Login's word. EU Login answers so only where "
        "something is broken, or where somebody has found a way to write into its answer."
    ),
    source="Namespaces in XML 1.0, section 2.1; facts of EU Login, section 17: the namespace",
    weight=Weight.LOW,
    remedy="read-the-answer",
)
def answer_namespace(trial: Trial) -> None:
    expect_refusal(trial, of_namespace("urn:example:other"), "an answer of another namespace")
