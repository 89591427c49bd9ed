"""Files that are written whole or not at all, and what is said where the disk does not take them."""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

_OF_DISK = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EFBIG,
    errno.EIO,
}


def write_for_owner(file: Path, content: bytes) -> None:
    """Write a file that its owner alone can read. Raises OSError; then what was there stays, and no half of the new."""
    new = file.with_name(f"{file.name}.new")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(content)
        new.replace(file)
    except OSError:
        with suppress(OSError):
            new.unlink()
        raise


def problem_of_disk(error: OSError) -> str | None:
    """A sentence for what a full disk, a folder that is only read or a closed file did; None for other errors."""
    if error.errno not in _OF_DISK:
        return None
    if error.filename:
        return f"{error.filename} cannot be used ({error.strerror}); name another file, or mend its permissions"
    return f"expected room for what is written, but got: {error.strerror}; make room, or write it elsewhere"


def discard_output() -> None:
    """Let what standard output could not take go nowhere, so that the end of the process does not fail again."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
