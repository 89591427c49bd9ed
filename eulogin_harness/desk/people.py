"""Everybody who has an account, by name and stage, and a form that makes one more."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from eulogin_harness.desk.forms import STAGE_NAMES, PersonForm
from eulogin_harness.desk.frame import done
from eulogin_harness.desk.values import problems_at
from eulogin_harness.documents.people import Persona, PersonaFields
from eulogin_harness.personas.building import make_person
from eulogin_harness.personas.listing import people as everybody
from mock_cpms.networks import networks
from mock_cpms.paging import part_of
from mock_world.addresses import with_query
from mock_world.i18n import N_
from mock_world.web import current_world, translate
from mock_world.web.context import number_of
from mock_world.web.forms import PageForm

people = Blueprint("people", __name__)

_FILTERS = ("q", "stage", "network")


@people.get("/people")
def listed() -> str:
    """The newest first; `q` is a part of name, address or identifier."""
    return _page(PersonForm(formdata=None))


@people.post("/people")
def make() -> ResponseReturnValue:
    form = PersonForm()
    if form.validate_on_submit():
        body = {"stage": form.stage.data} | ({"email": form.email.data} if form.email.data else {})
        with problems_at(form):
            make_person(current_world(), PersonaFields.model_validate(body))
            return done(translate(N_("A person was made; see People.")), "/api/personas", body)
    return _page(form)


def _page(form: PageForm) -> str:
    chosen = {name: request.args.get(name, "").strip() for name in _FILTERS}
    listed = _matches(chosen)
    return render_template(
        "desk/people.html",
        person_form=form,
        part=part_of(listed[::-1], number_of(request.args.get("page"))),
        count=len(listed),
        chosen=chosen,
        filtered=any(chosen.values()),
        query={name: value for name, value in chosen.items() if value},
        call=with_query("/api/personas", {name: chosen[name] for name in ("stage", "network") if chosen[name]}),
        stages=STAGE_NAMES,
        networks=sorted(networks()),
    )


def _matches(chosen: Mapping[str, str]) -> list[Persona]:
    text = chosen["q"].lower()
    persons = everybody(current_world(), stage=chosen["stage"] or None, network=chosen["network"] or None)
    return [one for one in persons if text in f"{one.first_name} {one.last_name} {one.email} {one.uid}".lower()]
