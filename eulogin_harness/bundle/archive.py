"""The file of a bundle: read with limits, since it may come from anybody, and written at once or not at all."""

import json
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eulogin_harness.bundle.model import AFTER, BEFORE, FORMAT, MANIFEST, BundleError, Manifest, State
from eulogin_harness.writing import write_for_owner

_MOST_FILES = 5000
_LARGEST = 64 * 1024 * 1024  # bytes of one file of a bundle, unpacked
_ALL = 4 * _LARGEST
_WHAT = "a bundle that `eulogin-harness bundle` or a failed test wrote"
_OTHER = "take another file"
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError),
    *(NotImplementedError, RuntimeError, OSError, ValueError),
)


class Bundle:
    """A bundle that is open for reading."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = _ALL
        if len(archive.namelist()) > _MOST_FILES:
            raise BundleError(f"{_WHAT}, with at most {_MOST_FILES} files", "one with more", _OTHER)
        self.manifest = self._read_manifest()

    def read(self, name: str) -> bytes:
        """The content of one of its files. Raises BundleError where it is missing, broken or too large."""
        try:
            with self._archive.open(name) as file:
                content = file.read(min(_LARGEST, self._left) + 1)
        except KeyError:
            raise BundleError(f"{_WHAT}, with {name} in it", "a file without it", _OTHER) from None
        except _BROKEN as error:
            raise BundleError(_WHAT, f"one whose {name} is broken ({error})", "copy it again") from None
        self._left -= len(content)
        if len(content) > _LARGEST or self._left < 0:
            most = f"of at most {_LARGEST // 1024**2} megabytes a file and {_ALL // 1024**2} in all"
            raise BundleError(f"{_WHAT}, {most}", f"a larger {name}", _OTHER)
        return content

    def _read_manifest(self) -> Manifest:
        document = self._json(MANIFEST)
        written = document.get("format")
        if isinstance(written, int) and written != FORMAT:
            by = (document.get("versions") or {}).get("eulogin-harness", "another version")
            way = f"replay it by eulogin-harness {by}, which wrote it"
            raise BundleError(f"a bundle of format {FORMAT}", f"format {written}", way)
        try:
            return Manifest.model_validate(document)
        except ValidationError as error:
            problem = error.errors()[0]
            place = ".".join(map(str, problem["loc"]))
            raise BundleError(_WHAT, f"a {MANIFEST} that does not fit: {place}: {problem['msg']}", _OTHER) from None

    def _json(self, name: str) -> dict[str, Any]:
        try:
            document = json.loads(self.read(name))
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise BundleError(f"{_WHAT}, with an object of JSON in {name}", "something else", _OTHER)
        return document

    def state(self, step: int | None) -> State:
        """The world before a step; None: when the bundle was written, 0: when it began. Raises BundleError."""
        if step is None:
            return self._json(AFTER)
        state = self._json(BEFORE)
        if step:
            last = self.manifest.step(step)
            for each in self.manifest.steps:
                state = state | {"tables": {**state.get("tables", {}), **self._json(each.state_file)}}
                if each is last:
                    break
        return state

    def files(self) -> Iterator[tuple[str, bytes]]:
        """All files with their content."""
        for name in self._archive.namelist():
            yield name, self.read(name)


@contextmanager
def opened(source: Path | bytes) -> Iterator[Bundle]:
    """A bundle by its path or its content. Raises BundleError."""
    try:
        archive = zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source)
    except OSError as error:
        raise BundleError(_WHAT, f"{source!s}, which cannot be read ({error.strerror})", _OTHER) from None
    except _BROKEN:
        raise BundleError(f"{_WHAT}, a zip archive", "something else, or one that breaks off", _OTHER) from None
    with archive:
        yield Bundle(archive)


def packed(files: Mapping[str, bytes]) -> bytes:
    """The content of a bundle with these files. The same files give the same bytes."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(info, data)
    return content.getvalue()


def write(file: Path, content: bytes) -> None:
    """Write a bundle, which holds secrets, for its owner alone. Raises OSError; then no half of it is left."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_for_owner(file, content)
