"""The helpdesk's list and its decision on one request."""

from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, flash, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, SearchField, SelectField, StringField, TextAreaField
from wtforms.widgets import DateInput

from mock_cpms import settings as s
from mock_cpms.access.rules import NOT_OPEN
from mock_cpms.access.wording import day_in_words
from mock_cpms.helpdesk.answers import answers_of, hospital_networks, questions_of
from mock_cpms.helpdesk.finding import CHOICES, OVERDUE, Filter, find_requests, next_to_decide
from mock_cpms.helpdesk.rules import (
    CHANGED,
    OWN_REQUEST,
    decide_as,
    end_of_day,
    guest_day,
    networks_helped_by,
    request_for,
)
from mock_cpms.networks import Network, networks
from mock_cpms.pages.session import for_signed_in
from mock_cpms.people import Person
from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.web import current_language, current_world, go_to, number_of, translate
from mock_world.web.forms import PageForm

if TYPE_CHECKING:
    from mock_cpms.access.model import Step

blueprint = Blueprint("helpdesk", __name__)

GUESTS = N_("Leave empty for access without an end. Usual for guests: until {day}.")
DONE = {
    "approved": N_("Approved: {name} may use CPMS for {network} now, and was told by e-mail."),
    "rejected": N_("Rejected: {name} was told why by e-mail."),
    "info_requested": N_("Asked: {name} has your question in an e-mail."),
}
_MEANWHILE = frozenset({CHANGED.code, NOT_OPEN.code, OWN_REQUEST.code})


class FilterForm(PageForm):
    """In the address, so that a filtered list can be kept; the state is a link's."""

    person = SearchField(
        N_("Person"), description=N_("A part of the name or e-mail address."), render_kw={"autocomplete": "off"}
    )
    network = SelectField(N_("Network"), validate_choice=False, description=N_("One of those that you help."))
    state = HiddenField()


class DecisionForm(PageForm):
    """The decision itself is the button's, which the template writes. seen: the steps of the history as shown."""

    reason = TextAreaField(
        N_("Reason or question"),
        description=N_("Needed to reject and to ask for information. The person reads it in an e-mail."),
    )
    guestUntil = StringField(N_("Last day of a guest's access"), widget=DateInput())  # noqa: N815 - the contract's name
    seen = HiddenField()


@blueprint.get("/screen/helpdesk")
@for_signed_in
def requests_page(person: Person) -> ResponseReturnValue:
    world = current_world()
    mine = _helped_by(person)
    criteria = _criteria(mine)
    request_list = find_requests(world, person, criteria, number_of(request.args.get("page")))
    form = FilterForm(data=criteria.query())
    form.network.choices = {"": translate(N_("All your networks"))} | {one.code: one.name for one in mine}
    return render_template(
        "cpms/helpdesk.html",
        form=form,
        criteria=criteria,
        request_list=request_list,
        states=[state for state in CHOICES if request_list.counts[state] or state == criteria.state],
        overdue=OVERDUE,
        desks=mine,
        following=next_to_decide(world, person) if session.pop("decided", False) else None,
        zone=world.settings[s.HELPDESK_TIME_ZONE],
        now=world.clock.now(),
    )


@blueprint.route("/screen/helpdesk/<int(max=2147483647):request_id>", methods=["GET", "POST"])
@for_signed_in
def request_page(person: Person, request_id: int) -> ResponseReturnValue:
    world = current_world()
    access_request = request_for(world, person, request_id)
    back = url_for("helpdesk.requests_page", **_criteria(_helped_by(person)).query())
    form = DecisionForm()
    form.guestUntil.description = translate(GUESTS).format(day=day_in_words(guest_day(world), current_language()))
    meanwhile: tuple[Step, ...] = ()
    if form.validate_on_submit():
        try:
            _decide(person, request_id, form)
            return go_to(back)
        except Refusal as refusal:
            form.refuse(refusal)
            if refusal.code in _MEANWHILE:
                access_request = request_for(world, person, request_id)
                meanwhile = access_request.history[number_of(form.seen.data) :] or access_request.history[-1:]
    form.seen.data = str(len(access_request.history))
    return render_template(
        "cpms/helpdesk-request.html",
        form=form,
        access_request=access_request,
        own=access_request.uid == person.uid,
        meanwhile=meanwhile,
        network=networks()[access_request.network],
        answers=answers_of(world, access_request, current_language()),
        listed_for=hospital_networks(world, access_request),
        questions=questions_of(access_request),
        back=back,
        zone=world.settings[s.HELPDESK_TIME_ZONE],
        now=world.clock.now(),
    )


def _helped_by(person: Person) -> list[Network]:
    mine = networks_helped_by(current_world(), person.uid)
    return [network for network in networks().values() if network.code in mine]


def _criteria(mine: list[Network]) -> Filter:
    """The filter in the address; what nobody could choose counts as nothing."""
    state, network = request.args.get("state", ""), request.args.get("network", "")
    return Filter(
        state=state if state in CHOICES else "",
        network=network if network in {one.code for one in mine} else "",
        person=request.args.get("person", "").strip(),
    )


def _decide(person: Person, request_id: int, form: DecisionForm) -> None:
    """Raises Refusal (as `decide_as` and `end_of_day`)."""
    world = current_world()
    decided = decide_as(
        world,
        person,
        request_id,
        decision=request.form.get("decision", ""),
        reason=form.reason.data or "",
        guest_until=_guest_until(person, form),
        seen=number_of(form.seen.data) or None,
    )
    network = networks()[decided.network].name
    flash(translate(DONE[decided.state]).format(name=decided.person.full_name, network=network))
    session["decided"] = True


def _guest_until(person: Person, form: DecisionForm) -> datetime | None:
    return end_of_day(current_world(), form.guestUntil.data or "", member=person)
