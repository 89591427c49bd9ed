"""Grading an application that signs its users in at a world."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from eulogin_harness.client.connection import Resource
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

    def start(
        self,
        url: str,
        *,
        sign_in: str = "",
        signed_in: str = "",
        sign_out: str = "",
        return_to: str = "",
        staff_only: bool = False,
        only: Sequence[str] = (),
        skip: Sequence[str] = (),
        limit: float = 20.0,
        known: Mapping[str, str] | None = None,
        allowed_hosts: Sequence[str] = (),
    ) -> GradeAnswer:
        """Begin to grade the application at `url`; what is left out is looked for.

        sign_in: path of a page that asks for sign-in. signed_in: `text:Hello`, `css:.user` or `json:/api/me`. sign_out:
        path, or words on its button. return_to: parameter with the address to come back to. staff_only: not for people
        who registered themselves. only, skip: names of checks, or beginnings such as `cas.`. limit: seconds for each.
        known: findings that do not count, with their reasons. allowed_hosts: yours, beside loopback and reserved
        domains. Raises ProblemError.
        """
        body = {
            "url": url,
            "sign_in": sign_in,
            "signed_in": signed_in,
            "sign_out": sign_out,
            "return_to": return_to,
            "staff_only": staff_only,
            "only": [*only],
            "skip": [*skip],
            "limit": limit,
            "known": dict(known or {}),
            "allowed_hosts": [*allowed_hosts],
        }
        return self._connection.ask(GradeAnswer, "POST", "/api/grades", json=body)

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

    def grade(
        self,
        url: str,
        *,
        sign_in: str = "",
        signed_in: str = "",
        sign_out: str = "",
        return_to: str = "",
        staff_only: bool = False,
        only: Sequence[str] = (),
        skip: Sequence[str] = (),
        known: Mapping[str, str] | None = None,
    ) -> GradeReport:
        """Grade the application at `url` and wait for it; arguments as in `start`. Raises GradeFailed, ProblemError."""
        grade = self.start(
            url,
            sign_in=sign_in,
            signed_in=signed_in,
            sign_out=sign_out,
            return_to=return_to,
            staff_only=staff_only,
            only=only,
            skip=skip,
            known=known,
        )
        return GradeReport.model_validate_json(self.report(self.follow(grade)))

    def stop(self, grade: GradeAnswer) -> None:
        """Stop a grading after the check that is under way."""
        self._connection.send("DELETE", f"/api/grades/{grade.id}")
