"""An explanation as lines for a terminal, as JSON for scripts, and as rows for a page."""

from collections.abc import Iterator, Sequence
from typing import Any

from eulogin_harness.explaining.catalogue import PROBLEMS, Problem
from eulogin_harness.explaining.model import Entry, Explanation, Finding
from mock_world.i18n import N_

VERDICTS = {
    "good": N_("This sign-in is good."),
    "problem": N_("This is what went wrong."),
    "unknown": N_("This file alone does not tell what went wrong."),
    "no-sign-in": N_("This file holds no sign-in at EU Login."),
}
_LONGEST, _MOST_STEPS = 160, 20  # characters of an address, steps that are listed

Step = tuple[Entry, str]


def line_of(entry: Entry) -> str:
    """An entry in a line: its number in the file, what was asked, and the answer."""
    answer = entry.failure or str(entry.status or "no answer") + (
        f" -> {_short(entry.location)}" if entry.location else ""
    )
    return f"#{entry.number} {entry.method} {_short(entry.url)}  {answer}"


def step_line(entry: Entry) -> str:
    """An entry in a line without parameters, for a list of many."""
    url, location = (_short(address.partition("?")[0]) for address in (entry.url, entry.location))
    answer = entry.failure or str(entry.status or "no answer")
    return f"#{entry.number} {entry.method} {url}  {answer}" + (f" -> {location}" if location else "")


def shortened(steps: Sequence[Step]) -> Iterator[Step | None]:
    """The steps; of many the first and the last, with None between them."""
    if len(steps) <= _MOST_STEPS:
        yield from steps
        return
    yield from steps[: _MOST_STEPS // 2]
    yield None
    yield from steps[-(_MOST_STEPS // 2) :]


def _short(address: str) -> str:
    address = "".join(address.split())
    return address if len(address) <= _LONGEST else f"{address[: _LONGEST - 1]}…"


def remedy_of(finding: Finding) -> str:
    return finding.remedy or PROBLEMS[finding.name].remedy


def got_of(finding: Finding) -> str:
    return finding.got or finding.proof


def problem_of(finding: Finding) -> Problem:
    return PROBLEMS[finding.name]


def as_text(explanation: Explanation) -> str:
    """An explanation in lines, English."""
    return "\n".join(_lines(explanation))


def _lines(explanation: Explanation) -> Iterator[str]:
    yield VERDICTS[explanation.outcome]
    for finding in explanation.findings:
        yield from _of_finding(finding)
    if explanation.mended:
        yield ""
        yield "On the way, and overcome:"
        yield from (
            f"  {finding.name}: {problem_of(finding).title} (#{finding.entry.number})" for finding in explanation.mended
        )
    if explanation.limits:
        yield ""
        yield from (f"Note: {limit}" for limit in explanation.limits)
    if explanation.candidates:
        yield ""
        yield "It looks like one of these; each command shows one of them:"
        yield from _of_candidates(explanation.candidates)
    if explanation.steps:
        yield ""
        yield "Steps:"
        yield from (_of_step(step) for step in shortened(explanation.steps))


def _of_step(step: Step | None) -> str:
    return f"  {step_line(step[0])}  ({step[1]})" if step else "  ..."


def _of_finding(finding: Finding) -> Iterator[str]:
    problem = problem_of(finding)
    yield ""
    yield f"{finding.name}: {problem.title}"
    yield f"  line      {line_of(finding.entry)}"
    yield f"  proof     {finding.proof}"
    yield f"  expected  {problem.expected}"
    yield f"  got       {got_of(finding)}"
    yield f"  do        {remedy_of(finding)}"
    for command in problem.commands():
        yield f"  repeat    {command}"


def _of_candidates(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield f"  {name}: {PROBLEMS[name].title}"
        yield from (f"      {command}" for command in PROBLEMS[name].commands())


def as_document(explanation: Explanation) -> dict[str, Any]:
    """An explanation as JSON: names as in the catalogue, texts English."""
    return {
        "outcome": explanation.outcome,
        "problems": [_document(finding) for finding in explanation.findings],
        "overcome": [_document(finding) for finding in explanation.mended],
        "limits": list(explanation.limits),
        "candidates": [{"name": name, "repeat": PROBLEMS[name].commands()} for name in explanation.candidates],
        "steps": [{"entry": entry.number, "line": line_of(entry), "what": words} for entry, words in explanation.steps],
    }


def _document(finding: Finding) -> dict[str, Any]:
    problem = problem_of(finding)
    return {
        "name": finding.name,
        "title": problem.title,
        "entry": finding.entry.number,
        "line": line_of(finding.entry),
        "proof": finding.proof,
        "expected": problem.expected,
        "got": got_of(finding),
        "remedy": remedy_of(finding),
        "world": problem.world or None,
        "repeat": problem.commands(),
    }
