"""Parts of the package that are installed on request: the mock (`server`), page objects (`browser`)."""

from collections.abc import Iterator
from contextlib import contextmanager

SERVER = "pip install 'eulogin-harness[server]'"


class ServerMissing(Exception):  # noqa: N818 - the name says it
    """The mock is not installed here; a sentence that says what to do."""


@contextmanager
def server_required(otherwise: str) -> Iterator[None]:
    """Where modules of the mock are imported, which the extra `server` brings along. Raises ServerMissing.

    otherwise: what to do instead of installing it.
    """
    try:
        yield
    except ImportError as error:
        raise ServerMissing(f"this needs the mock itself: {SERVER}, or {otherwise} ({error})") from None
