"""The control API and the pages bear what nobody should send; `make fuzz` goes on with it for longer."""

import re
from collections.abc import Iterator

import pytest

from eulogin_harness.client import Harness
from eulogin_harness.desk import control_room
from eulogin_harness.site import open_site
from mock_world.server import Site
from tools.fuzzing import pages
from tools.fuzzing.api import WITH_SETTINGS, fuzz_api
from tools.fuzzing.attempts import Attempt
from tools.fuzzing.browser import Answer, Target, targets_of
from tools.fuzzing.pages import Report, fuzz_pages, look

FAULTS = "/api/faults/{name}"  # an armed one lets other calls fail on purpose, as it should


@pytest.fixture
def site() -> Iterator[Site]:
    """A mock of its own: its default world and its worlds are what is sent to."""
    with open_site() as site:
        yield site


@pytest.mark.slow
@pytest.mark.threat("A call of the control API with what its description forbids is taken, or breaks the mock")
def test_the_control_api_answers_as_its_description_says(site: Site) -> None:
    harness = Harness(site.listeners["desk"])
    harness.default.personas.create("access_requested")
    harness.default.personas.create("device_added")
    run = fuzz_api(site.listeners["desk"], seed=1, examples=3, phases="fuzzing", without=(*WITH_SETTINGS, FAULTS))
    assert run.is_good, run.report
    assert int(re.findall(r"(\d+) generated", run.report)[0]) > 100


@pytest.mark.slow
@pytest.mark.threat("A form, a query, a cookie or a header of a page holds what breaks the mock, or shows its source")
def test_pages_bear_what_nobody_should_send(site: Site) -> None:
    report = Report()
    fuzz_pages(Harness(site.listeners["desk"]), report, number=220, seed_of_round=1)
    assert not report.findings, report
    assert report.pages > 150
    assert {200, 302, 303, 400, 404, 405} <= report.statuses.keys()
    assert report.statuses[200] + report.statuses[303] > 80


@pytest.mark.slow
def test_a_page_that_breaks_is_found(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(control_room, "lines", broken)
    monkeypatch.setattr(pages, "_MOST_PAGES", 5)  # it is the first
    report = Report()
    fuzz_pages(Harness(site.listeners["desk"]), report, number=20, seed_of_round=1)
    assert "GET /: 500 " in report.findings


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("<pre>Traceback (most recent call last):", "GET /x: a stack trace"),
        ("<title>Sign in</title>", "GET /x: 200, a page without the banner of the mock"),
        ('<title>Sign in</title><p class="mock-banner">', None),
    ],
)
def test_a_page_with_a_stack_trace_or_without_banner_is_found(text: str, finding: str | None) -> None:
    report = Report()
    look(Attempt(0, "GET", "http://localhost:1/w/w1/x"), Answer(200, {"content-type": "text/html"}, text), report)
    assert [*report.findings] == ([finding] if finding else [])


def test_links_and_forms_are_found_with_their_fields() -> None:
    page = """<a href="/b?c=d#e">b</a><a href="https://elsewhere.example/">no</a>
    <form method="post" action="f"><input name="g" value="h"><select name="i"><option value="j"></select>
    <textarea name="k"></textarea><button name="l" value="m">n</button></form>"""
    fields = (("g", "h"), ("i", "j"), ("k", ""), ("l", "m"))
    assert [*targets_of("http://localhost/a/", page)] == [
        Target("GET", "http://localhost/b?c=d"),
        Target("POST", "http://localhost/a/f", fields),
    ]
