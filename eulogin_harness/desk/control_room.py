"""The control room: everything of a world on one page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eulogin_harness.api.access_requests import BY
from eulogin_harness.certificate_authority import certificate_url
from eulogin_harness.desk.applications import applications
from eulogin_harness.desk.curl import curl
from eulogin_harness.desk.forms import STEPS, ClockForm, DecisionForm, FaultForm, PersonForm
from eulogin_harness.desk.journal import lines, written_day
from eulogin_harness.desk.news import newest, wait_for_news
from eulogin_harness.documents.common import LARGEST
from eulogin_harness.documents.people import PersonaFields
from eulogin_harness.personas.building import make_person
from eulogin_harness.personas.listing import people
from eulogin_harness.timekeeping import set_clock
from mock_cpms.access.deciding import decide
from mock_cpms.access.rules import newest_requests
from mock_phone.phone import Phone
from mock_world import Refusal, World
from mock_world.faults import FAULTS
from mock_world.i18n import N_, ZONE
from mock_world.web import current_world, translate
from mock_world.web.forms import PageForm

room = Blueprint("room", __name__)

_FORMS: Mapping[str, type[PageForm]] = {
    "clock_form": ClockForm,
    "person_form": PersonForm,
    "decision_form": DecisionForm,
    "fault_form": FaultForm,
}
_MAILS, _PEOPLE, _PHONES, _EVENTS, _REQUESTS = 6, 40, 40, 60, 6  # newest ones shown
_LONGEST_WAIT = 30.0  # seconds that a page's question for news is held


@dataclass(frozen=True)
class Place:
    """A page of an actor where something starts."""

    label: str
    hint: str
    url: str


def _urls(world: World) -> list[Place]:
    public = world.addresses.public
    authority = certificate_url(world)
    return [
        Place(N_("Create an account"), N_("EU Login"), public("idp", "/cas/eim/external/register.cgi")),
        Place(N_("Sign in"), N_("EU Login"), public("idp", "/cas/login")),
        Place(N_("See a sign-in"), N_("Debugger"), public("desk", "/debugger")),
        Place(N_("Open CPMS"), N_("CPMS 2.0"), public("cpms", "/screen/home")),
        Place(N_("Find a hospital"), N_("ERN search tool"), public("cpms", "/ernsd/screen/public")),
        *([Place(N_("Trust this mock"), N_("Certificate of its authority"), authority)] if authority else ()),
    ]


@room.get("/")
def control_room() -> ResponseReturnValue:
    return _page()


def _page(**shown: PageForm) -> ResponseReturnValue:
    """The whole page; a form is given where it has something to say."""
    world = current_world()
    forms = {name: form(formdata=None) for name, form in _FORMS.items()} | shown
    moment = forms["clock_form"].moment
    moment.data = moment.data or world.clock.now().astimezone(ZONE) + timedelta(minutes=1)
    events = world.journal.events(newest=_EVENTS)[::-1]
    return render_template(
        "desk/control_room.html",
        **forms,
        faults=FAULTS,
        applications=applications(world),
        requests=newest_requests(world, _REQUESTS),
        steps=STEPS,
        places=_urls(world),
        people=people(world)[::-1][:_PEOPLE],
        phones=Phone.all(world)[: -_PHONES - 1 : -1],
        mails=world.mailbox.mails()[: -_MAILS - 1 : -1],
        events=events,
        lines=lines(events),
        written_day=written_day,
        last_event=newest(world),
        now=world.clock.now(),
        curl=lambda *call: curl(world, *call),
        zone=ZONE,
        by_script=request.headers.get("Sec-Fetch-Dest") == "empty",  # the reader of the page sees what was done
    )


@room.get("/changes")
def changes() -> ResponseReturnValue:
    """Held while the journal's newest line is that of the mark `after`; 204 where nothing came."""
    mark = wait_for_news(current_world(), request.args.get("after", ""), seconds=_LONGEST_WAIT)
    return jsonify(last=mark) if mark else ("", 204)


@room.post("/clock")
def move_clock() -> ResponseReturnValue:
    form = ClockForm()
    if request.form.get("action") == "set" and not form.validate_on_submit():
        return _page(clock_form=form)
    try:
        call = _move(request.form.get("action", ""), form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(clock_form=form)
    return _done(translate(N_("World time was changed.")), "/api/clock", call)


def _move(action: str, form: ClockForm) -> dict[str, object]:
    """Do what the button says; the body of the API call that does the same."""
    world = current_world()
    if action in STEPS:
        set_clock(world, advance=STEPS[action][1])
        return {"advance": action}
    if action == "set" and form.moment.data is not None:
        moment = form.moment.data.replace(tzinfo=ZONE)
        set_clock(world, to=moment)
        return {"set": moment.isoformat()}
    if action not in {"freeze", "run"}:
        abort(400)
    freeze = action == "freeze"
    set_clock(world, freeze=freeze)
    return {"freeze": freeze}


@room.post("/people")
def make() -> ResponseReturnValue:
    form = PersonForm()
    if not form.validate_on_submit():
        return _page(person_form=form)
    body = {"stage": form.stage.data} | ({"email": form.email.data} if form.email.data else {})
    try:
        make_person(current_world(), PersonaFields.model_validate(body))
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(person_form=form)
    return _done(translate(N_("A person was made; see People.")), "/api/personas", body)


@room.post("/requests")
def decide_request() -> ResponseReturnValue:
    form = DecisionForm()
    if not form.validate_on_submit():
        return _page(decision_form=form)
    decision, number = _pressed()
    reason = form.reason.data or ""
    try:
        decided = decide(current_world(), number, decision=decision, reason=reason, by=BY)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(decision_form=form)
    body = {"decision": decision} | ({"reason": reason} if reason else {})
    done = translate(N_("Decided: {name} was told by e-mail.")).format(name=decided.person.full_name)
    return _done(done, f"/api/access-requests/{number}/decide", body)


def _pressed() -> tuple[str, int]:
    """The decision of the button, and the number of its request."""
    decision = next((name for name in ("approve", "reject", "ask") if name in request.form), "")
    return decision, min(request.form.get(decision, 0, type=int), LARGEST)


@room.post("/phones")
def new_phone() -> ResponseReturnValue:
    """A new phone; asked for among phones `side` by side, it is shown there, with those chosen (`phone`)."""
    phone = Phone.create(current_world())
    if "side" in request.form:
        chosen = request.form.getlist("phone")
        return redirect(url_for("phones.side_by_side", phone=[*chosen, phone.id] if chosen else None), 303)
    done = translate(N_("{phone} is new: the EU Login app waits in its store.")).format(phone=phone.id)
    return _done(done, "/api/phones", {"installed": False})


@room.post("/faults")
def arm_or_disarm() -> ResponseReturnValue:
    form, faults = FaultForm(), current_world().faults
    try:
        if name := request.form.get("disarm"):
            faults.disarm(name)
            done = translate(N_("Disarmed: {fault}.")).format(fault=name)
            return _done(done, f"/api/faults/{name}", None, method="DELETE")
        if not form.validate_on_submit():
            return _page(fault_form=form)
        name, body = form.fault.data, {"times": form.times.data, "for": form.person.data or None}
        faults.arm(name, times=form.times.data, person=form.person.data)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(fault_form=form)
    return _done(translate(N_("Armed: {fault}.")).format(fault=name), f"/api/faults/{name}", body)


def _done(sentence: str, path: str, body: object, *, method: str = "POST") -> Response:
    flash(sentence, "done")
    flash(curl(current_world(), method, path, body), "call")
    return redirect(url_for("room.control_room"), 303)  # type: ignore[return-value]
