"""Gradings of an application: whether it checks what EU Login reports to it."""

from flask import Response

from eulogin_harness.api.frame import api, call
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.grades import CheckAnswer, GradeAnswer, GradeBody, GradeQuery, GradeReportQuery
from eulogin_harness.grade.answers import answer_of, check_answer, report_of
from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.reports import MEDIA_TYPES, rendered
from eulogin_harness.grade.runs import grade_runs
from mock_world.web import current_world
from mock_world.web.context import current_site


@api.get("/api/grades")
@call("grades", Items[GradeAnswer])
def list_grades() -> Items[GradeAnswer]:
    """The last gradings of this process, newest first"""
    return Items[GradeAnswer](
        items=[answer_of(run, after=len(run.results)) for run in grade_runs(current_site()).all()]
    )


@api.post("/api/grades")
@call("grades", GradeAnswer, status=201)
def start_grade(json: GradeBody) -> tuple[GradeAnswer, int]:
    """Grade an application that signs its users in at this world; it goes on behind the answer

    Each check happens in a copy of this world, which answers at EU Login's addresses meanwhile.
    """
    return answer_of(grade_runs(current_site()).start(current_world(), json)), 201


@api.get("/api/grade-checks")
@call("grades", Items[CheckAnswer])
def list_checks() -> Items[CheckAnswer]:
    """Every check: what is done, what a sound application does, why, by which source"""
    return Items[CheckAnswer](items=[check_answer(check) for check in all_checks().values()])


@api.get("/api/grades/<name>")
@call("grades", GradeAnswer)
def get_grade(name: str, query: GradeQuery) -> GradeAnswer:
    """A grading, as far as it is; with `wait` held until there is something new"""
    run = grade_runs(current_site()).get(name)
    run.wait(query.after, query.wait)
    return answer_of(run, after=query.after)


@api.get("/api/grades/<name>/report")
@call("grades", None, gives="text/html")
def get_grade_report(name: str, query: GradeReportQuery) -> Response:
    """What a grading came to: a page of its own, Markdown, JSON, JUnit or SARIF"""
    report = report_of(grade_runs(current_site()).get(name))
    return Response(rendered(report, query.format), content_type=MEDIA_TYPES[query.format])


@api.delete("/api/grades/<name>")
@call("grades", None, status=204)
def stop_grade(name: str) -> tuple[str, int]:
    """Stop a grading after the check that is under way"""
    grade_runs(current_site()).get(name).note(stopping=True)
    return "", 204
