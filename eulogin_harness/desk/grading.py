"""Gradings in the control room: an application is graded, and one sees how far it is and what it came to."""

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from eulogin_harness.desk.frame import done
from eulogin_harness.documents.grades import GradeBody
from eulogin_harness.grade.answers import NOTE, report_of
from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.grading import RULE
from eulogin_harness.grade.report_formats import BY_SUFFIX
from eulogin_harness.grade.reports import MEDIA_TYPES, rendered
from eulogin_harness.grade.runs import GradeRun, grade_runs
from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.web import current_world, translate
from mock_world.web.context import current_site
from mock_world.web.files import attachment
from mock_world.web.forms import PageForm

grading = Blueprint("grading", __name__)

_MOST = 500  # characters of an address
_AS_TYPED = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
_OF_REPORT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
STATES: Mapping[str, str] = {
    "searching": N_("looks at the application"),
    "checking": N_("tries the checks"),
    "done": N_("done"),
    "failed": N_("could not be graded"),
    "stopped": N_("stopped"),
}
OUTCOMES: Mapping[str, str] = {
    "failed": N_("failed"),
    "not done": N_("not done"),
    "passed": N_("passed"),
    "not applicable": N_("not applicable"),
}


class GradeForm(PageForm):
    url = StringField(
        N_("Address of the application"),
        description=N_("On this machine or of a reserved domain, such as http://localhost:5000/"),
        validators=[InputRequired(N_("Write the address of the application.")), Length(max=_MOST)],
        render_kw=_AS_TYPED | {"inputmode": "url"},
    )
    sign_in = StringField(
        N_("Page that asks for sign-in"),
        description=N_("A path. Left empty, it is looked for."),
        validators=[Length(max=_MOST)],
        render_kw=_AS_TYPED,
    )
    signed_in = StringField(
        N_("How one sees who is signed in"),
        description=N_("text:Hello, css:.user or json:/api/me. Left empty, it is looked for."),
        validators=[Length(max=_MOST)],
        render_kw=_AS_TYPED,
    )
    sign_out = StringField(
        N_("What signs out"),
        description=N_("A path, or the words on a button. Left empty, it is looked for."),
        validators=[Length(max=_MOST)],
        render_kw=_AS_TYPED,
    )
    staff_only = BooleanField(N_("For staff only, not for people who registered themselves"))


@grading.get("/grade")
def choose() -> str:
    return _page(GradeForm(formdata=None))


def _page(form: GradeForm) -> str:
    runs, checks = grade_runs(current_site()).all(), all_checks().values()
    return render_template("desk/grade.html", form=form, runs=runs, states=STATES, checks=checks, note=NOTE)


@grading.post("/grade")
def start() -> ResponseReturnValue:
    form = GradeForm()
    if not form.validate_on_submit():
        return _page(form), 422
    given = {name: value for name, value in form.data.items() if name in GradeBody.model_fields and value}
    try:
        run = grade_runs(current_site()).start(current_world(), GradeBody.model_validate(given))
    except Refusal as refusal:
        field = getattr(form, refusal.field or "", form.url)
        field.errors = [refusal.message(translate)]
        return _page(form), refusal.kind.status
    return done(
        translate(N_("The grading has begun.")), "/api/grades", given, back=url_for("grading.show", name=run.id)
    )


@grading.get("/grade/<name>")
def show(name: str) -> str:
    run = _known(name)
    order = list(OUTCOMES)
    results = sorted(run.results, key=lambda one: (order.index(one.outcome), one.check.name))
    counts = {outcome: sum(one.outcome == outcome for one in results) for outcome in OUTCOMES}
    return render_template(
        "desk/graded.html", run=run, results=results, counts=counts, states=STATES, outcomes=OUTCOMES, rule=RULE
    )


@grading.post("/grade/<name>/stop")
def stop(name: str) -> Response:
    run = _known(name)
    run.note(stopping=True)
    sentence = translate(N_("The grading stops after the check that is under way."))
    return done(sentence, f"/api/grades/{name}", method="DELETE", back=url_for("grading.show", name=name))


@grading.get("/grade/<name>/report.<any(html, md, json, xml, sarif):suffix>")
def report(name: str, suffix: str) -> Response:
    """The report: as a page, or to keep."""
    form = BY_SUFFIX[f".{suffix}"]
    text = rendered(report_of(_known(name)), form)
    if form != "html" or "keep" in request.args:
        return attachment(text, MEDIA_TYPES[form].partition(";")[0], f"grade.{suffix}")
    return Response(text, content_type=MEDIA_TYPES[form], headers={"Content-Security-Policy": _OF_REPORT})


def _known(name: str) -> GradeRun:
    return grade_runs(current_site()).get(name)
