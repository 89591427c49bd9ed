"""Grading of an application: how it is asked for, how far it is, what it came to."""

from typing import Annotated, Literal

from pydantic import Field

from eulogin_harness.documents.common import LONGEST_WAIT, Answer, Body

Outcome = Literal["passed", "failed", "not applicable", "not done", "skipped"]
GradeState = Literal["searching", "checking", "done", "failed", "stopped"]
ReportFormat = Literal["html", "markdown", "json", "junit", "sarif"]


class GradeBody(Body):
    """The application to grade; what is left out is looked for."""

    url: str
    """Where the application is: on loopback, a reserved domain, or a host of `allowed_hosts`."""
    sign_in: str = ""
    """Path or address of a page that asks for sign-in."""
    signed_in: str = ""
    """How one sees who is signed in: `text:Hello`, `css:.user`, or `json:/api/me`."""
    sign_out: str = ""
    """Path or address that signs out, or the words on its link or button."""
    return_to: str = ""
    """Parameter of the sign-in page that holds the address to come back to."""
    staff_only: bool = False
    """The application is for staff, not for people who registered themselves."""
    only: list[str] = Field(default_factory=list)
    """Names of checks, or beginnings of them such as `cas.`; empty: all."""
    skip: list[str] = Field(default_factory=list)
    """Names of checks to leave out, or beginnings of them."""
    limit: Annotated[float, Field(gt=0, le=600)] = 20.0
    """Seconds of real time that each check may take."""
    known: dict[str, str] = Field(default_factory=dict)
    """Known findings, by name of the check, each with the reason why it stays: they do not count."""
    allowed_hosts: list[str] = Field(default_factory=list)
    """Hosts that are yours and may be graded, beside loopback and reserved domains."""


class Remedy(Answer):
    """What to do about a finding. code: by client library."""

    title: str
    text: str
    code: dict[str, str]


class CheckAnswer(Answer):
    """A check, and in a grading what it came to."""

    name: str
    title: str
    """The defect that it looks for."""
    protocols: list[Literal["cas", "openid"]]
    done: str
    expected: str
    """What a sound application does."""
    why: str
    source: str
    weight: Literal["critical", "high", "medium", "low"]


class CheckResult(CheckAnswer):
    """What a check came to."""

    outcome: Outcome
    saw: str
    """What was seen, or why it says nothing."""
    known: str | None = None
    """Why a failed one does not count."""
    seconds: float


class ReportedCheck(CheckResult):
    """What a check came to, with what shows it."""

    remedy: Remedy
    messages: str = ""
    """The sign-ins of the check as the journey inspector writes them, secrets masked; of failed ones."""
    picture: str | None = None
    """What the browser showed, JPEG in base64; of failed ones."""


class GradedApplication(Answer):
    """How the application signs people in, as it was found."""

    url: str
    protocol: Literal["cas", "openid"]
    sign_in: str
    shows: str
    """The page on which one sees who is signed in."""
    sign: str
    """What is there then: as in `signed_in`, or `page` (it is shown to nobody else), `user` (it shows the user)."""
    marks: list[str]
    """What of a user it shows: `uid`, `email`, `name`."""
    service: str
    """Where EU Login sends browsers back: `service`, or `redirect_uri`."""
    client_id: str
    sign_out: str


class GradeAnswer(Answer):
    """A grading, as far as it is."""

    id: str
    state: GradeState
    problem: str | None = None
    """Why it failed."""
    application: GradedApplication | None = None
    total: int = 0
    """How many checks there will be."""
    results: list[CheckResult]
    """In the order in which they came; with `after`, those that came later."""
    grade: str | None = None
    """`A` to `F`, once it is done."""
    rule: str = ""


class GradeReport(Answer):
    """What a grading came to."""

    application: GradedApplication
    grade: str
    rule: str
    """How the grade follows from the failed checks."""
    version: str
    """Of eulogin-harness."""
    note: str
    results: list[ReportedCheck]

    @property
    def failed(self) -> list[ReportedCheck]:
        """Failed checks that count, the worst first."""
        weights = ("critical", "high", "medium", "low")
        counting = (one for one in self.results if one.outcome == "failed" and one.known is None)
        return sorted(counting, key=lambda one: weights.index(one.weight))

    def __str__(self) -> str:
        """The grade and the failed checks, in lines."""
        lines = (f"  {one.weight}: {one.title} ({one.name}): {one.saw}" for one in self.failed)
        return "\n".join([f"grade {self.grade} for {self.application.url}", *lines])


class GradeQuery(Body):
    """Which results are wanted."""

    after: Annotated[int, Field(ge=0)] = 0
    """How many results are known already."""
    wait: Annotated[float, Field(ge=0, le=LONGEST_WAIT)] = 0.0
    """Seconds of real time to wait for another one, or for the end."""


class GradeReportQuery(Body):
    """In which form the report is wanted."""

    format: ReportFormat = "json"
