"""The page "Complete Profile" (guide, G24)."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from mock_cpms.people import Person
from mock_cpms.profile.fields import FieldSpec, profile_fields
from mock_cpms.profile.form import profile_form
from mock_cpms.profile.rules import complete_profile, profile_of
from mock_cpms.search.directory import hospitals
from mock_cpms.signin.session import for_signed_in
from mock_cpms.way import page_after_profile
from mock_world import Refusal
from mock_world.web import current_world, go_to
from mock_world.web.forms import PageForm

blueprint = Blueprint("profile", __name__, template_folder="templates")

_OWN_ANSWER = frozenset({"text", "tel", "select", "country", "hospital", "tick"})


@blueprint.route("/screen/profile", methods=["GET", "POST"])
@for_signed_in
def page(person: Person) -> ResponseReturnValue:
    world = current_world()
    specs = profile_fields(world)
    form = _form(specs, person)
    if form.validate_on_submit() and _keep(person, specs, form):
        return go_to(url_for(page_after_profile(world, person.uid)))
    return render_template("cpms/complete-profile.html", form=form, specs=specs, hospitals=hospitals(world))


def _form(specs: tuple[FieldSpec, ...], person: Person) -> PageForm:
    """As sent, else as kept. What comes from EU Login is never taken from the browser."""
    known = {"firstName": person.first_name, "lastName": person.last_name, "email": person.email}
    kept = profile_of(current_world(), person.uid)
    values = {**kept.answers, "networks": kept.networks} if kept else {}
    form: PageForm = profile_form(specs)(data=values)
    for spec in specs:
        if spec.type == "readonly":
            form[spec.name].data = known.get(spec.name, "")
    return form


def _keep(person: Person, specs: tuple[FieldSpec, ...], form: PageForm) -> bool:
    answers = {spec.name: _answer(form[spec.name].data) for spec in specs if spec.type in _OWN_ANSWER}
    try:
        complete_profile(current_world(), person.uid, networks=form["networks"].data, **answers)
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


def _answer(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return (value or "").strip()
