"""Prepared worlds in the control room: the list, one of them, loading, and the way to where the problem shows."""

from collections.abc import Iterator, Mapping

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from eulogin_harness.documents.prepared_worlds import PreparedWorldAnswer
from eulogin_harness.personas.listing import people
from eulogin_harness.prepared_worlds.building import load
from eulogin_harness.prepared_worlds.catalogue import UnknownPreparedWorldError, prepared_world
from eulogin_harness.prepared_worlds.listing import answers
from eulogin_harness.prepared_worlds.opening import address_of, loaded, open_problem
from eulogin_harness.prepared_worlds.schema import Group, PreparedWorld
from mock_world import World
from mock_world.i18n import N_
from mock_world.web import current_world, go_to, translate
from mock_world.web.context import current_site

worlds = Blueprint("worlds", __name__)

GROUP_NAMES: Mapping[Group, str] = {
    "onboarding": N_("Problems of onboarding, the most frequent first"),
    "stage": N_("Stages of onboarding"),
    "cas": N_("Problems of integrators: CAS"),
    "openid": N_("Problems of integrators: OpenID Connect"),
    "both": N_("Problems of integrators: both protocols"),
}


@worlds.get("/worlds")
def world_list() -> str:
    world = current_world()
    return render_template(
        "desk/worlds.html",
        groups=list(_groups()),
        group_names=GROUP_NAMES,
        current=loaded(world),
    )


def _groups() -> Iterator[tuple[Group, list[PreparedWorldAnswer]]]:
    listed = answers()
    for group in GROUP_NAMES:
        yield group, [one for one in listed if one.group == group]


@worlds.get("/worlds/<name>")
def one_world(name: str) -> str:
    world, current = current_world(), loaded(current_world())
    is_loaded = current is not None and current.name == name
    return render_template(
        "desk/prepared_world.html",
        name=name,
        prepared=_known(name),
        is_loaded=is_loaded,
        people=[one for one in people(world) if not one.helpdesk_for] if is_loaded else [],
    )


def _known(name: str) -> PreparedWorld:
    try:
        return prepared_world(name)
    except UnknownPreparedWorldError:
        abort(404)


@worlds.get("/worlds/<name>/open")
def open_world(name: str) -> ResponseReturnValue:
    """Where the problem shows, in a world that was loaded with it; else the page that loads it."""
    world = current_world()
    current = loaded(world)
    if current is not None and current.name == name:
        return go_to(open_problem(world, current))
    flash(translate(N_("This world is not prepared so, or not any more. Load it first.")), "wrong")
    return go_to(url_for("worlds.one_world", name=name))


@worlds.post("/worlds/<name>/load")
def load_here(name: str) -> ResponseReturnValue:
    """In place of everything in this world."""
    return _load(current_world(), name)


@worlds.post("/worlds/<name>/new")
def load_beside(name: str) -> ResponseReturnValue:
    """In a world of its own, so that nothing is lost."""
    _known(name)
    created = current_site().worlds.create(_free_name(name))
    try:
        return _load(created, name)
    except Exception:
        current_site().worlds.delete(created.name)
        raise


@worlds.app_template_filter("with_code")
def _with_code(text: str) -> Markup:
    """A sentence in which what stands between backticks is code."""
    parts = text.split("`")
    marked = [Markup("<code>%s</code>") % part if number % 2 else escape(part) for number, part in enumerate(parts)]
    return Markup("").join(marked)


def _free_name(name: str) -> str:
    """The name, or with a number where there is such a world already."""
    taken, number = set(current_site().worlds.names()), 1
    while (free := f"{name[:34]}{f'-{number}' if number > 1 else ''}") in taken:
        number += 1
    return free


def _load(world: World, name: str) -> Response:
    load(current_site().worlds, world, name, _known(name))
    return redirect(address_of(world, name), 303)  # type: ignore[return-value]
