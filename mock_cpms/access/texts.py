"""What persons and helpdesks write to each other."""

from mock_world import RefusalKind, World
from mock_world import settings as s
from mock_world.i18n import N_

TOO_LONG = RefusalKind(
    "access.text_too_long",
    message=N_("Please write at most {limit} characters: this is {length} long."),
    expected="at most {limit} characters",
    remedy="shorten the text",
    status=422,
)


def must_fit(world: World, text: str, *, person: str, field: str) -> None:
    """Raises Refusal (access.text_too_long)."""
    length, limit = len(text), s.LONGEST_TEXT
    if length > limit:
        got = f"{length} characters"
        raise world.refuse(TOO_LONG, got=got, person=person, field=field, limit=limit, length=length)
