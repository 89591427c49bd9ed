"""Access requests, open ones first, and the helpdesk's decision on each."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from eulogin_harness.api.access_requests import BY
from eulogin_harness.desk.forms import DecisionForm
from eulogin_harness.desk.frame import done
from eulogin_harness.desk.values import problems_at
from eulogin_harness.documents.common import LARGEST
from mock_cpms.access.deciding import decide
from mock_cpms.access.rules import newest_requests
from mock_world.i18n import N_
from mock_world.web import current_world, translate
from mock_world.web.forms import PageForm

access_requests = Blueprint("access_requests", __name__)

_MOST = 100  # newest ones shown


@access_requests.get("/access-requests")
def listed() -> str:
    return _page(DecisionForm(formdata=None))


@access_requests.post("/access-requests")
def decide_request() -> ResponseReturnValue:
    form = DecisionForm()
    if form.validate_on_submit():
        with problems_at(form):
            return _decide(form.reason.data or "")
    return _page(form)


def _decide(reason: str) -> ResponseReturnValue:
    decision, number = _pressed()
    decided = decide(current_world(), number, decision=decision, reason=reason, by=BY)
    body = {"decision": decision} | ({"reason": reason} if reason else {})
    sentence = translate(N_("Decided: {name} was told by e-mail.")).format(name=decided.person.full_name)
    return done(sentence, f"/api/access-requests/{number}/decide", body)


def _page(form: PageForm) -> str:
    requests = newest_requests(current_world(), _MOST)
    return render_template("desk/access_requests.html", decision_form=form, requests=requests)


def _pressed() -> tuple[str, int]:
    """The decision of the button, and the number of its request."""
    decision = next((name for name in ("approve", "reject", "ask") if name in request.form), "")
    return decision, min(request.form.get(decision, 0, type=int), LARGEST)
