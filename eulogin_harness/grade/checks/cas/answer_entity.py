"""Whether entities in an answer are expanded."""

from eulogin_harness.grade.cas_answers import with_document_type
from eulogin_harness.grade.cas_visits import expect_refusal
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-entity",
    title="Entities that the answer itself declares are expanded",
    done="EU Login's answer about a ticket has a document type with an entity, and the user is that entity.",
    expected="It takes no answer with a document type, and signs nobody in.",
    why="A small answer can be made to fill the memory, and what is read differs from what a filter saw.",
    source="CWE-776, recursive entity references in DTDs; OWASP XML External Entity Prevention Cheat Sheet",
    weight=Weight.LOW,
    remedy="read-the-answer",
)
def answer_entity(trial: Trial) -> None:
    expect_refusal(
        trial, with_document_type('<!DOCTYPE r [<!ENTITY u "{uid}">]>', "&u;"), "an answer with an entity of its own"
    )
