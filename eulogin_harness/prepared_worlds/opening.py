"""The address that opens the page where the problem of a world shows, as whom and with what it needs."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from eulogin_harness.personas.changing import find_person
from eulogin_harness.personas.session import sign_in
from eulogin_harness.prepared_worlds.model import PreparedWorldRow
from mock_idp.signin.signed_links import SignedLink, signed_address
from mock_world.addresses import with_query

if TYPE_CHECKING:
    from mock_world import World


def loaded(world: "World") -> PreparedWorldRow | None:
    """What the world was prepared with, if so."""
    with world.database.reading() as db:
        return db.get(PreparedWorldRow, 1)


def address_of(world: "World", name: str) -> str:
    """The desk's address that opens the problem; it may be opened again and again."""
    return world.addresses.public("desk", f"/worlds/{quote(name, safe='')}/open")


def open_problem(world: "World", row: PreparedWorldRow) -> str:
    """Where to send a browser. Signs the person in whom the file names.

    Raises Refusal where that person cannot sign in (see `eulogin_harness.personas.session.sign_in`).
    """
    opens = row.opens
    if opens is None:
        return world.addresses.public("desk", "/")
    address = with_query(world.addresses.public(opens["actor"], opens["path"]), opens["query"])
    person = find_person(world, opens["person"]) if opens["person"] is not None else None
    if person is None and not opens["form"]:
        return address
    service = address if opens["ticket"] else None
    answer = sign_in(world, person, opens["strength"], service) if person is not None else None
    if answer is not None and opens["ticket"]:
        return signed_address(world, SignedLink(answer.url))
    return signed_address(world, SignedLink(address, answer.cookie if answer else "", opens["form"]))
