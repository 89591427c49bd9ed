"""One person, with everything of that person, and what can be done to the account."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from eulogin_harness.desk.curl import curl
from eulogin_harness.desk.frame import done, not_done
from eulogin_harness.desk.person_form import PersonChangeForm, changes_of, form_of
from eulogin_harness.desk.values import problems_at
from eulogin_harness.documents.common import LARGEST
from eulogin_harness.documents.people import Persona, PersonaChange
from eulogin_harness.journey.sign_ins import OUTCOMES, sign_ins
from eulogin_harness.personas.changing import change_person, delete_person, find_person, find_row
from eulogin_harness.personas.listing import people
from eulogin_harness.personas.model import PersonaRow
from eulogin_harness.personas.session import sign_in
from mock_cpms.access.rules import requests
from mock_idp.factors.devices.rules import devices_of
from mock_idp.factors.keys.rules import keys_of
from mock_idp.signin.sessions import SsoSession
from mock_phone.phone import phones_with
from mock_world import Refusal, World
from mock_world.fault_types import FAULTS
from mock_world.i18n import N_
from mock_world.web import current_world, go_to, translate
from mock_world.web.cookies import set_cookie

person = Blueprint("person", __name__)

_ADDRESS = f"/people/<int(max={LARGEST}):person_id>"
_NEWEST = 10  # mails, sign-ins and refusals shown


@person.get(_ADDRESS)
def show(person_id: int) -> str:
    one = _known(person_id)
    return _page(one, form_of(one))


@person.post(_ADDRESS)
def act(person_id: int) -> ResponseReturnValue:
    """Do what the button `action` says."""
    one, action = _known(person_id), request.form.get("action", "")
    if action not in _ACTS:
        return _change_by_form(one)
    try:
        return _ACTS[action](one)
    except Refusal as refusal:
        return not_done(refusal.message(translate))


def _change_by_form(one: Persona) -> ResponseReturnValue:
    form = PersonChangeForm()
    if form.validate_on_submit():
        with problems_at(form):
            return _change(one, changes_of(form, one))
    return _page(one, form)


def _change(one: Persona, changes: dict[str, object]) -> ResponseReturnValue:
    change_person(current_world(), _with_account(one), PersonaChange.model_validate(changes))
    sentence = translate(N_("{name} was changed.")).format(name=_name(one))
    return done(sentence, f"/api/personas/{one.id}", changes, method="PATCH")


def _delete(one: Persona) -> ResponseReturnValue:
    delete_person(current_world(), find_row(current_world(), one.id) or abort(404))
    sentence = translate(N_("{name} was deleted.")).format(name=_name(one))
    return done(sentence, f"/api/personas/{one.id}", method="DELETE", back=url_for("people.listed"))


def _sign_in(one: Persona) -> ResponseReturnValue:
    """Give this browser the cookie of a sign-in, and show EU Login."""
    world = current_world()
    if not _shares_cookies(world):
        abort(400)
    answer = sign_in(world, _with_account(one), None, None)
    flash(translate(N_("This browser is signed in at EU Login as {name}.")).format(name=_name(one)), "done")
    flash(curl(world, "POST", f"/api/personas/{one.id}/session", {}), "call")
    response = go_to(answer.url)
    set_cookie(response, "idp", world, "sso", answer.cookie)
    return response


_ACTS: Mapping[str, Callable[[Persona], ResponseReturnValue]] = {
    "delete": _delete,
    "session": _sign_in,
    "disable": lambda one: _change(one, {"disabled": True}),
    "enable": lambda one: _change(one, {"disabled": False}),
}


def _with_account(one: Persona) -> PersonaRow:
    return find_person(current_world(), one.id) or abort(404)


def _shares_cookies(world: World) -> bool:
    """Whether what the desk gives a browser reaches EU Login: ports tell no cookies apart, host names do."""
    desk, idp = (urlsplit(world.addresses.public(actor)) for actor in ("desk", "idp"))
    return (desk.scheme, desk.hostname) == (idp.scheme, idp.hostname)


def _known(person_id: int) -> Persona:
    world = current_world()
    row = find_row(world, person_id) or abort(404)
    return people(world, ids=[row.id])[0]


def _name(one: Persona) -> str:
    return f"{one.first_name} {one.last_name}".strip() or one.email


def _page(one: Persona, form: PersonChangeForm) -> str:
    world = current_world()
    events = world.journal.events(person=one.email)
    return render_template(
        "desk/person.html",
        one=one,
        name=_name(one),
        form=form,
        devices=devices_of(world, one.uid),
        keys=keys_of(world, one.uid),
        sessions=_sessions(world, one.uid),
        phones=[phone.id for phone in phones_with(world, one.email)] or ([one.phone_id] if one.phone_id else []),
        requests=requests(world, uid=one.uid),
        mails=world.mailbox.mails(to=one.email)[: -_NEWEST - 1 : -1],
        sign_ins=sign_ins(world, person=one.email)[:_NEWEST],
        outcomes=OUTCOMES,
        refusals=[event for event in reversed(events) if event.is_refusal][:_NEWEST],
        armed=[fault for fault in world.faults.armed() if fault.person == one.email],
        faults=FAULTS,
        shares_cookies=_shares_cookies(world),
    )


def _sessions(world: World, uid: str) -> list[SsoSession]:
    """Sign-ins at EU Login that still last."""
    query = select(SsoSession).where(SsoSession.uid == uid, SsoSession.expires_at > world.clock.now())
    with world.database.reading() as db:
        return list(db.scalars(query.order_by(SsoSession.login_at)))
