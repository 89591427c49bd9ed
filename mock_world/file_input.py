"""Files that a user names: read at once and whole, where they are files and not too large."""

import errno
import os
import stat
from pathlib import Path

MOST_BYTES = 10_000_000  # of one file, where its reader names no other limit
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


class UnfitFileError(OSError):
    """What is no file, or too large a one; `strerror` says what came and what to do."""


def read_file(path: Path, most: int = MOST_BYTES) -> bytes:
    """The content of a file; nothing is opened that could block or never end. most: bytes. Raises OSError."""
    check_is_file(path)
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        size = os.fstat(descriptor).st_size
        content = file.read(most + 1) if size <= most else b""
    if max(size, len(content)) > most:
        raise UnfitFileError(errno.EFBIG, f"it is larger than {most:,} bytes; name a smaller one", str(path))
    return content


def check_is_file(path: Path) -> None:
    """Raises OSError where it is none."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "no file")
        raise UnfitFileError(errno.EINVAL, f"it is {kind}; name a file", str(path))


def problem_of(error: OSError | ValueError) -> str:
    """Why a file cannot be read, in a few words."""
    reason = error.strerror if isinstance(error, UnfitFileError) else None
    return reason or type(error).__name__
