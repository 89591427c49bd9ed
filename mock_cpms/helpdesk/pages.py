"""The helpdesk's list and its decision on one request."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from mock_cpms.access.model import AccessRequest
from mock_cpms.countries import country_name
from mock_cpms.helpdesk.rules import decide_as, networks_helped_by, request_for, requests_for
from mock_cpms.networks import networks
from mock_cpms.people import Person
from mock_cpms.profile.fields import FieldSpec, profile_fields
from mock_cpms.profile.rules import profile_of
from mock_cpms.signin.session import for_signed_in
from mock_world import Refusal
from mock_world import settings as s
from mock_world.i18n import N_
from mock_world.web import current_language, current_world, go_to, translate
from mock_world.web.forms import PageForm

blueprint = Blueprint("helpdesk", __name__, template_folder="templates")

DONE = {
    "approved": N_("Approved: {name} may use CPMS for {network} now, and was told by e-mail."),
    "rejected": N_("Rejected: {name} was told why by e-mail."),
    "info_requested": N_("Asked: {name} has your question in an e-mail."),
}
_LENGTH = 2000  # characters


class DecisionForm(PageForm):
    """The decision itself is the button's, which the template writes."""

    reason = TextAreaField(
        N_("Reason or question"),
        [Optional(), Length(max=_LENGTH)],
        description=N_("Needed to reject and to ask for information. The person reads it in an e-mail."),
    )


@blueprint.get("/screen/helpdesk")
@for_signed_in
def requests_page(person: Person) -> ResponseReturnValue:
    world = current_world()
    mine = networks_helped_by(world, person.uid)
    return render_template(
        "cpms/helpdesk.html",
        requests=requests_for(world, person),
        desks=[network.helpdesk for network in networks().values() if network.code in mine],
        zone=world.settings[s.HELPDESK_TIME_ZONE],
        now=world.clock.now(),
    )


@blueprint.route("/screen/helpdesk/<int(max=2147483647):request_id>", methods=["GET", "POST"])
@for_signed_in
def request_page(person: Person, request_id: int) -> ResponseReturnValue:
    world = current_world()
    asked = request_for(world, person, request_id)
    form = DecisionForm()
    if form.validate_on_submit() and _decide(person, asked, form):
        return go_to(url_for("helpdesk.requests_page"))
    return render_template(
        "cpms/helpdesk-request.html",
        form=form,
        asked=asked,
        network=networks()[asked.network],
        answers=_answers(asked),
        zone=world.settings[s.HELPDESK_TIME_ZONE],
        now=world.clock.now(),
    )


def _decide(person: Person, asked: AccessRequest, form: DecisionForm) -> bool:
    try:
        decided = decide_as(
            current_world(),
            person,
            asked.id,
            decision=request.form.get("decision", ""),
            reason=form.reason.data or "",
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    network = networks()[decided.network].name
    flash(translate(DONE[decided.state]).format(name=decided.person.full_name, network=network))
    return True


def _answers(asked: AccessRequest) -> list[tuple[str, str]]:
    """Label and answer of each field that says something about the person."""
    profile = profile_of(current_world(), asked.uid)
    if profile is None:
        return []
    shown = [spec for spec in profile_fields(current_world()) if profile.answers.get(spec.name)]
    return [
        (translate(spec.label), _in_words(spec, profile.answers[spec.name])) for spec in shown if spec.type != "tick"
    ]


def _in_words(spec: FieldSpec, answer: str) -> str:
    if spec.type == "country":
        return country_name(answer, current_language())
    return translate(answer) if spec.type == "select" else answer
