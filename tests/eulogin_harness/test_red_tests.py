"""A collection of red tests: the first line of eulogin in the report of each names the reason."""

import re
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import parse

from eulogin_harness.client import Harness
from tests.suites import RunSuite

RED = Path(__file__).parent / "red_tests"
FIRST_LINE = re.compile(r"^-+ eulogin: reason -+\n(.*)$", re.MULTILINE)

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.slow


def red_cases(pytester: pytest.Pytester, run_suite: RunSuite, name: str, harness: Harness, *more: str) -> list[Element]:
    """The cases of junit.xml of a file of red tests, in which nothing else is."""
    pytester.makepyfile(test_red=(RED / f"{name}.py").read_text(encoding="utf-8"))
    plugins = ("eulogin", "tests.eulogin_harness.red_tests.plugin", *more)
    run_suite("--eulogin-url", harness.url, "--junit-xml=red.xml", plugins=plugins)
    return parse(pytester.path / "red.xml").findall(".//testcase")


def mistaken(cases: list[Element]) -> dict[str, str]:
    """Whose first line is not as its mark says, or no line at all."""
    wrong = {}
    for case in cases:
        told = {each.get("name"): each.get("value", "") for each in case.iter("property")}
        failure = case.find("failure")
        first = FIRST_LINE.search(failure.text or "") if failure is not None else None
        line = first[1] if first else f"no failure, or none of ours: {failure}"
        if not re.search(told["expected"] or "^$", line) or told.get("eulogin_reason") != line:
            wrong[case.get("name", "")] = line
    return wrong


def test_red_tests_without_a_browser_name_their_reason(
    pytester: pytest.Pytester, run_suite: RunSuite, harness: Harness
) -> None:
    cases = red_cases(pytester, run_suite, "without_browser", harness)
    assert mistaken(cases) == {}
    assert len(cases) >= 20


def test_red_tests_in_a_browser_name_their_reason(
    pytester: pytest.Pytester, run_suite: RunSuite, harness: Harness
) -> None:
    cases = red_cases(pytester, run_suite, "in_browser", harness, "playwright")
    assert mistaken(cases) == {}
    assert len(cases) >= 10
