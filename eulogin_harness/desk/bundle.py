"""The bundle of this world, to be kept; and one of another world, to be opened here."""

from pathlib import Path

from flask import Blueprint, Response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select
from wtforms import IntegerField, StringField
from wtforms.validators import NumberRange, Optional

from eulogin_harness.api.bundle import MEDIA_TYPE, open_here
from eulogin_harness.bundle.model import BundleError
from eulogin_harness.bundle.visits import Visit
from eulogin_harness.bundle.writing import bundle_of, file_name
from eulogin_harness.desk.curl import curl
from eulogin_harness.documents.common import LARGEST
from mock_idp.accounts.model import Account
from mock_world import World
from mock_world.i18n import N_
from mock_world.web import current_world, go_to, translate
from mock_world.web.cookies import cookie_name
from mock_world.web.files import attachment
from mock_world.web.forms import PageForm

bundles = Blueprint("bundles", __name__)

_OPENED = "bundle"  # in the browser's session: where it goes on


class DownloadForm(PageForm):
    person = StringField(
        N_("Only this person (e-mail; empty: everybody)"),
        render_kw={"type": "email", "list": "people", "autocomplete": "off", "inputmode": "email"},
    )


class OpenForm(PageForm):
    file = FileField(
        N_("Bundle"),
        validators=[FileRequired(N_("Choose a file that a failed test or this page wrote."))],
        render_kw={"accept": ".zip"},
    )
    step = IntegerField(
        N_("Before this step (empty: when it was written)"),
        validators=[Optional(), NumberRange(0, LARGEST)],
        description=N_("The steps are numbered in its manifest.json; 0 is the beginning."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


@bundles.get("/bundle")
def show() -> str:
    return _page(DownloadForm(formdata=None), OpenForm(formdata=None), session.get(_OPENED))


def _page(download: PageForm, upload: PageForm, place: object = None, problem: BundleError | None = None) -> str:
    """problem: said in English, as by the control API."""
    world = current_world()
    return render_template(
        "desk/bundle.html",
        download=download,
        upload=upload,
        place=None if problem else place,
        problem=problem,
        emails=_emails(world),
        curls={
            "download": f"{curl(world, 'GET', '/api/bundle')} --output {file_name(world)}",
            "upload": curl(world, "POST", "/api/bundle", Path(file_name(world)), MEDIA_TYPE),
        },
    )


def _emails(world: World) -> list[str]:
    """Of everybody who has an account."""
    with world.database.reading() as db:
        return list(db.scalars(select(Account.email).order_by(Account.registered_at)))


@bundles.get("/bundle/file")
def download() -> ResponseReturnValue:
    """The bundle of this world; `person` cuts it to one."""
    world, form = current_world(), DownloadForm(formdata=None)
    person = request.args.get("person", "").strip() or None
    try:
        return attachment(bundle_of(world, person), MEDIA_TYPE, file_name(world, person))
    except BundleError as error:
        form.person.data = person
        form.person.errors = [translate(N_("Choose a person of this world: nobody here has this address."))]
        return _page(form, OpenForm(formdata=None), problem=error), 404


@bundles.post("/bundle")
def upload() -> ResponseReturnValue:
    """Open a bundle in this world; what it was is gone."""
    world, form = current_world(), OpenForm()
    if not form.validate_on_submit():
        return _page(DownloadForm(formdata=None), form)
    try:
        _, place = open_here(form.file.data.read(), form.step.data)
    except BundleError as error:
        form.file.errors = [translate(N_("Choose another file: this one cannot be opened here."))]
        return _page(DownloadForm(formdata=None), form, problem=error), 422
    session[_OPENED] = place.url if place.is_known else ""
    return _with_cookies(go_to(url_for("bundles.show")), world, place)


def _with_cookies(response: Response, world: World, place: Visit) -> Response:
    """Let this browser go on as the one of the bundle, but for the desk: cookies count for all ports of a host."""
    others = [each for each in place.storage_state["cookies"] if each["name"] != cookie_name("desk", world)]
    for cookie in others:
        response.set_cookie(
            cookie["name"], cookie["value"], path=cookie["path"], secure=cookie["secure"], httponly=True, samesite="Lax"
        )
    return response
