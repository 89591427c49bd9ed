"""Grading an application that signs its users in at a world."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Unpack

from eulogin_harness.client.connection import Resource
from eulogin_harness.client.names import GradeFields
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.grades import CheckAnswer, CheckResult, GradeAnswer, GradeReport, ReportFormat

if TYPE_CHECKING:
    from eulogin_harness.documents.grades import GradedApplication

_WAIT = 20.0  # seconds of real time that a call is held


class GradeFailed(Exception):  # noqa: N818 - the name says it
    """An application could not be graded; the text says what was expected, what came, and what to do."""


class Grades(Resource):
    """Gradings: whether an application checks what EU Login reports to it."""

    def checks(self) -> list[CheckAnswer]:
        """Every check that there is."""
        return self._connection.ask(Items[CheckAnswer], "GET", "/api/grade-checks").items

    def list(self) -> "list[GradeAnswer]":
        """The last gradings of the mock, newest first, without their results."""
        return self._connection.ask(Items[GradeAnswer], "GET", "/api/grades").items

    def start(self, url: str, **fields: Unpack[GradeFields]) -> GradeAnswer:
        """Begin to grade the application at `url`; what is left out is looked for. Raises ProblemError."""
        return self._connection.ask(GradeAnswer, "POST", "/api/grades", json={"url": url, **fields})

    def follow(
        self,
        grade: GradeAnswer,
        *,
        begun: "Callable[[GradedApplication, int], None]" = lambda *_: None,
        done: Callable[[CheckResult], None] = lambda _: None,
    ) -> GradeAnswer:
        """Wait for the end of a grading. begun: called with the application and how many checks there are; done: with
        each result. Raises GradeFailed where it could not be done.
        """
        known, path = 0, f"/api/grades/{grade.id}"
        is_known = False
        while True:
            now = self._connection.ask(GradeAnswer, "GET", path, wait=_WAIT, params={"after": known, "wait": _WAIT})
            if now.application and not is_known:
                is_known = True
                begun(now.application, now.total)
            for result in now.results:
                done(result)
            known += len(now.results)
            if now.state in {"failed", "stopped"}:
                raise GradeFailed(now.problem or "the grading was stopped")
            if now.state == "done" and not now.results:
                return now

    def report(self, grade: GradeAnswer, form: ReportFormat = "json") -> str:
        """What a grading came to, in one of its forms."""
        query = {"format": form}
        return self._connection.send("GET", f"/api/grades/{grade.id}/report", params=query).text

    def grade(self, url: str, **fields: Unpack[GradeFields]) -> GradeReport:
        """Grade the application at `url` and wait for it; what is left out is looked for.

        Raises GradeFailed, ProblemError.
        """
        return GradeReport.model_validate_json(self.report(self.follow(self.start(url, **fields))))

    def stop(self, grade: GradeAnswer) -> None:
        """Stop a grading after the check that is under way."""
        self._connection.send("DELETE", f"/api/grades/{grade.id}")
