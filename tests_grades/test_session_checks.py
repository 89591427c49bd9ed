"""What the checks of sessions see beyond their one planted flaw, and where they say nothing."""

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest
import requests
from flask import redirect
from werkzeug.wrappers import Response as AnyResponse

from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.checks.session.open_redirect import forms
from eulogin_harness.grade.grading import Grader, Result
from eulogin_harness.grade.stack_traces import stack_trace_in
from examples.graded.cas_application import CasApplication
from examples.graded.web_application import COOKIE, Session
from tests.eulogin_harness.grade.conftest import CasExample

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

pytestmark = pytest.mark.slow
LONG = 60.0  # seconds, longer than a check may take
SPELLINGS = range(len(forms("http://localhost:5000")))


def result(grader: Grader, example: CasExample, name: str, kind: type[CasApplication]) -> Result:
    example.use_kind(kind)
    return grader.try_one(example.application, all_checks()[name])


def with_backslashes(app: "WSGIApplication") -> "WSGIApplication":
    """Werkzeug encodes them in `Location`, other servers send them as they are."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [(name, value.replace("%5C", "\\")) for name, value in headers], *more)

        return app(environ, cast("StartResponse", started))

    return answer


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_spelling_of_another_site_leads_a_browser_there(
    spelling: int, cas_example: CasExample, grader: Grader
) -> None:
    class FallsForOne(CasApplication):
        def add_pages(self) -> None:
            super().add_pages()
            self.flask.wsgi_app = with_backslashes(self.flask.wsgi_app)  # type: ignore[assignment,method-assign]

        def checked_return(self, path: str) -> str:
            return path if path == forms(self.own)[spelling] else super().checked_return(path)

    seen = result(grader, cas_example, "session.open-redirect", FallsForOne)
    assert (seen.outcome, repr(forms(cas_example.url)[spelling]) in seen.saw) == ("failed", True)


def test_an_address_to_come_back_to_is_also_found_on_the_page_before_eu_login(
    cas_example: CasExample, grader: Grader
) -> None:
    class HasAPageOfItsOwn(CasApplication):
        """As Django: the page that asks for sign-in leads to another one, which knows where to come back to."""

        def add_pages(self) -> None:
            super().add_pages()
            self.flask.add_url_rule("/begin", "start", lambda: self.send_to_eu_login(self.session()))

        def private(self) -> AnyResponse:
            return super().private() if self.session().user else redirect("/begin?next=/private")

        def checked_return(self, path: str) -> str:
            return path

    assert result(grader, cas_example, "session.open-redirect", HasAPageOfItsOwn).outcome == "failed"


def test_cookies_that_sign_nobody_in_may_be_read_by_scripts(cas_example: CasExample, grader: Grader) -> None:
    class HasAFormToken(CasApplication):
        def begin(self, before: Session, session: Session) -> AnyResponse:
            answer = super().begin(before, session)
            answer.set_cookie("form_token", "of no use to others")
            return answer

    for name in ("session.cookie-http-only", "session.cookie-same-site"):
        assert result(grader, cas_example, name, HasAFormToken).outcome == "passed"


def test_a_cookie_with_same_site_none_goes_with_requests_of_other_sites(
    cas_example_by_https: CasExample, grader: Grader
) -> None:
    class SaysNone(CasApplication):
        cookie_flags = {"httponly": True, "samesite": "None"}  # noqa: RUF012

    seen = result(grader, cas_example_by_https, "session.cookie-same-site", SaysNone)
    assert (seen.outcome, COOKIE in seen.saw) == ("failed", True)


def test_cookies_of_one_path_are_seen_too(cas_example: CasExample, grader: Grader) -> None:
    class KeepsToItsPage(CasApplication):
        def begin(self, before: Session, session: Session) -> AnyResponse:
            super().begin(before, session)
            answer = redirect(before.come_back_to)
            answer.set_cookie(COOKIE, self.key_of(session), path="/private")
            return answer

    for name in ("session.cookie-http-only", "session.cookie-same-site"):
        seen = result(grader, cas_example, name, KeepsToItsPage)
        assert (seen.outcome, COOKIE in seen.saw) == ("failed", True)


def test_a_page_that_never_comes_signs_nobody_in(
    cas_example: CasExample, grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    class ForgetsToAnswer(CasApplication):
        """As servers that have no error handler where half an answer of EU Login comes."""

        def ask(self, address: str) -> requests.Response:
            try:
                return super().ask(address)
            except requests.RequestException:
                ended.wait(LONG)
                raise

    monkeypatch.setattr(grader, "_limit", 9.0)
    for name in ("session.broken-answer-believed", "session.stack-trace"):
        assert result(grader, cas_example, name, ForgetsToAnswer).outcome == "passed"
    ended.set()


def test_over_http_nothing_is_said_of_secure_cookies(cas_example: CasExample, grader: Grader) -> None:
    seen = result(grader, cas_example, "session.cookie-secure", CasApplication)
    assert (seen.outcome, "http" in seen.saw) == ("not applicable", True)


class AsksForNoMessage(CasApplication):
    """It takes no messages, and its validation asks for none."""

    single_sign_out = "false"

    def logged_out(self) -> AnyResponse:
        return redirect("/")


@pytest.mark.parametrize("name", [name for name in all_checks() if name.startswith("cas.sign-out-")])
def test_where_no_message_is_asked_for_or_heeded_nothing_is_said(
    name: str, cas_example: CasExample, grader: Grader
) -> None:
    assert result(grader, cas_example, name, AsksForNoMessage).outcome == "not applicable"


def test_a_sign_out_may_rely_on_the_message_of_eu_login(cas_example: CasExample, grader: Grader) -> None:
    class LeavesItToEuLogin(CasApplication):
        """Its sign-out only leads to EU Login, whose message then ends the session."""

        def sign_out(self) -> AnyResponse:
            return redirect(self.sign_out_address(self.session()))

    for name in ("session.comes-back", "session.outlives-sign-out", "session.page-after-sign-out"):
        assert result(grader, cas_example, name, LeavesItToEuLogin).outcome == "passed"


def test_a_page_may_ask_whether_a_sign_out_is_meant(cas_example: CasExample, grader: Grader) -> None:
    class Asks(CasApplication):
        """Its sign-out is a link to a page with a button."""

        def add_pages(self) -> None:
            super().add_pages()
            self.flask.add_url_rule("/leave", "leave", lambda: '<form method=post action="/sign-out"><button>Log out')

    cas_example.use_kind(Asks)
    application = replace(cas_example.application, sign_out="/leave")
    for name in ("session.comes-back", "session.outlives-sign-out"):
        assert grader.try_one(application, all_checks()[name]).outcome == "passed"


def test_an_application_that_does_not_sign_in_is_not_graded_by_its_sign_out(
    cas_example: CasExample, grader: Grader
) -> None:
    class LetsNobodyIn(CasApplication):
        def begin(self, before: Session, session: Session) -> AnyResponse:  # noqa: ARG002
            return self.refused("never")

    names = ("session.open-redirect", "session.outlives-sign-out", "session.email-as-key", "session.ticket-in-address")
    for name in names:
        assert result(grader, cas_example, name, LetsNobodyIn).outcome == "not done"


@pytest.mark.parametrize(
    "page",
    [
        '<pre>Traceback (most recent call last):\n  File "/srv/app.py", line 3, in view</pre>',
        "<li>File &quot;/srv/app.py&quot;, line 3, in view",
        "<pre>java.lang.NullPointerException\n\tat org.jasig.cas.Filter.doFilter(Filter.java:120)</pre>",
        "<b>Fatal error</b>: Uncaught Exception: no answer in /srv/CAS/Client.php on line 12",
        "<pre>Error: no answer\n    at validate (/srv/node_modules/cas/index.js:10:5)</pre>",
        "<pre>   at App.Login.Validate(String ticket) in C:\\src\\Login.cs:line 12</pre>",
        "<pre>/srv/app.rb:12:in `validate'</pre>",
        "goroutine 12 [running]:\nmain.main()",
    ],
)
def test_stack_traces_are_known_by_their_looks(page: str) -> None:
    assert stack_trace_in(f"<!doctype html>{page}")


@pytest.mark.parametrize(
    "page",
    [
        "<p>EU Login did not sign you in. Warning: try again at 10:30:15, or see the file app.pdf, page 3.</p>",
        "<p>An exception was made for you at the desk (room 12:30).</p>",
        '<script src="/static/app.js"></script><p>Error 500</p>',
    ],
)
def test_plain_pages_are_no_stack_traces(page: str) -> None:
    assert stack_trace_in(page) is None
