"""People at a stage of the onboarding."""

from eulogin_harness.api.frame import ID, api, call
from eulogin_harness.api.problems import Problem, not_found
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.people import (
    BatchBody,
    Persona,
    PersonaChange,
    PersonaFields,
    PersonaQuery,
    SessionAnswer,
    SessionBody,
)
from eulogin_harness.personas.building import make_people, make_person
from eulogin_harness.personas.changing import change_person, delete_person, find_person, find_row
from eulogin_harness.personas.listing import people
from eulogin_harness.personas.model import PersonaRow
from eulogin_harness.personas.session import sign_in
from mock_world import World
from mock_world.web import current_world


@api.get("/api/personas")
@call("personas", Items[Persona])
def list_personas(query: PersonaQuery) -> Items[Persona]:
    """The people, made and signed up by pages; those who deleted the account say so"""
    return Items[Persona](items=people(current_world(), stage=query.stage, network=query.network))


@api.post("/api/personas")
@call("personas", Persona, status=201)
def create_persona(json: PersonaFields) -> tuple[Persona, int]:
    """A person at a stage, with all before it"""
    world = current_world()
    return _one(world, make_person(world, json)), 201


@api.post("/api/personas/batch")
@call("personas", Items[Persona], status=201)
def create_personas(json: BatchBody) -> tuple[Items[Persona], int]:
    """Many people, all or nothing"""
    world = current_world()
    rows = make_people(world, _fields_of(json), seed=json.seed)
    return Items[Persona](items=people(world, ids=[row.id for row in rows])), 201


def _fields_of(body: BatchBody) -> list[PersonaFields]:
    if body.items is not None and body.count is None and body.template is None:
        return body.items
    if body.count is not None and body.items is None:
        return [body.template or PersonaFields()] * body.count
    raise Problem(
        "wrong-field",
        "It is not clear whom to make",
        "either count (with or without template) or items",
        "both" if body.items is not None else "neither",
        'send {"count": 10, "template": {"stage": "enrolled"}} or {"items": [{"stage": "enrolled"}]}',
        422,
    )


@api.get(f"/api/personas/{ID}")
@call("personas", Persona)
def get_persona(id: int) -> Persona:  # noqa: A002 - the contract's name
    """One person"""
    world = current_world()
    return _one(world, _known(find_row(world, id), id))


@api.patch(f"/api/personas/{ID}")
@call("personas", Persona)
def change_persona(id: int, json: PersonaChange) -> Persona:  # noqa: A002 - the contract's name
    """Change a person; CPMS learns of it at the next sign-in"""
    world = current_world()
    change_person(world, _find(world, id), json)
    return _one(world, _find(world, id))


@api.delete(f"/api/personas/{ID}")
@call("personas", None, status=204)
def delete_persona(id: int) -> tuple[str, int]:  # noqa: A002 - the contract's name
    """Delete a person, with account and phone"""
    world = current_world()
    delete_person(world, _known(find_row(world, id), id))
    return "", 204


@api.post(f"/api/personas/{ID}/session")
@call("personas", SessionAnswer, status=201)
def open_session(id: int, json: SessionBody) -> tuple[SessionAnswer, int]:  # noqa: A002 - the contract's name
    """Sign a person in at EU Login without pages, by the rules of the pages"""
    world = current_world()
    return sign_in(world, _find(world, id), json.strength, json.service), 201


def _find(world: World, person_id: int) -> PersonaRow:
    return _known(find_person(world, person_id), person_id)


def _known(row: PersonaRow | None, person_id: int) -> PersonaRow:
    if row is None:
        raise not_found("person", person_id, "GET /api/personas lists them")
    return row


def _one(world: World, row: PersonaRow) -> Persona:
    return people(world, ids=[row.id])[0]
