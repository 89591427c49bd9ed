"""The pictures of a guide alone."""

import json
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from eulogin_harness.guide.formats import FORMATS, Tools
from eulogin_harness.guide.formats.encoding import half, webp
from eulogin_harness.guide_text.content import Content


def written(content: Content, folder: Path, tools: Tools) -> tuple[dict[str, bytes], dict[str, Any]]:
    files = {file.name: file.read_bytes() for file in FORMATS["pictures"](content, folder, tools)}
    return files, json.loads(files.pop("pictures.json"))


def test_each_picture_is_there_in_two_sizes_and_kinds(content: Content, tmp_path: Path, tools: Tools) -> None:
    files, _ = written(content, tmp_path, tools)
    assert len(files) == (6 + 1) * 4
    for name, size in {"app.open": (820, 1730), "app.open.1x": (410, 865), "app.open.dark": (820, 1730)}.items():
        for kind in ("PNG", "WEBP"):
            image = Image.open(BytesIO(files[f"{name}.{kind.lower()}"]))
            assert (image.format, image.size) == (kind, size)


def test_webp_loses_nothing(content: Content, tmp_path: Path, tools: Tools) -> None:
    files, _ = written(content, tmp_path, tools)
    png, small = (Image.open(BytesIO(files[f"app.pin.{kind}"])).convert("RGB") for kind in ("png", "webp"))
    assert ImageChops.difference(png, small).getbbox() is None
    assert len(files["app.pin.webp"]) < len(files["app.pin.png"])


def test_the_list_says_what_each_picture_shows_and_how_its_files_can_be_checked(
    content: Content, tmp_path: Path, tools: Tools
) -> None:
    files, listed = written(content, tmp_path, tools)
    assert (listed["language"], listed["browser"]) == ("fr", "chromium 156.0")
    entry = listed["pictures"][1]
    assert entry["step"] == "app.open"
    assert entry["chapter"] == "app"
    assert entry["sentence"] == "Ouvrez l'écran : app.open"
    assert entry["alt"] == "L'écran « app.open »"
    assert (entry["width"], entry["height"]) == (410, 865)
    sums = {name: checksum for each in listed["pictures"] for name, checksum in each["files"].items()}
    assert sums == {name: sha256(data).hexdigest() for name, data in files.items()}


def test_files_are_alike_to_the_byte(content: Content, tmp_path: Path, tools: Tools) -> None:
    before = written(content, tmp_path, tools)
    half.cache_clear()
    webp.cache_clear()
    assert written(content, tmp_path, tools) == before


def test_a_picture_of_several_steps_is_written_once_and_listed_for_each(
    content: Content, tmp_path: Path, tools: Tools
) -> None:
    first, second = content.chapters
    again = replace(second.steps[5], picture=second.steps[0].picture)
    files, listed = written(
        replace(content, chapters=(first, replace(second, steps=(*second.steps, again)))), tmp_path, tools
    )
    assert len(files) == 28
    assert [entry["step"] for entry in listed["pictures"]][-1] == "app.text-0"


def test_a_picture_with_a_palette_can_be_made_smaller() -> None:
    drawn = BytesIO()
    Image.new("RGB", (5, 4), "#0e5a6b").quantize(4).save(drawn, "PNG")
    small = Image.open(BytesIO(half(drawn.getvalue())))
    assert (small.size, small.convert("RGB").getpixel((0, 0))) == ((3, 2), (0x0E, 0x5A, 0x6B))
