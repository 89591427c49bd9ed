"""Gradings as documents of the control API."""

import base64

from eulogin_harness import VERSION
from eulogin_harness.documents.grades import (
    CheckAnswer,
    CheckResult,
    GradeAnswer,
    GradedApplication,
    GradeReport,
    ReportedCheck,
)
from eulogin_harness.grade.application import Application
from eulogin_harness.grade.check import Check
from eulogin_harness.grade.grading import RULE, Result
from eulogin_harness.grade.remedies import remedy
from eulogin_harness.grade.runs import GradeRun
from mock_world.i18n import N_
from mock_world.refusal import Refusal, RefusalKind

NOTE = (
    "This grade is about the sign-in with EU Login alone. It is no penetration test: nobody has looked at what the "
    "application does besides. It was given by a mock, with people who do not exist."
)
NOT_ENDED = RefusalKind(
    "grade.not_done",
    message=N_("This grading has no report."),
    expected="a grading that is done",
    remedy="wait by GET /api/grades/{grading}?wait=30; where it failed, its problem says why",
    status=409,
)


def check_answer(check: Check) -> CheckAnswer:
    return CheckAnswer.model_validate(_of_check(check))


def _of_check(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "title": check.title,
        "protocols": list(check.protocols),
        "done": check.done,
        "expected": check.expected,
        "why": check.why,
        "source": check.source,
        "weight": check.weight.value,
    }


def _of_result(run: GradeRun, result: Result) -> dict[str, object]:
    known = run.body.known.get(result.check.name) if result.outcome == "failed" else None
    came = {"outcome": result.outcome, "saw": result.saw, "known": known, "seconds": round(result.seconds, 2)}
    return _of_check(result.check) | came


def _application(application: Application) -> GradedApplication:
    return GradedApplication(
        url=application.description.url,
        protocol=application.protocol,
        sign_in=application.sign_in,
        shows=application.shows,
        sign=application.sign,
        marks=sorted(application.marks),
        service=application.service,
        client_id=application.client_id,
        sign_out=application.sign_out,
    )


def answer_of(run: GradeRun, after: int = 0) -> GradeAnswer:
    """A grading as far as it is, with the results behind the first `after`."""
    return GradeAnswer(
        id=run.id,
        state=run.state,
        problem=run.problem,
        application=_application(run.application) if run.application else None,
        total=run.total,
        results=[CheckResult.model_validate(_of_result(run, result)) for result in run.results[after:]],
        grade=run.grade,
        rule=RULE,
    )


def report_of(run: GradeRun) -> GradeReport:
    """What a grading came to. Raises Refusal (grade.not_done)."""
    if run.application is None or run.grade is None:
        raise Refusal(NOT_ENDED, got=f"one that is {run.state}", grading=run.id)
    return GradeReport(
        application=_application(run.application),
        grade=run.grade,
        rule=RULE,
        version=VERSION,
        note=NOTE,
        results=[_reported(run, result) for result in run.results],
    )


def _reported(run: GradeRun, result: Result) -> ReportedCheck:
    picture = base64.b64encode(result.picture).decode() if result.picture else None
    shown = {"remedy": remedy(result.check.remedy), "messages": result.messages, "picture": picture}
    return ReportedCheck.model_validate(_of_result(run, result) | shown)
