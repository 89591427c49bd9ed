"""A ticket's name is one that every CAS client takes."""

import re

from mock_idp.cas.tickets import new_ticket_id
from mock_world import World


def test_a_ticket_holds_letters_digits_and_hyphens_alone(world: World) -> None:
    names = {new_ticket_id(world, "ST") for _ in range(100)}
    assert len(names) == 100
    assert all(re.fullmatch(r"ST-[0-9]{8}-[A-Za-z0-9-]{128}", name) for name in names)
