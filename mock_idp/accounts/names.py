"""What names of people and of their devices may hold: any alphabet, but nothing that no page or answer can show."""

import unicodedata

from mock_world import Refusal, RefusalKind, World
from mock_world.i18n import N_

_JOINERS = "\u200c\u200d"  # Persian and Indian scripts need them within a word
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # Unicode's controls, formats, line ends, unassigned

UNSEEN = RefusalKind(
    "name.unseen",
    message=N_("Type this name anew: it holds characters that cannot be seen."),
    expected="a name of printable characters",
    remedy="type the name instead of copying it, without control characters",
)


def bare(name: str) -> str:
    """A name without what does not count at its ends."""
    return name.strip().strip(_JOINERS)


def is_printable(name: str) -> bool:
    return all(sign in _JOINERS or unicodedata.category(sign) not in _UNSEEN for sign in name)


def unseen_problem(world: World, name: str, *, field: str) -> Refusal | None:
    """A refusal where a name that is not empty holds what cannot be seen, or nothing else."""
    if not name.strip() or (bare(name) and is_printable(bare(name))):
        return None
    return world.refuse(UNSEEN, got="characters that cannot be seen", field=field)
