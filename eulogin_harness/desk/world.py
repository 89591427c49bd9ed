"""This world and those beside it: begin again, make another, end one, take the state away and bring it back."""

import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from pydantic import ValidationError

from eulogin_harness.api.state import StateBody
from eulogin_harness.desk.frame import done, not_done
from eulogin_harness.desk.values import choice, given, line, moment, problems_at
from eulogin_harness.documents.worlds import NewWorldBody
from eulogin_harness.state import dump_state, load_state
from mock_world import Refusal, WorldSpec
from mock_world.i18n import N_, ZONE
from mock_world.web import current_world, go_to, translate
from mock_world.web.context import current_site
from mock_world.web.files import attachment
from mock_world.web.forms import PageForm
from mock_world.worlds import DEFAULT

this_world = Blueprint("this_world", __name__)

_FILE = Path("world.json")


class WorldForm(PageForm):
    """How a world begins; fields are called as in the control API."""

    name = line("name", description=N_("Of another world: 1 to 40 of a-z, 0-9 and hyphen; left out: one is made up."))
    now = moment("now")
    frozen = choice("frozen", "true", empty="-")
    seed = line("seed")
    profile = choice("profile", "guide", "today", default="guide")


class StateForm(PageForm):
    state = FileField(N_("File that was saved here"), render_kw={"accept": "application/json"})


@this_world.get("/world")
def show() -> str:
    return _page()


@this_world.post("/world")
def begin() -> ResponseReturnValue:
    """Reset this world, make another or replace it by a file (`action`), or end one (`delete`)."""
    if name := request.form.get("delete"):
        return _end(name)
    if request.form.get("action") == "load":
        return _load()
    form = WorldForm()
    if form.validate_on_submit():
        with problems_at(form):
            return _reset(form) if request.form.get("action") == "reset" else _create(form)
    return _page(form)


def _body(form: WorldForm) -> dict[str, Any]:
    body = given(form, booleans=("frozen",))
    if form.now.data is not None:
        body["now"] = form.now.data.replace(tzinfo=ZONE).isoformat()
    if form.profile.data == form.profile.default:
        del body["profile"]
    return body


def _spec(body: dict[str, Any]) -> WorldSpec:
    checked = NewWorldBody.model_validate(body)
    return WorldSpec(now=checked.now, frozen=checked.frozen, seed=checked.seed, profile=checked.profile)


def _reset(form: WorldForm) -> ResponseReturnValue:
    world, body = current_world(), {name: value for name, value in _body(form).items() if name != "name"}
    current_site().worlds.reset(world, _spec(body))
    world.signals.wake_all()
    return done(translate(N_("The world begins again.")), "/api/reset", body)


def _create(form: WorldForm) -> ResponseReturnValue:
    body = _body(form)
    made = current_site().worlds.create(body.get("name"), _spec(body))
    return done(translate(N_("There is a new world: {name}.")).format(name=made.name), "/api/worlds", body)


def _end(name: str) -> ResponseReturnValue:
    worlds, here = current_site().worlds, current_world()
    try:
        worlds.delete(name)
    except Refusal as refusal:
        return not_done(refusal.message(translate))
    if here.name == name:
        return go_to(worlds.get(DEFAULT).addresses.public("desk", "/world"))
    return done(translate(N_("The world {name} has ended.")).format(name=name), f"/api/worlds/{name}", method="DELETE")


@this_world.get("/world/state")
def save() -> Response:
    """The state as a file, the mock's secrets included."""
    return attachment(json.dumps(dump_state(current_world())), "application/json", _FILE.name)


def _load() -> ResponseReturnValue:
    """Replace everything by what a file says."""
    form = StateForm()
    content = form.state.data.read() if form.state.data else b""
    try:
        load_state(current_world(), StateBody.model_validate_json(content).model_dump())
    except ValidationError:
        said = translate(N_("Choose a file that was saved by this page: this is none."))
    except ValueError as error:
        said = translate(N_("This file does not fit: {problem}.")).format(problem=error)
    else:
        return done(translate(N_("The world is as the file says.")), "/api/state", _FILE, method="PUT")
    form.state.errors = [said]
    return _page(state_form=form)


def _page(form: WorldForm | None = None, state_form: StateForm | None = None) -> str:
    worlds = current_site().worlds
    return render_template(
        "desk/world.html",
        world_form=form or WorldForm(formdata=None),
        state_form=state_form or StateForm(formdata=None),
        worlds=[worlds.get(name) for name in worlds.names()],
        default=DEFAULT,
        file=_FILE,
    )
