"""Somebody who asks for access, by the rules alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mock_cpms.access import seeding
from mock_cpms.access.model import AccessRequest
from mock_cpms.access.rules import requests, submit_request
from mock_cpms.people import know_person
from mock_cpms.profile.rules import complete_profile
from mock_world import Refusal, World

ANNA = "n00anna1"
EMAIL = "anna.ek@hospital.example"
DESK = "helga.desk@paedcan.ern.example"


def know(world: World, uid: str = ANNA, email: str = EMAIL, language: str = "en") -> str:
    know_person(world, uid=uid, email=email, first_name="Anna", last_name="Ek", language=language)
    return uid


def chooses(world: World, *networks: str, uid: str = ANNA) -> list[AccessRequest]:
    """Anna chose networks and did not ask yet: the drafts."""
    know(world, uid, EMAIL if uid == ANNA else f"{uid}@hospital.example")
    complete_profile(world, uid, networks=list(networks) or ["PaedCAN"])
    return requests(world, uid=uid)


def put_request(world: World, uid: str, *, network: str, **how: Any) -> AccessRequest:
    """A request in a state at once, in place of the one that there is, under its number."""
    with world.database.session() as db, db.no_autoflush:
        before = requests(world, uid=uid, network=network)
        for asked in before:
            db.delete(asked)
        db.flush()
        made = seeding.seed_request(world, uid, network=network, **how)
        for asked in before:
            made.id = asked.id
        db.flush()
        return made


def asks(world: World, *networks: str, uid: str = ANNA, comment: str = "Please.") -> int:
    """Anna asks one or more networks: the id of the first request."""
    chooses(world, *networks, uid=uid)
    return submit_request(world, uid, comment=comment)[0].id


def states(world: World, uid: str = ANNA) -> dict[str, str]:
    return {asked.network: asked.state for asked in requests(world, uid=uid)}


def story(asked: AccessRequest) -> list[str]:
    """The states that a request went through."""
    return [step.state for step in asked.history]


def events(world: World, person: str = EMAIL) -> list[str]:
    """Types of what the journal says about requests of somebody."""
    return [event.type for event in world.journal.events(person=person) if event.type.startswith("access.")]


@contextmanager
def refused(code: str, *words: str, remedy: str = "") -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """What is done inside is refused: by that code, a sentence with these words, and that way out."""
    with pytest.raises(Refusal) as caught:
        yield caught
    refusal = caught.value
    assert refusal.code == code
    assert [word for word in words if word not in refusal.message()] == []
    assert remedy in refusal.remedy


def use_own_form(world: World, file: Path, *own: str) -> None:
    """The form "Complete Profile" out of a file: what each form needs, and `own` fields."""
    fields = [f"{{name: {name}, label: {name}, type: readonly}}" for name in ("firstName", "lastName", "email")]
    fields += ["{name: networks, label: Netze, type: networks}", *own]
    file.write_text("fields:\n" + "".join(f"- {field}\n" for field in fields))
    world.settings.change({"cpms.profile": str(file)})
