"""Prepared worlds: a problem or a stage in one call."""

from pydantic import ValidationError

from eulogin_harness.api.frame import api, call
from eulogin_harness.api.problems import Problem, of_wrong_fields, wrong_value
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.prepared_worlds import LoadBody, LoadedAnswer, OwnWorldBody, PreparedWorldAnswer
from eulogin_harness.personas.listing import people
from eulogin_harness.prepared_worlds.building import load
from eulogin_harness.prepared_worlds.catalogue import UnknownPreparedWorldError, prepared_world
from eulogin_harness.prepared_worlds.listing import answer_of, answers
from eulogin_harness.prepared_worlds.opening import address_of
from eulogin_harness.prepared_worlds.schema import PreparedWorld
from mock_world.web import current_world
from mock_world.web.context import current_site


@api.get("/api/prepared-worlds")
@call("prepared-worlds", Items[PreparedWorldAnswer])
def list_prepared_worlds() -> Items[PreparedWorldAnswer]:
    """The prepared worlds: problems of onboarding, stages, problems of integrators"""
    return Items[PreparedWorldAnswer](items=answers())


@api.get("/api/prepared-worlds/<other_than_load:name>")
@call("prepared-worlds", PreparedWorldAnswer)
def get_prepared_world(name: str) -> PreparedWorldAnswer:
    """One prepared world"""
    return answer_of(name, _known(name))


@api.post("/api/prepared-worlds/<name>/load")
@call("prepared-worlds", LoadedAnswer)
def load_prepared_world(name: str, json: LoadBody) -> LoadedAnswer:
    """This world as the prepared one says; what it was is gone"""
    return _loaded(name, _known(name), json)


@api.post("/api/prepared-worlds/load")
@call("prepared-worlds", LoadedAnswer)
def load_own_world(json: OwnWorldBody) -> LoadedAnswer:
    """This world as an own document says; what it was is gone"""
    try:
        prepared = PreparedWorld.model_validate(json.document)
    except ValidationError as error:
        raise of_wrong_fields(error, PreparedWorld.model_fields) from None
    return _loaded(json.name, prepared, json)


def _known(name: str) -> PreparedWorld:
    try:
        return prepared_world(name)
    except UnknownPreparedWorldError as error:
        way = f"GET /api/prepared-worlds lists them; {error.hint}"
        raise Problem("not-found", "There is no such prepared world", "its name", name[:80], way, 404) from None


def _loaded(name: str, prepared: PreparedWorld, body: LoadBody) -> LoadedAnswer:
    world = current_world()
    given = body.model_dump(include={"now", "frozen", "seed", "profile"}, exclude_none=True)
    given["settings"] = prepared.settings | body.settings
    try:
        with world.replacing:  # until its people are read: who loads another one waits
            rows = load(current_site().worlds, world, name, prepared.model_copy(update=given))
            made = {person: people(world, ids=[row.id])[0] for person, row in rows.items()}
    except ValueError as error:
        raise wrong_value("a prepared world", str(error)) from None
    return LoadedAnswer(name=name, title=prepared.title, url=address_of(world, name), people=made)
