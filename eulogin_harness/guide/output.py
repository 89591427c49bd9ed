"""The folder of a built guide: what was generated is listed in a manifest, everything else is the writer's."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eulogin_harness.guide.errors import GuideError

MANIFEST = "manifest.json"
_MADE_BY = "eulogin-harness guide build"


@dataclass(frozen=True)
class Generated:
    """A file of an earlier build. format: which one made it."""

    sha256: str
    format: str


def generated(folder: Path) -> dict[str, Generated]:
    """The files that an earlier build left in a folder, by their paths in it; none in a new one, and
    in one that holds nothing but guides in folders of their own.

    Raises GuideError where the folder is not ours.
    """
    file = folder / MANIFEST
    if not file.exists():
        if folder.is_dir() and any(not (each / MANIFEST).is_file() for each in folder.iterdir()):
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


def put(built: Path, folder: Path, formats: Mapping[str, str], about: Mapping[str, Any]) -> list[Path]:
    """Move what was built into its folder, in place of what an earlier build left of the same formats.

    built: a folder with the new files. formats: by the path of each new file in it. about: what the manifest says
    besides. Raises GuideError, before anything is changed, where a file of the writer's would be lost.
    """
    earlier = generated(folder)
    gone = {path for path, one in earlier.items() if one.format in set(formats.values())}
    for path in sorted(gone | formats.keys()):
        _check(folder, path, earlier.get(path))
    for path in gone - formats.keys():
        (folder / path).unlink(missing_ok=True)
    files = {path: one for path, one in earlier.items() if path not in gone}
    for path in sorted(formats):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(built / path, folder / path)
        files[path] = Generated(sha256_of(folder / path), formats[path])
    _remove_empty_folders(folder)
    listed = {path: {"sha256": files[path].sha256, "format": files[path].format} for path in sorted(files)}
    document = {"made_by": _MADE_BY, **about, "files": listed}
    (folder / MANIFEST).write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return [folder / path for path in sorted(formats)]


def sha256_of(file: Path) -> str:
    """The checksum of a file, as the manifest has it."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _check(folder: Path, path: str, earlier: Generated | None) -> None:
    file = folder / path
    if not file.exists():
        return
    if earlier is None:
        raise GuideError(
            f"expected no file {file}, since the guide has one of that name, but there is one; move it away"
        )
    if sha256_of(file) != earlier.sha256:
        raise GuideError(
            f"expected {file} to be as it was built, but it was changed by hand; move it away, and put what you want "
            "to say into the guide's file"
        )


def _remove_empty_folders(folder: Path) -> None:
    for each in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(each.iterdir()):
            each.rmdir()
