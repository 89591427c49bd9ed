"""The folder of a built guide: what was generated is listed in a manifest, everything else is the writer's."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from eulogin_harness.guide_text.errors import GuideError

MANIFEST = "manifest.json"
_STAGE = ".guide-being-built"  # a folder: new files, until they are moved to their places
_MADE_BY = "eulogin-harness guide build"


@dataclass(frozen=True)
class Generated:
    """A file of an earlier build. format: which one made it. replaced: what stands there if that build was ended."""

    sha256: str
    format: str
    replaced: str | None = None


def generated(folder: Path) -> dict[str, Generated]:
    """The files that an earlier build left in a folder, by their paths in it; none in a new one, and
    in one that holds nothing but guides in folders of their own.

    Raises GuideError where the folder is not ours.
    """
    file = folder / MANIFEST
    if not file.exists():
        if folder.is_dir() and any(not _is_ours(each) for each in folder.iterdir()):
            raise GuideError(
                f"expected {folder} to be new, empty or the folder of a guide that was built before, but it holds "
                f"other files and no {MANIFEST} of a guide; choose another folder"
            )
        return {}
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        files = {path: Generated(**one) for path, one in document["files"].items()}
        is_ours = document["made_by"] == _MADE_BY
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        files, is_ours = {}, False
    if not is_ours:
        raise GuideError(f"expected {file} to list the files of a guide, but it does not; choose another folder")
    return files


def _is_ours(path: Path) -> bool:
    """Whether a build left it: new files that it did not move, or a guide in a folder of its own, maybe unfinished."""
    if path.name == _STAGE or (path / MANIFEST).is_file():
        return True
    return path.is_dir() and all(each.name == _STAGE for each in path.iterdir())


def put(built: Path, folder: Path, formats: Mapping[str, str], about: Mapping[str, Any]) -> list[Path]:
    """Move what was built into its folder, in place of what an earlier build left of the same formats.

    built: a folder with the new files. formats: by the path of each new file in it. about: what the manifest says
    besides. Wherever this is ended from outside, the next build recognises and replaces what was left. Raises
    GuideError, before anything is changed, where a file of the writer's would be lost or there is no room.
    """
    earlier = generated(folder)
    gone = {path for path, one in earlier.items() if one.format in set(formats.values())}
    for path in sorted(gone | formats.keys()):
        _check(folder, path, earlier.get(path))
    new = {path: Generated(sha256_of(built / path), form) for path, form in formats.items()}
    kept = {path: one for path, one in earlier.items() if path not in gone}
    try:
        _stage(built, folder, formats)
        there = earlier | {path: replace(one, replaced=_sha256_at(folder / path)) for path, one in new.items()}
        _write_manifest(folder, there, about)
        for path in gone - formats.keys():
            (folder / path).unlink(missing_ok=True)
        for path in sorted(formats):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / _STAGE / path).replace(folder / path)
        _write_manifest(folder, kept | new, about)
        shutil.rmtree(folder / _STAGE)
    except OSError as error:
        raise GuideError(
            f"expected to write the guide into {folder}, but got: {error.strerror or error}; mend that, and build again"
        ) from None
    _remove_empty_folders(folder)
    return [folder / path for path in sorted(formats)]


def _stage(built: Path, folder: Path, paths: Iterable[str]) -> None:
    """Bring new files next to their places: from there they are moved whole, also out of another file system."""
    stage = folder / _STAGE
    shutil.rmtree(stage, ignore_errors=True)  # of a build that was ended
    for path in sorted(paths):
        (stage / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(built / path, stage / path)


def _write_manifest(folder: Path, files: Mapping[str, Generated], about: Mapping[str, Any]) -> None:
    """Replace the manifest as a whole."""
    listed = {path: _fields(files[path]) for path in sorted(files)}
    document = {"made_by": _MADE_BY, **about, "files": listed}
    new = folder / _STAGE / MANIFEST
    new.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    new.replace(folder / MANIFEST)


def _fields(one: Generated) -> dict[str, str]:
    return {name: value for name, value in asdict(one).items() if value is not None}


def sha256_of(file: Path) -> str:
    """The checksum of a file, as the manifest has it."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _sha256_at(file: Path) -> str | None:
    return sha256_of(file) if file.exists() else None


def _check(folder: Path, path: str, earlier: Generated | None) -> None:
    file = folder / path
    if not file.exists():
        return
    if earlier is None:
        raise GuideError(
            f"expected no file {file}, since the guide has one of that name, but there is one; move it away"
        )
    if sha256_of(file) not in {earlier.sha256, earlier.replaced}:
        raise GuideError(
            f"expected {file} to be as it was built, but it was changed by hand; move it away, and put what you want "
            "to say into the guide's file"
        )


def _remove_empty_folders(folder: Path) -> None:
    for each in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(each.iterdir()):
            each.rmdir()
