"""What a journey consists of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from eulogin_harness.debugger.model import Check
from mock_world.i18n import N_
from mock_world.journal import Event
from mock_world.messages import HttpMessage

Lane = Literal["browser", "idp", "phone", "mail", "application", "cpms"]
LANES: dict[Lane, str] = {
    "browser": N_("Browser"),
    "idp": N_("EU Login"),
    "phone": N_("Phone"),
    "mail": N_("Mail"),
    "application": N_("Application"),
    "cpms": N_("CPMS"),
}


@dataclass(frozen=True)
class Step:
    """A message with its answer and what happened meanwhile, or an event that has none.

    number: from 1. checks: what a client would look at. leads_to: the lane to which the answer sends the browser, where
    that is another one.
    """

    number: int
    at: datetime
    sender: Lane
    receiver: Lane
    title: str
    answer: str
    leads_to: Lane | None = None
    message: HttpMessage | None = None
    events: Sequence[Event] = field(default_factory=tuple)
    checks: Sequence[Check] = field(default_factory=tuple)

    @property
    def refusals(self) -> list[Event]:
        return [event for event in self.events if event.is_refusal]

    @property
    def minded(self) -> list[Event]:
        """What nobody refused, and what explains why something is not as it was expected."""
        return [event for event in self.events if event.is_warning]

    @property
    def verdict(self) -> Literal["wrong", "mind", "good", ""]:
        """The worst that is to say of it."""
        if self.refusals or any(check.good is False for check in self.checks):
            return "wrong"
        if self.minded or any(check.good is None for check in self.checks):
            return "mind"
        return "good" if self.checks else ""
