"""What EU Login wrote down about a message: the explanation that the protocol's answer does not give."""

from dataclasses import replace

from eulogin_harness.debugger.model import Check, Explanation, Message, Trial
from mock_world import World
from mock_world.faults import INJECTED
from mock_world.i18n import N_
from mock_world.journal import Event

_SHOWN = 3  # newest refusals


def explain(world: World, trial: Trial, message: Message) -> Message:
    """The message with the faults that happened since the one before it and, where it is no good, the refusals."""
    happened = world.journal.events(after=trial.since)
    injected = [event for event in happened if event.type == INJECTED.name]
    checks = [*message.checks, *map(_fault, injected)]
    if all(check.good is not False for check in message.checks):
        return replace(message, checks=checks)
    refused = [event for event in happened if event.actor in {"idp", "desk"} and event.is_refusal]
    return replace(message, checks=checks, refusals=[*map(_refusal, refused[-_SHOWN:])])


def _fault(event: Event) -> Check:
    return Check(None, N_("A fault that was armed happened here."), detail=str(event.fields["fault"]))


def _refusal(event: Event) -> Explanation:
    fields = {name: str(event.fields[name]) for name in ("expected", "got", "remedy")}
    return Explanation(event.type, **fields)
