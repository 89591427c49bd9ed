"""What went wrong, as a sentence for the person to whom it happened."""

from collections.abc import Callable

from eulogin_harness.play.progress import DETOURS, PlayEvent
from mock_world.refusal import KINDS


def advice(event: PlayEvent, translate: Callable[[str], str]) -> str:
    """What helps after this event, as the page said it or would have said it; it begins with what can be done."""
    if event.type in DETOURS:
        return translate(DETOURS[event.type])
    kind = KINDS.get(event.type)
    if kind is None:
        return event.type
    fields = dict(event.fields)
    if "label" in fields:
        fields["label"] = translate(str(fields["label"]))
    return translate(kind.message).format_map(fields)
