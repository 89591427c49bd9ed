"""The report of a grading: as a page of its own, Markdown, JSON, JUnit and SARIF."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from eulogin_harness.documents.grades import GradeReport, ReportedCheck, ReportFormat

MEDIA_TYPES: Mapping[ReportFormat, str] = {
    "html": "text/html; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "json": "application/json",
    "junit": "application/xml",
    "sarif": "application/sarif+json",
}
_TEMPLATES = Path(__file__).with_name("templates")
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
_SEVERITIES = {"critical": "9.5", "high": "8.0", "medium": "5.0", "low": "2.0"}  # as code scanning sorts them
_HEADINGS = {
    "failed": "What it does wrong",
    "not done": "What could not be tried",
    "passed": "What it does right",
    "not applicable": "What does not concern it",
}


def rendered(report: GradeReport, form: ReportFormat) -> str:
    """A report in one of its forms."""
    return _FORMS[form](report)


def _groups(report: GradeReport) -> list[tuple[str, str, list[ReportedCheck]]]:
    """Outcome, heading and results, those to be looked at first."""
    weights = list(_LEVELS)
    ordered = sorted(report.results, key=lambda one: (one.known is not None, weights.index(one.weight), one.name))
    groups = (
        (outcome, heading, [one for one in ordered if one.outcome == outcome]) for outcome, heading in _HEADINGS.items()
    )
    return [(outcome, heading, results) for outcome, heading, results in groups if results]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _with_code
    return environment


def _with_code(text: str) -> Markup:
    """What stands in backticks as code."""
    parts = (
        f"<code>{escape(part)}</code>" if number % 2 else escape(part) for number, part in enumerate(text.split("`"))
    )
    return Markup("".join(parts))  # noqa: S704 - each part is escaped


def _templated(name: str) -> Callable[[GradeReport], str]:
    def render(report: GradeReport) -> str:
        return _environment().get_template(name).render(report=report, groups=_groups(report))

    return render


def _json(report: GradeReport) -> str:
    return report.model_dump_json(indent=2) + "\n"


def _junit(report: GradeReport) -> str:
    """A test suite with a test a check; known findings are skipped."""
    failed = sum(one.outcome == "failed" and one.known is None for one in report.results)
    errors = sum(one.outcome == "not done" for one in report.results)
    skipped = sum(one.outcome == "not applicable" or one.known is not None for one in report.results)
    counts = {"tests": len(report.results), "failures": failed, "errors": errors, "skipped": skipped}
    seconds = f"{sum(one.seconds for one in report.results):.2f}"
    suite = ET.Element(
        "testsuite", {"name": "eulogin-harness grade", "time": seconds} | {k: str(v) for k, v in counts.items()}
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in (("application", report.application.url), ("grade", report.grade)):
        ET.SubElement(properties, "property", {"name": name, "value": value})
    for one in report.results:
        case = ET.SubElement(suite, "testcase", {"classname": "grade", "name": one.name, "time": f"{one.seconds:.2f}"})
        if one.outcome == "failed" and one.known is None:
            ET.SubElement(case, "failure", {"message": one.title, "type": one.weight}).text = _in_words(one)
        elif one.outcome == "not done":
            ET.SubElement(case, "error", {"message": one.saw})
        elif one.outcome != "passed":
            ET.SubElement(case, "skipped", {"message": one.known or one.saw})
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _in_words(one: ReportedCheck) -> str:
    return f"did: {one.done}\nexpected: {one.expected}\nsaw: {one.saw}\nwhat to do: {one.remedy.text}"


def _sarif(report: GradeReport) -> str:
    """Static Analysis Results Interchange Format 2.1.0, as code scanning takes it; known findings are suppressed."""
    results = [_sarif_result(report, one) for one in report.results if one.outcome == "failed"]
    driver = {
        "name": "eulogin-harness grade",
        "semanticVersion": report.version,
        "rules": [_sarif_rule(one) for one in report.results],
    }
    run = {"tool": {"driver": driver}, "results": results, "properties": {"grade": report.grade}}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _sarif_rule(one: ReportedCheck) -> dict[str, Any]:
    return {
        "id": one.name,
        "shortDescription": {"text": one.title},
        "fullDescription": {"text": f"{one.why} Source: {one.source}."},
        "help": {"text": one.remedy.text},
        "defaultConfiguration": {"level": _LEVELS[one.weight]},
        "properties": {"security-severity": _SEVERITIES[one.weight]},
    }


def _sarif_result(report: GradeReport, one: ReportedCheck) -> dict[str, Any]:
    place = {"physicalLocation": {"artifactLocation": {"uri": report.application.sign_in}}}
    result: dict[str, Any] = {
        "ruleId": one.name,
        "level": _LEVELS[one.weight],
        "message": {"text": f"{one.title}. {one.done} Expected: {one.expected} Saw: {one.saw}"},
        "locations": [place],
        "partialFingerprints": {"check": one.name},
    }
    if one.known is not None:
        result["suppressions"] = [{"kind": "external", "justification": one.known}]
    return result


_FORMS: Mapping[ReportFormat, Callable[[GradeReport], str]] = {
    "html": _templated("report.html"),
    "markdown": _templated("report.md"),
    "json": _json,
    "junit": _junit,
    "sarif": _sarif,
}
