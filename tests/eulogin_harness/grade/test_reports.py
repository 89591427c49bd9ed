"""The report in its forms, and the rule that gives the grade."""

import json

import pytest
from defusedxml.ElementTree import fromstring

from eulogin_harness.documents.grades import GradedApplication, GradeReport, Remedy, ReportedCheck
from eulogin_harness.grade.check import Weight
from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.grading import grade_of
from eulogin_harness.grade.remedies import LIBRARIES, remedies
from eulogin_harness.grade.reports import rendered

CRITICAL, HIGH, MEDIUM, LOW = Weight.CRITICAL, Weight.HIGH, Weight.MEDIUM, Weight.LOW
APPLICATION = GradedApplication(
    url="http://localhost:5000/",
    protocol="cas",
    sign_in="http://localhost:5000/private",
    shows="http://localhost:5000/private",
    sign="page",
    marks=["uid"],
    service="http://localhost:5000/signed-in",
    client_id="",
    sign_out="Sign out",
)


def result(name: str, outcome: str, known: str | None = None, weight: str = "high") -> ReportedCheck:
    return ReportedCheck.model_validate(
        {
            "name": name,
            "title": f"Title of {name} <b>",
            "protocols": ["cas"],
            "done": "It was `done`.",
            "expected": "It refuses.",
            "why": "Because.",
            "source": "RFC 0",
            "weight": weight,
            "outcome": outcome,
            "saw": "it let | somebody in",
            "known": known,
            "seconds": 0.5,
            "remedy": Remedy(title="Remedy", text="Mend it.", code={"phpCAS": "phpCAS::mend('<x>');\n"}),
            "messages": "1 Browser -> EU Login",
            "picture": "AAAA" if outcome == "failed" else None,
        }
    )


@pytest.fixture
def report() -> GradeReport:
    results = [
        result("cas.passed", "passed"),
        result("cas.low", "failed", weight="low"),
        result("cas.failed", "failed"),
        result("cas.known", "failed", known="mended in May", weight="critical"),
        result("cas.foreign", "not applicable"),
        result("cas.broken", "not done"),
    ]
    return GradeReport(
        application=APPLICATION, grade="D", rule="The rule.", version="1.0", note="The note.", results=results
    )


@pytest.mark.parametrize(
    ("failed", "grade"),
    [
        ([], "A"),
        ([LOW, LOW, LOW], "B"),
        ([LOW, MEDIUM], "C"),
        ([HIGH, MEDIUM], "D"),
        ([HIGH, HIGH], "E"),
        ([LOW, CRITICAL], "F"),
    ],
)
def test_the_worst_failed_check_gives_the_grade(failed: list[Weight], grade: str) -> None:
    assert grade_of(failed) == grade


def test_what_counts_comes_first_and_known_findings_do_not_count(report: GradeReport) -> None:
    assert [one.name for one in report.failed] == ["cas.failed", "cas.low"]
    assert str(report).splitlines()[0] == "grade D for http://localhost:5000/"
    assert "cas.known" not in str(report)


def test_junit_has_a_test_for_each_check(report: GradeReport) -> None:
    suite = fromstring(rendered(report, "junit"))
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "6", "failures": "2", "errors": "1", "skipped": "2"}
    inside = {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
    assert inside == {
        "cas.passed": [],
        "cas.low": ["failure"],
        "cas.failed": ["failure"],
        "cas.known": ["skipped"],
        "cas.foreign": ["skipped"],
        "cas.broken": ["error"],
    }
    assert "Mend it." in (suite.findtext("testcase[@name='cas.failed']/failure") or "")


def test_sarif_has_a_rule_for_each_check_and_a_result_for_each_finding(report: GradeReport) -> None:
    (run,) = json.loads(rendered(report, "sarif"))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [one.name for one in report.results]
    found = {one["ruleId"]: (one["level"], "suppressions" in one) for one in run["results"]}
    assert found == {"cas.low": ("note", False), "cas.failed": ("error", False), "cas.known": ("error", True)}


def test_the_page_needs_nothing_else_and_escapes(report: GradeReport) -> None:
    page = rendered(report, "html")
    assert "src=" not in page.replace('src="data:image/jpeg;base64,AAAA"', "")
    assert "href=" not in page
    assert "Title of cas.failed &lt;b&gt;" in page
    assert "It was <code>done</code>." in page
    assert "phpCAS::mend(&#39;&lt;x&gt;&#39;);" in page
    assert page.index('id="cas.failed"') < page.index('id="cas.low"') < page.index('id="cas.known"')


def test_markdown_says_what_was_seen_and_keeps_its_tables(report: GradeReport) -> None:
    text = rendered(report, "markdown")
    assert text.startswith("# Grade D: http://localhost:5000/\n")
    assert "- Saw: it let | somebody in" in text
    assert "| `cas.broken` | high | it let \\| somebody in |" in text
    assert "a known finding: mended in May" in text


def test_json_is_the_whole_report(report: GradeReport) -> None:
    assert GradeReport.model_validate_json(rendered(report, "json")) == report


def test_each_check_has_a_remedy_and_each_remedy_names_libraries_that_are_known() -> None:
    named = {check.remedy for check in all_checks().values()}
    assert named <= remedies().keys()
    assert {library for one in remedies().values() for library in one.code} == set(LIBRARIES)


def test_each_check_says_what_it_is_about_in_sentences() -> None:
    for check in all_checks().values():
        for text in (check.done, check.expected, check.why):
            assert text.endswith("."), check.name
        assert not check.title.endswith("."), check.name
        assert check.source, check.name
