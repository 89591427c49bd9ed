"""Whether what an answer points to is fetched."""

from werkzeug.datastructures import Headers

from eulogin_harness.grade.cas_answers import with_document_type
from eulogin_harness.grade.cas_visits import arrive_with
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.stand_in import Answer
from eulogin_harness.grade.trial import Trial


@check(
    "cas.answer-external-entity",
    title="The application fetches what the answer points to",
    done=(
        "EU Login's answer about a ticket has a document type and an entity that point to addresses, which are watched."
    ),
    expected="It fetches nothing, whatever stands in the answer.",
    why="Answers that point to files or to servers inside the network make the application read and send them.",
    source="CWE-611, XML external entity reference",
    weight=Weight.HIGH,
    remedy="read-the-answer",
)
def answer_external_entity(trial: Trial) -> None:
    pages = {"/cas/graded.dtd": "", "/cas/graded.txt": "n00another"}
    for path, text in pages.items():
        trial.stand_in.pages[path] = Answer(200, Headers({"Content-Type": "text/plain"}), text.encode())
    dtd, entity = (trial.world.addresses.internal("idp", path) for path in pages)
    declared = f'<!DOCTYPE r SYSTEM "{dtd}" [<!ENTITY u SYSTEM "{entity}">]>'
    arrive_with(trial, trial.user(), with_document_type(declared, "{uid}&u;"))
    fetched = [call.path for call in trial.stand_in.calls if call.path in pages]
    if fetched:
        raise Unsound(f"it fetched {' and '.join(fetched)}, to which the answer pointed")
