"""The state of a world in a file: taken up at the start, written when something has changed, and at the end."""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eulogin_harness.writing import write_for_owner

if TYPE_CHECKING:
    from mock_world import World

_SECONDS = 1.0  # of real time, between two looks whether something has changed


class StateFileError(Exception):
    """A file that cannot be taken up or written; says what was expected, what came and what to do."""


def take_up(world: "World", file: Path) -> bool:
    """Let a world go on where the file left it; False where there is none yet. Raises StateFileError."""
    from eulogin_harness.state import load_state
    from mock_world.file_input import check_is_file

    try:
        if not file.exists():
            return False
        check_is_file(file)
        if not file.stat().st_size:
            return False
        load_state(world, _document(file))
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise StateFileError(
            f"expected the state of a world in {file}, as GET /api/state answers it, but got {reason}; "
            "name another file, or take it away"
        ) from None
    return True


def _document(file: Path) -> dict[str, Any]:
    """Raises OSError, ValueError."""
    return check_document(json.loads(file.read_text(encoding="utf-8")))


def check_document(state: Any) -> dict[str, Any]:
    """What came, where it has the form of a document of `dump_state`. Raises ValueError."""
    if not isinstance(state, dict) or not {"format", "tables"} <= state.keys():
        raise ValueError("no object with format and tables")
    tables = state["tables"]
    if not isinstance(tables, dict) or not all(_are_rows(rows) for rows in tables.values()):
        raise ValueError("tables that are no lists of rows by name")
    return state


def _are_rows(rows: object) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def save(world: "World", file: Path) -> None:
    """Write the state; a process that is killed meanwhile leaves the file of before. Raises StateFileError."""
    from eulogin_harness.state import dump_state

    try:
        write_for_owner(file, json.dumps(dump_state(world)).encode())
    except OSError as error:
        raise StateFileError(
            f"expected a file that can be written for --state, but {file} cannot ({error.strerror}); name another"
        ) from None


@contextmanager
def saving(world: "World", file: Path) -> Iterator[None]:
    """Keep the state of a world in the file, at most a second late, until the block ends. Raises StateFileError."""
    save(world, file)
    end = threading.Event()
    thread = threading.Thread(target=_follow, args=(world, file, end), name="state", daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()
        save(world, file)


def _follow(world: "World", file: Path, end: threading.Event) -> None:
    saved, warned = world.database.writes, False
    while not end.wait(_SECONDS):
        if (now := world.database.writes) != saved:
            try:
                save(world, file)
            except StateFileError as error:
                if not warned:  # it is tried again each second until there is room
                    logging.getLogger(__name__).warning("%s", error)
                warned = True
            else:
                saved, warned = now, False
