"""What goes wrong with a guide, in one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class GuideError(Exception):
    """The guide cannot be made; the text says what was expected, what came, and what to do."""


class NoBrowserError(GuideError):
    """No guide can be made here, whatever its file says."""


@contextmanager
def mistakes_in(file: Path) -> Iterator[None]:
    """Name the guide's file in what is wrong with it. Raises GuideError."""
    try:
        yield
    except NoBrowserError:
        raise
    except GuideError as error:
        raise GuideError("\n".join(f"{file}: {line}" for line in str(error).splitlines())) from None
