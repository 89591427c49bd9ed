"""A recorded sign-in explained on a page: a file in, the cause out; nothing is kept."""

from flask import Blueprint, render_template
from flask_wtf.file import FileField

from eulogin_harness.explaining.catalogue import PROBLEMS
from eulogin_harness.explaining.explaining import explain
from eulogin_harness.explaining.model import Explanation
from eulogin_harness.explaining.printing import VERDICTS, got_of, line_of, problem_of, remedy_of, shortened, step_line
from eulogin_harness.explaining.reading import UnreadableFile
from eulogin_harness.explaining.redacting import Redactor
from mock_world.i18n import N_
from mock_world.web import Page, translate
from mock_world.web.amounts import MOST_BYTES
from mock_world.web.forms import PageForm

explaining = Blueprint("explain", __name__)


class RecordingForm(PageForm):
    recording = FileField(
        N_("Recording"),
        description=N_("A HAR, also gzipped or zipped, or trace.zip of Playwright; 16 megabytes at most."),
        render_kw={"accept": ".har,.json,.zip,.gz"},
    )


@explaining.get("/explain")
def choose() -> str:
    return _page(RecordingForm(), None, None)


@explaining.post("/explain")
def answer() -> Page:
    form = RecordingForm()
    sent = form.recording.data
    if not sent:
        form.recording.errors = [translate(N_("Choose a file first."))]
        return _page(form, None, None), 422
    try:
        explanation, redactor = explain(sent.read())
    except UnreadableFile as error:
        form.recording.errors = [translate(N_("Choose another file: this one cannot be read."))]
        return _page(form, None, None, problem=str(error)), 422
    return _page(form, explanation, redactor, name=sent.filename or "")


def _page(
    form: RecordingForm,
    explanation: Explanation | None,
    redactor: Redactor | None,
    *,
    name: str = "",
    problem: str = "",
) -> str:
    clean = redactor.clean_output if redactor else str
    state = "refused" if form.recording.errors else explanation.outcome if explanation else "ready"
    return render_template(
        "desk/explain.html",
        form=form,
        state=state,
        name=clean(name),
        problem=problem,
        explanation=explanation,
        steps=list(shortened(explanation.steps)) if explanation else [],
        verdicts=VERDICTS,
        clean=clean,
        line_of=lambda entry: clean(line_of(entry)),
        step_line=lambda entry: clean(step_line(entry)),
        problem_of=problem_of,
        remedy_of=lambda finding: clean(remedy_of(finding)),
        got_of=lambda finding: clean(got_of(finding)),
        limit=MOST_BYTES,
        problems=PROBLEMS,
    )
