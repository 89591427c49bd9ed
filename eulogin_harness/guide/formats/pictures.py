"""The pictures of a guide alone, in two sizes and two kinds, with a list that says what they show."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from eulogin_harness.guide.formats import Tools
from eulogin_harness.guide.formats.encoding import dark, half, pictures, webp
from eulogin_harness.guide_text.content import Chapter, Content, Picture, Step, plain

LIST = "pictures.json"  # manifest.json is the name of that of the whole folder


def write(content: Content, folder: Path, tools: Tools) -> list[Path]:
    """Write `<picture>.png` and `.webp` with two pixels for a CSS pixel, `.1x.png` and `.1x.webp` with one.

    Those for dark screens, where they are there, are called `<picture>.dark.png` and so on. `pictures.json` beside them
    says of each step that has a picture what it shows. Returns these files.
    """
    files = {picture.name: dict(_files(picture)) for picture in pictures(content)}
    written = {name: data for each in files.values() for name, data in each.items()}
    written[LIST] = json.dumps(_list(content, files, tools), ensure_ascii=False, indent=2).encode() + b"\n"
    for name, data in written.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in written]


def _files(picture: Picture) -> Iterator[tuple[str, bytes]]:
    for file, name in ((picture.file, picture.name), (dark(picture), f"{picture.name}.dark")):
        if file is not None:
            png = file.read_bytes()
            yield f"{name}.png", png
            yield f"{name}.webp", webp(png)
            yield f"{name}.1x.png", half(png)
            yield f"{name}.1x.webp", webp(half(png))


def _list(content: Content, files: dict[str, dict[str, bytes]], tools: Tools) -> dict[str, object]:
    return {
        "guide": content.name,
        "language": content.language,
        "version": content.version,
        "browser": f"{tools.browser.browser_type.name} {tools.browser.version}",
        "pictures": [
            _entry(chapter, step, step.picture, files[step.picture.name])
            for chapter, step in content.steps
            if step.picture
        ],
    }


def _entry(chapter: Chapter, step: Step, picture: Picture, files: dict[str, bytes]) -> dict[str, object]:
    """What a picture shows; width and height in CSS pixels."""
    return {
        "step": step.name,
        "chapter": chapter.name,
        "number": step.number,
        "sentence": plain(step.sentence),
        "alt": picture.alt,
        "width": picture.width,
        "height": picture.height,
        "files": {name: sha256(data).hexdigest() for name, data in files.items()},
    }
