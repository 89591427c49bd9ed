"""What surrounds a check: the application, a world of its own, its people, and the time that it has."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from eulogin_harness.grade.application import Application
from eulogin_harness.grade.outcomes import NotDone
from eulogin_harness.grade.people import People, User, session_of
from eulogin_harness.grade.stand_in import StandIn
from mock_world import Refusal
from mock_world.cookie_names import REAL_NAMES

if TYPE_CHECKING:
    from mock_world import World

MESSAGES = 6.0  # seconds that EU Login's message to an application may take, with its own patience


class Context:
    """A check of an application. limit: seconds that it may take."""

    def __init__(self, application: Application, stand_in: StandIn, limit: float) -> None:
        self.application = application
        self.stand_in = stand_in
        self.limit = limit
        self.limit_of_page = limit / 3  # seconds: a check that waited for one page in vain can still look at another
        self._people = People()
        self._users: list[User] = []
        self._ends = time.monotonic() + limit

    @property
    def world(self) -> "World":
        """The world in which all of it happens."""
        return self.stand_in.world

    def check_time(self) -> None:
        """Raises NotDone where the time of the check is over."""
        if time.monotonic() > self._ends:
            raise NotDone(
                f"expected the check to end within {self.limit:g} seconds; raise --limit, or see what is slow"
            )

    def user(self, **fields: object) -> User:
        """Somebody new with an account. fields: of PersonaFields."""
        fields = (
            {"domain": "eu.europa.ec", "employee_type": "f", "assurance_level": "TOP"} if self._staff else {}
        ) | fields
        user = self._people.new(self.world, **fields)
        self._users.append(user)
        return user

    @property
    def _staff(self) -> bool:
        return self.application.description.staff_only

    def shown_in(self, text: str) -> frozenset[User]:
        """The users whose marks a text shows."""
        return frozenset(user for user in self._users if user.marks_in(text) & (self.application.marks or {"uid"}))

    def ticket(self, user: User, service: str, strength: str | None = None) -> str:
        """A service ticket, as EU Login issues it after a sign-in. Raises NotDone."""
        try:
            ticket = session_of(self.world, user, strength, service).ticket
        except Refusal as refusal:
            raise NotDone(f"EU Login issued no ticket for {service}: {refusal}") from None
        if ticket is None:
            raise NotDone(f"EU Login issued no ticket for {service}")
        return ticket

    @contextmanager
    def eu_login_closed(self) -> Iterator[StandIn]:
        """EU Login signs nobody in for as long as this lasts; whether a browser came is in `asked_while_closed`."""
        self.stand_in.closed, self.stand_in.asked_while_closed = True, False
        try:
            yield self.stand_in
        finally:
            self.stand_in.closed = False

    def wait_for_messages(self) -> None:
        """Wait until EU Login has notified the applications whose sessions ended, which threads of the world do."""
        for thread in threading.enumerate():
            if thread.name.startswith(f"{self.world.name}: ") and " logout " in thread.name:
                thread.join(MESSAGES)

    def is_eu_login(self, address: str) -> bool:
        """Whether an address is one of EU Login's."""
        return self.world.addresses.actor_of(address) == "idp"

    @staticmethod
    def is_cookie_of_eu_login(name: str) -> bool:
        """Whether a cookie is not the application's: browsers share cookies between the ports of a host."""
        return name.startswith("eulogin_") or name in REAL_NAMES.values()

    def application_address(self, address: str) -> str:
        """The whole address of a page of the application."""
        return address if urlsplit(address).scheme else self.application.description.at(address)
