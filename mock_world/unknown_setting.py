"""What is said of a setting that is not there; clients know their names without this world."""

import difflib
from collections.abc import Iterable


def unknown_setting(name: str, names: Iterable[str]) -> str:
    """A sentence with the nearest of the names."""
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else "GET /api/settings lists them all"
    return f"there is no setting {name!r}; {hint}"
