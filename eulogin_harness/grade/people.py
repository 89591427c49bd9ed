"""The people who try an application, and by what one sees whom it takes somebody for."""

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eulogin_harness.documents.people import PersonaFields
from eulogin_harness.personas.building import make_person
from eulogin_harness.personas.session import sign_in
from mock_world.correlation import follow_none

if TYPE_CHECKING:
    from eulogin_harness.documents.people import SessionAnswer
    from eulogin_harness.personas.model import PersonaRow
    from mock_world import World

_LETTERS = "bcdfghjk"  # of names that no page shows by chance


@dataclass(frozen=True)
class User:
    """Somebody with an account at EU Login."""

    row: "PersonaRow"
    uid: str
    email: str
    first_name: str
    last_name: str
    password: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def marks_in(self, text: str) -> set[str]:
        """What of this user a text shows: `uid`, `email`, `name`."""
        shown = " ".join(text.split()).casefold()
        marks = {"uid": self.uid, "email": self.email, "name": self.last_name}
        return {kind for kind, mark in marks.items() if mark.casefold() in shown}


class People:
    """Makes people of a world, each with marks of its own."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self, world: "World", **fields: object) -> User:
        """Somebody enrolled, with a phone that is ready. fields: of PersonaFields."""
        number = next(self._numbers)
        letters = "".join(_LETTERS[int(digit)] for digit in f"{number:04o}")
        given = {
            "uid": f"n00q{letters}z",
            "first_name": "Vera",
            "last_name": f"Qu{letters}ski",
            "email": f"vera.{letters}@hospital.example",
        } | fields
        follow_none()  # it belongs to no sign-in
        row = make_person(world, PersonaFields.model_validate(given))
        return User(
            row,
            row.uid,
            str(given["email"]),
            str(given["first_name"]),
            str(given["last_name"]),
            row.password or "",
        )


def session_of(world: "World", user: User, strength: str | None = None, service: str | None = None) -> "SessionAnswer":
    """A sign-in at EU Login without pages. Raises Refusal (see `personas.session`)."""
    try:
        return sign_in(world, user.row, strength, service)
    finally:
        follow_none()
