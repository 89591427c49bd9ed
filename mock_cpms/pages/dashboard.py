"""The dashboard: one is in, as whom, with which networks."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from mock_cpms import settings as s
from mock_cpms.access.model import AccessRequest, State
from mock_cpms.access.rules import requests
from mock_cpms.networks import networks
from mock_cpms.pages.onboarding import next_page
from mock_cpms.pages.session import for_signed_in
from mock_cpms.people import Person
from mock_cpms.profile.fields import hospital_and_country
from mock_cpms.profile.rules import profile_of
from mock_world.web import current_world, go_to

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/screen/dashboard")
@for_signed_in
def page(person: Person) -> ResponseReturnValue:
    """Only with an approved request; others go where their onboarding has come to (guide, G01)."""
    world = current_world()
    reached = next_page(world, person.uid)
    if reached != "dashboard.page":
        return go_to(url_for(reached))
    own_requests = requests(world, uid=person.uid)
    profile = profile_of(world, person.uid)
    hospital, country = hospital_and_country(world, profile.answers if profile else {})
    return render_template(
        "cpms/dashboard.html",
        requests=own_requests,
        pending=_names(own_requests, "submitted"),
        drafts=_names(own_requests, "draft"),
        networks=networks(),
        hospital=hospital,
        country=country,
        zone=world.settings[s.HELPDESK_TIME_ZONE],
    )


def _names(own_requests: list[AccessRequest], state: State) -> list[str]:
    return [networks()[request.network].name for request in own_requests if request.state == state]
