"""One person of the crowd: who they are, their phone, their browsers, and the application that they sign in to."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal

import requests

from eulogin_harness.client import World
from eulogin_harness.client.phones import Phone
from eulogin_harness.documents.people import Persona, PersonaWithPin
from eulogin_harness.load.browser import Browser
from eulogin_harness.load.plan import Plan
from eulogin_harness.load.relying_party import RelyingParty
from eulogin_harness.load.steps import Record, Step, step
from eulogin_harness.readiness import new_session
from mock_world.domains import is_harmless_url

_STOCK = 10  # people who are made by one call, for journeys that need somebody new


class Visitor:
    """What journeys need of a world. party: the application by OpenID Connect; record: takes each step.

    seconds: of all steps so far, without what is prepared for them.
    """

    def __init__(self, plan: Plan, world: World, party: Callable[[], RelyingParty], record: Record) -> None:
        self.plan = plan
        self.world = world
        self.party = party
        self._record_step = record
        self.seconds = 0.0
        self._person: PersonaWithPin | None = None
        self._stock: dict[str, list[Persona]] = {}

    @property
    def person(self) -> PersonaWithPin:
        """Somebody with a phone and access to CPMS, who goes on all journeys that need nobody new."""
        if self._person is None:
            self._person = self.world.personas.create("access_approved")
        return self._person

    def replace_person(self) -> None:
        """Let somebody else go on the next journey: a phone on which a request stayed open may refuse more."""
        self._person = None

    def newcomer(self, stage: Literal["registered", "enrolled"]) -> Persona:
        """Somebody at this stage whom no journey has met."""
        stock = self._stock.setdefault(stage, [])
        if not stock:
            stock += self.world.personas.create_many(_STOCK, stage)
        return stock.pop()

    @contextmanager
    def browser(self) -> Iterator[Browser]:
        """A browser without cookies, closed after the block."""
        with trusting_session() as session:
            yield Browser(session, self._may_open, self._record)

    def _may_open(self, url: str) -> bool:
        return is_harmless_url(url, self.plan.allowed_hosts)

    def _record(self, current: Step) -> None:
        self.seconds += current.seconds
        self._record_step(current)

    def phone(self, person: Persona) -> Phone:
        return self.world.phones.get(person.phone_id)

    def api(self, name: str) -> AbstractContextManager[Step]:
        """A step that is a call of the control API, or of the application to EU Login."""
        return step("API", name, self._record)


def new_address() -> str:
    """An e-mail address that nobody has."""
    return f"load.{secrets.token_hex(8)}@hospital.example"


def trusting_session() -> requests.Session:
    """A session that trusts the authority of the mock."""
    authority = os.environ.get("EULOGIN_CA")
    return new_session(Path(authority) if authority else None)
