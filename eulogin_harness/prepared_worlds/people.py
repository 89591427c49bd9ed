"""The people of a prepared world."""

from typing import TYPE_CHECKING

from eulogin_harness.documents.people import PersonaFields
from eulogin_harness.personas.building import make_person

if TYPE_CHECKING:
    from eulogin_harness.personas.model import PersonaRow
    from eulogin_harness.prepared_worlds.schema import PreparedPerson
    from mock_world import World


def make(world: "World", person: "PreparedPerson") -> "PersonaRow":
    """Raises Refusal where a rule says no."""
    fields = PersonaFields.model_validate(person.model_dump(exclude={"phone_id"}, exclude_unset=True))
    return make_person(world, fields, phone_id=person.phone_id)
