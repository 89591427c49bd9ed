"""The dashboard: one is in, as whom, with which networks."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from mock_cpms.access.rules import requests
from mock_cpms.networks import networks
from mock_cpms.people import Person
from mock_cpms.signin.session import for_signed_in
from mock_cpms.way import next_page
from mock_world.web import current_world, go_to

blueprint = Blueprint("dashboard", __name__, template_folder="templates")


@blueprint.get("/screen/dashboard")
@for_signed_in
def page(person: Person) -> ResponseReturnValue:
    """Only with an approved request; others go where their onboarding has come to (guide, G01)."""
    world = current_world()
    asked = requests(world, uid=person.uid)
    approved = [networks()[request.network] for request in asked if request.state == "approved"]
    if not approved:
        return go_to(url_for(next_page(world, person.uid)))
    pending = [networks()[request.network] for request in asked if request.open]
    drafts = [networks()[request.network] for request in asked if request.state == "draft"]
    return render_template("cpms/dashboard.html", approved=approved, pending=pending, drafts=drafts)
