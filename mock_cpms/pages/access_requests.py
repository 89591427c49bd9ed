"""Pages "Submit Access Request" and the state of one's requests (guide, G25 and G26)."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, HiddenField, TextAreaField

from mock_cpms import settings as s
from mock_cpms.access.model import AccessRequest
from mock_cpms.access.rules import (
    NOTHING_TO_ASK,
    STEP_UNKNOWN,
    ask_again,
    own_request,
    reply,
    requests,
    submit_request,
    withdraw,
)
from mock_cpms.access.wording import until
from mock_cpms.networks import networks
from mock_cpms.pages.onboarding import next_page
from mock_cpms.pages.session import for_signed_in
from mock_cpms.people import Person
from mock_cpms.profile.fields import hospital_and_country
from mock_cpms.profile.rules import profile_of
from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.web import current_language, current_world, go_to, translate
from mock_world.web.app import refusal_page
from mock_world.web.forms import PageForm

blueprint = Blueprint("access", __name__)

DONE: Mapping[str, str] = MappingProxyType(
    {
        "reply": N_("{desk} has your answer."),
        "withdraw": N_("You withdrew your request: {desk} does not decide about it."),
        "again": N_("{desk} has your request again, and you a message by e-mail."),
    }
)
_COMMENT = TextAreaField(N_("Comment"), description=N_("Anything that the helpdesk should know. Optional."))


class AskForm(PageForm):
    """`networks` are those that the page showed, as another window may have changed them since."""

    comment = _COMMENT
    networks = HiddenField()


class StepForm(PageForm):
    """The forms on the page of one request; `step` says which of them was sent."""

    comment = _COMMENT
    step = HiddenField()
    reply = TextAreaField(N_("Your answer"))


@blueprint.app_template_filter("until")
def until_in_words(end: datetime, zone: str) -> str:
    return until(end, ZoneInfo(zone), current_language())


@blueprint.errorhandler(Refusal)
def refused(refusal: Refusal) -> ResponseReturnValue:
    return refusal_page(refusal, "cpms/access-refused.html")


@blueprint.route("/screen/access-request", methods=["GET", "POST"])
@for_signed_in
def ask(person: Person) -> ResponseReturnValue:
    world = current_world()
    profile = profile_of(world, person.uid)
    if profile is None:
        return go_to(url_for(next_page(world, person.uid)))
    form = AskForm()
    if form.validate_on_submit() and _submit(person, form):
        return go_to(url_for("access.status"))
    drafts = requests(world, uid=person.uid, state="draft")
    if not (drafts or form.errors):
        return go_to(url_for(next_page(world, person.uid)))
    form.networks.data = " ".join(request.network for request in drafts)
    hospital, country = hospital_and_country(world, profile.answers)
    return render_template(
        "cpms/access-request.html",
        form=form,
        hospital=hospital,
        country=country,
        drafts=drafts,
        networks=networks(),
    )


def _submit(person: Person, form: AskForm) -> bool:
    """A form that is sent twice counts once; a comment that came too late to be sent is given back."""
    comment = (form.comment.data or "").strip()
    shown = None if form.networks.data is None else form.networks.data.split()
    try:
        submit_request(current_world(), person.uid, comment=comment, shown=shown)
    except Refusal as refusal:
        mine = requests(current_world(), uid=person.uid)
        if refusal.code == NOTHING_TO_ASK.code and comment in {"", *(request.comment for request in _sent(mine))}:
            return True
        form.refuse(refusal)
        return False
    return True


@blueprint.get("/screen/access-status")
@for_signed_in
def status(person: Person) -> ResponseReturnValue:
    """All requests, those first that wait for the person, then for the helpdesk; a single one is shown whole."""
    world = current_world()
    mine = requests(world, uid=person.uid)
    sent = _sent(mine)
    if not sent:
        return go_to(url_for(next_page(world, person.uid)))
    if len(sent) == 1:
        return _whole(mine, sent[0].id, StepForm())
    return render_template(
        "cpms/access-status.html",
        requests=sorted(sent, key=lambda request: (request.state != "info_requested", not request.open, request.over)),
        drafts=_drafts(mine),
        networks=networks(),
        zone=world.settings[s.HELPDESK_TIME_ZONE],
        now=world.clock.now(),
    )


@blueprint.route("/screen/access-status/<int(max=2147483647):request_id>", methods=["GET", "POST"])
@for_signed_in
def one(person: Person, request_id: int) -> ResponseReturnValue:
    own_request(current_world(), person.uid, request_id)
    form = StepForm()
    if form.validate_on_submit() and _take_step(person, request_id, form):
        return go_to(url_for("access.one", request_id=request_id))
    return _whole(requests(current_world(), uid=person.uid), request_id, form)


def _take_step(person: Person, request_id: int, form: StepForm) -> bool:
    world, step = current_world(), form.step.data or ""
    try:
        if step == "reply":
            request = reply(world, person.uid, request_id, answer=form.reply.data or "")
        elif step == "withdraw":
            request = withdraw(world, person.uid, request_id)
        elif step == "again":
            request = ask_again(world, person.uid, request_id, comment=form.comment.data or "")
        else:
            raise world.refuse(STEP_UNKNOWN, got=repr(step[:40]), person=person.email)
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    flash(translate(DONE[step]).format(desk=networks()[request.network].helpdesk))
    return True


def _whole(mine: list[AccessRequest], request_id: int, form: StepForm) -> str:
    """The page of one of a person's requests; what was typed for a state that has passed is given back."""
    world = current_world()
    request = next(one for one in mine if one.id == request_id)
    late = [field for field in (form.reply, form.comment) if field.data and not _takes(request, field)]
    return render_template(
        "cpms/access-status-one.html",
        access_request=request,
        network=networks()[request.network],
        form=form,
        late=late,
        several=len(_sent(mine)) > 1,
        drafts=_drafts(mine),
        zone=world.settings[s.HELPDESK_TIME_ZONE],
        now=world.clock.now(),
    )


def _takes(request: AccessRequest, field: Field) -> bool:
    """Whether the page of that request has a place to type this now."""
    return request.state == "info_requested" if field.name == "reply" else request.over


def _sent(mine: list[AccessRequest]) -> list[AccessRequest]:
    return [request for request in mine if request.state != "draft"]


def _drafts(mine: list[AccessRequest]) -> list[str]:
    """Names of the networks that were chosen but not asked yet."""
    return [networks()[request.network].name for request in mine if request.state == "draft"]
