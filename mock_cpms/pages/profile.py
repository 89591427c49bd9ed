"""The page "Complete Profile" (guide, G24)."""

from typing import Any

from flask import Blueprint, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mock_cpms.access.rules import requests
from mock_cpms.countries import country_name
from mock_cpms.networks import networks
from mock_cpms.pages.onboarding import page_after_profile
from mock_cpms.pages.profile_form import ProfileForm
from mock_cpms.pages.session import for_signed_in
from mock_cpms.people import Person
from mock_cpms.profile.drafts import ProfileDraft, draft_of
from mock_cpms.profile.fields import hospital_and_country, profile_fields
from mock_cpms.profile.hospital import Finding, hospitals_in, look_up
from mock_cpms.profile.rules import Profile, discard_draft, edition_of, profile_of, save_draft, send_profile
from mock_world import Refusal
from mock_world.i18n import N_
from mock_world.web import current_language, current_world, go_to, number_of, translate

blueprint = Blueprint("profile", __name__)

REQUEST_STAYS = N_("Your request stays with {networks}: withdraw it on the page of your requests if you want.")
ELSEWHERE = N_("“{hospital}” is listed in another country: {country}. Please check both; nothing was deleted.")
SAVED = N_("Saved. You can sign out and go on later, also in another browser.")


@blueprint.route("/screen/profile", methods=["GET", "POST"])
@for_signed_in
def page(person: Person) -> ResponseReturnValue:
    kept = profile_of(current_world(), person.uid)
    draft = draft_of(current_world(), person.uid) if request.method == "GET" else None
    form = _form(person, kept, draft)
    if form.validate_on_submit() and (onward := _act(person, kept, form)):
        return go_to(url_for(onward))
    return _page(person, form, draft)


def _form(person: Person, kept: Profile | None, draft: ProfileDraft | None) -> ProfileForm:
    values: dict[str, Any] = {}
    for source in (kept, draft):
        if source is not None:
            values |= {**source.answers, "networks": source.networks}
    return ProfileForm(profile_fields(current_world(), current_language()), person, values)


def _act(person: Person, kept: Profile | None, form: ProfileForm) -> str | None:
    """What the button says. Returns the page that follows, None where this one is shown again."""
    if "show_hospitals" in request.form:
        return None
    try:
        if "save_draft" not in request.form:
            return _send(person, kept, form)
        _save_draft(person, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    flash(translate(SAVED))
    return "profile.page"


def _send(person: Person, kept: Profile | None, form: ProfileForm) -> str | None:
    world = current_world()
    wrong = send_profile(world, person.uid, networks=form.chosen, answers=form.answers, edition=_edition())
    for refusal in wrong:
        form.refuse(refusal)
    if wrong:
        return None
    if left := [code for code in _requested_networks(person) if kept and code in set(kept.networks) - set(form.chosen)]:
        flash(translate(REQUEST_STAYS).format(networks=", ".join(left)))
    return page_after_profile(world, person.uid)


def _edition() -> int | None:
    """Of the profile from which the page began that is sent; a script of somebody's own may leave it out."""
    return number_of(request.form["profile_edition"]) if "profile_edition" in request.form else None


def _save_draft(person: Person, form: ProfileForm) -> None:
    save_draft(current_world(), person.uid, networks=form.chosen, answers=form.answers, edition=_edition() or 0)


def _requested_networks(person: Person) -> list[str]:
    """Networks that have a request of theirs."""
    return [
        access_request.network
        for access_request in requests(current_world(), uid=person.uid)
        if access_request.state != "draft"
    ]


def _page(person: Person, form: ProfileForm, draft: ProfileDraft | None) -> ResponseReturnValue:
    world = current_world()
    kept = profile_of(world, person.uid)
    edition = edition_of(kept) if (sent := _edition()) is None else sent
    hospital, country = hospital_and_country(world, form.answers)
    finding = look_up(world, hospital, country)
    return render_template(
        "cpms/complete-profile.html",
        form=form,
        specs=form.specs.values(),
        narrows={"country", "hospital"} <= {spec.type for spec in form.specs.values()},
        hospitals=hospitals_in(world, country),
        finding=finding,
        elsewhere=_elsewhere(finding, hospital),
        kept=kept,
        draft=draft,
        edition=edition,
        outdated=edition != edition_of(kept),
        network_names={code: translate(network.full_name) for code, network in networks().items()},
        requested_networks=_requested_networks(person),
    )


def _elsewhere(finding: Finding, hospital: str) -> str:
    if finding.case != "elsewhere":
        return ""
    country = country_name(finding.country, current_language())
    return translate(ELSEWHERE).format(hospital=hospital.strip(), country=country)


@blueprint.get("/screen/profile/hospitals")
@for_signed_in
def hospitals(person: Person) -> ResponseReturnValue:  # noqa: ARG001
    """For the page's script: hospitals of `?country=`, and what is known of `?hospital=`."""
    world = current_world()
    country, hospital = request.args.get("country", ""), request.args.get("hospital", "")
    finding = look_up(world, hospital, country)
    return jsonify(
        hospitals=[{"name": listed.name, "city": listed.city} for listed in hospitals_in(world, country)],
        case=finding.case,
        networks=finding.networks,
        elsewhere=_elsewhere(finding, hospital),
    )


@blueprint.post("/screen/profile/draft")
@for_signed_in
def draft(person: Person) -> ResponseReturnValue:
    """For the page's script: keep what was typed so far."""
    _save_draft(person, _form(person, None, None))
    return "", 204


@blueprint.post("/screen/profile/discard")
@for_signed_in
def discard(person: Person) -> ResponseReturnValue:
    discard_draft(current_world(), person.uid)
    return go_to(url_for("profile.page"))
