"""Pages "Submit Access Request" and the state of one's requests (guide, G25 and G26)."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from mock_cpms.access.rules import requests, submit_request
from mock_cpms.networks import networks
from mock_cpms.people import Person
from mock_cpms.profile.rules import profile_of
from mock_cpms.signin.session import for_signed_in
from mock_cpms.way import next_page
from mock_world import settings as s
from mock_world.i18n import N_
from mock_world.web import current_world, go_to
from mock_world.web.forms import PageForm

blueprint = Blueprint("access", __name__, template_folder="templates")

_LENGTH = 2000  # characters


class AskForm(PageForm):
    comment = TextAreaField(
        N_("Comment"),
        [Optional(), Length(max=_LENGTH)],
        description=N_("Anything that the helpdesk should know. Optional."),
    )


@blueprint.route("/screen/access-request", methods=["GET", "POST"])
@for_signed_in
def ask(person: Person) -> ResponseReturnValue:
    world = current_world()
    profile = profile_of(world, person.uid)
    drafts = requests(world, uid=person.uid, state="draft")
    if profile is None or not drafts:
        return go_to(url_for(next_page(world, person.uid)))
    form = AskForm()
    if form.validate_on_submit():
        submit_request(world, person.uid, comment=form.comment.data or "")
        return go_to(url_for("access.status"))
    return render_template("cpms/access-request.html", form=form, profile=profile, drafts=drafts, networks=networks())


@blueprint.get("/screen/access-status")
@for_signed_in
def status(person: Person) -> ResponseReturnValue:
    world = current_world()
    asked = requests(world, uid=person.uid)
    sent = [request for request in asked if request.state != "draft"]
    if not sent:
        return go_to(url_for(next_page(world, person.uid)))
    return render_template(
        "cpms/access-status.html",
        requests=sent,
        drafts=[networks()[request.network] for request in asked if request.state == "draft"],
        networks=networks(),
        zone=world.settings[s.HELPDESK_TIME_ZONE],
        now=world.clock.now(),
    )
