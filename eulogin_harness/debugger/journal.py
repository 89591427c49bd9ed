"""What EU Login wrote down about a trial: the explanation that the protocol's answer does not give."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eulogin_harness.debugger.model import Trial
    from mock_world import World

_SHOWN = 3


def refusals_since(world: "World", trial: "Trial") -> list[dict[str, Any]]:
    """The newest refusals of EU Login since the trial began, each with expected, got and remedy."""
    events = world.journal.events(after=trial.since)
    return [event.fields for event in events if event.actor == "idp" and "remedy" in event.fields][-_SHOWN:]
