"""A Python client of the control API.

harness = Harness("http://localhost:8400")
world = harness.worlds.create(frozen=True)
anna = world.personas.create("enrolled", language="fr")
world.clock.advance(minutes=5)
mail = world.mails.wait(to=anna.email)
"""

from eulogin_harness.client.connection import ProblemError
from eulogin_harness.client.harness import Harness, World
from eulogin_harness.client.people import Session
from eulogin_harness.client.phones import Phone
from eulogin_harness.readiness import NotReady

__all__ = ["Harness", "NotReady", "Phone", "ProblemError", "Session", "World"]
