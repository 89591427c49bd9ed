"""What is found out about an application before it is graded."""

from flask import make_response
from werkzeug.wrappers import Response as AnyResponse

from eulogin_harness.grade.application import SIGN_OF_USER, Description
from eulogin_harness.grade.checks import all_checks
from eulogin_harness.grade.grading import Grader
from examples.graded.cas_application import CasApplication
from examples.graded.web_application import Session
from tests.eulogin_harness.grade.conftest import CasExample

BUTTON = "Sign in with EU Login"


class BeginsByAButton(CasApplication):
    """As many do, so that no link can begin a sign-in: its page has a form, which is sent by POST."""

    def add_pages(self) -> None:
        super().add_pages()
        begin = lambda: self.send_to_eu_login(self.session())  # noqa: E731
        self.flask.add_url_rule("/begin", "start", begin, methods=["POST"])

    def private(self) -> AnyResponse:
        if self.session().user:
            return super().private()
        return make_response(f'<form method="post" action="/begin"><button>{BUTTON}</button></form>')


def test_a_sign_in_that_begins_by_a_button_is_found_and_graded(cas_example: CasExample, grader: Grader) -> None:
    cas_example.use_kind(BeginsByAButton)
    application = grader.find(Description(cas_example.url, sign_in="/private", staff_only=True))
    assert (application.sign_in_button, application.protocol) == (BUTTON, "cas")
    for name in ("cas.ticket-replayed", "session.fixed", "session.outlives-sign-out"):
        assert grader.try_one(application, all_checks()[name]).outcome == "passed"


def test_a_page_for_everybody_that_names_users_by_their_address_alone_shows_who_is_signed_in(
    cas_example: CasExample, grader: Grader
) -> None:
    class NamesAddresses(CasApplication):
        def private(self) -> AnyResponse:
            return self.send_to_eu_login(self.session())

        def begin(self, before: Session, session: Session) -> AnyResponse:
            answer = super().begin(before, session)
            answer.location = "/"
            return answer

        def home(self) -> AnyResponse:
            user = self.session().user
            return make_response(f"Hello {user.email}" if user else '<a href="/private">Sign in</a>')

    cas_example.use_kind(NamesAddresses)
    application = grader.find(Description(cas_example.url, staff_only=True))
    assert (application.sign, application.marks) == (SIGN_OF_USER, frozenset({"email"}))
