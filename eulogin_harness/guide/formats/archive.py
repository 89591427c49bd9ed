"""Zip archives (docx, pptx, epub) whose bytes depend on what is in them alone."""

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_UNIX = 3  # not the system that builds: it is written into each entry
_COMPRESSED = (".png", ".jpg", ".jpeg", ".webp")


def write_archive(path: Path, entries: Iterable[tuple[str, bytes]], day: date) -> Path:
    """Write entries (name, content) in their order, all of them dated `day`; `path` again.

    What is compressed already is stored, and so is `mimetype`, as EPUB asks. Raises OSError.
    """
    with ZipFile(path, "w") as archive:
        for name, content in entries:
            entry = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.create_system = _UNIX
            entry.compress_type = ZIP_STORED if name == "mimetype" or name.endswith(_COMPRESSED) else ZIP_DEFLATED
            archive.writestr(entry, content)
    return path


def date_archive(archive: BytesIO, path: Path, day: date) -> Path:
    """Write an archive again, with `day` as the date of all entries, which stand in the order of their names.

    Returns `path`. Raises OSError.
    """
    with ZipFile(archive) as source:
        entries = [(name, source.read(name)) for name in sorted(source.namelist(), key=_content_types_first)]
    return write_archive(path, entries, day)


def _content_types_first(name: str) -> tuple[bool, str]:
    return name != "[Content_Types].xml", name
