"""Copies of a world's database, cheap to keep: what two of them have in common is there once."""

from datetime import datetime
from typing import NamedTuple

from mock_world.sqlite import PAGE

Chunks = tuple[bytes, ...]


class Snapshot(NamedTuple):
    """A database as it was. at: world time."""

    at: datetime
    chunks: Chunks

    @property
    def content(self) -> bytes:
        """What `SqliteDatabase.from_content` reads."""
        return b"".join(self.chunks)


def chunks_of(content: bytes, like: Chunks = ()) -> Chunks:
    """`content` in pieces; those that are the same in `like` are taken from there."""
    pieces = [content[start : start + PAGE] for start in range(0, len(content), PAGE)]
    known = like[: len(pieces)]
    shared = (old if old == new else new for old, new in zip(known, pieces, strict=False))
    return (*shared, *pieces[len(known) :])
