"""All pictures of a guide on one sheet, in each language and on each device: to look at everything at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from eulogin_harness.guide.formats import Tools
from eulogin_harness.guide.formats.encoding import address, dark, half
from eulogin_harness.guide.formats.rendering import rendered
from eulogin_harness.guide_text.content import Chapter, Content, Picture, Step, plain

Key = tuple[str, str]
"""Language and device."""

_WIDTH = 1600  # CSS pixels of the contact sheet of one guide
_SENTENCES, _COLUMN = 310, 340  # of several
_HEIGHT = 220  # of a picture on it
_HIGHEST = 12_000  # of all rows together: Chromium draws no picture of more than 16384 pixels


@dataclass(frozen=True)
class _Shown:
    """A picture on the sheet. id: by which it is enlarged."""

    id: str
    address: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class _Cell:
    pictures: list[_Shown]


@dataclass
class _Row:
    number: int
    sentence: str
    steps: dict[Key, Step] = field(default_factory=dict)
    cells: list[_Cell] = field(default_factory=list)


@dataclass(frozen=True)
class _Group:
    name: str
    number: int
    title: str
    rows: list[_Row]


def write(content: Content, folder: Path, tools: Tools) -> list[Path]:
    """Write `overview.html` and `overview.png` of one guide into the folder; these files."""
    return write_all({(content.language, ""): content}, folder, tools)


def write_all(contents: Mapping[Key, Content], folder: Path, tools: Tools) -> list[Path]:
    """Write `overview.html`, which holds all pictures, and the contact sheet `overview.png`; these files.

    contents: a guide by language and device, each a column of the sheet; steps are its rows. One alone is shown as a
    grid. Raises ValueError where there is none.
    """
    if not contents:
        raise ValueError("expected at least one guide, but got none")
    groups = list(_groups(contents))
    rows = sum(len(group.rows) for group in groups)
    page = rendered(
        "overview.html",
        next(iter(contents.values())),
        tools,
        columns=[" · ".join(filter(None, key)) for key in contents],
        chapters=groups,
        height=_HEIGHT if len(contents) == 1 else min(_HEIGHT, _HIGHEST // max(rows, 1)),
    )
    html, sheet = folder / "overview.html", folder / "overview.png"
    html.write_text(page, encoding="utf-8", newline="\n")
    _draw(html, sheet, _WIDTH if len(contents) == 1 else _SENTENCES + _COLUMN * len(contents), tools)
    return [html, sheet]


def _groups(contents: Mapping[Key, Content]) -> Iterator[_Group]:
    rows: dict[str, dict[str, _Row]] = {}
    chapters: dict[str, Chapter] = {}
    for key, content in contents.items():
        for chapter, step in content.steps:
            chapters.setdefault(chapter.name, chapter)
            row = rows.setdefault(chapter.name, {}).setdefault(step.name, _Row(step.number, plain(step.sentence)))
            row.steps[key] = step
    for name, steps in rows.items():
        for step_name, row in steps.items():
            for column, key in enumerate(contents, 1):
                row.cells.append(_Cell(list(_shown(row.steps.get(key), f"{name}.{step_name}.{column}"))))
        yield _Group(name, chapters[name].number, chapters[name].title, list(steps.values()))


def _shown(step: Step | None, name: str) -> Iterator[_Shown]:
    if step is not None and (picture := step.picture) is not None:
        for file, end in ((picture.file, ""), (dark(picture), ".dark")):
            if file is not None:
                yield _picture(picture, file, name + end)


def _picture(picture: Picture, file: Path, name: str) -> _Shown:
    return _Shown(name, address(half(file.read_bytes())), picture.width, picture.height, picture.alt)


def _draw(html: Path, file: Path, width: int, tools: Tools) -> None:
    page = tools.browser.new_page(viewport={"width": width, "height": 800}, color_scheme="light")
    try:
        page.goto(html.absolute().as_uri())
        page.evaluate("Promise.all([document.fonts.ready, ...[...document.images].map((image) => image.decode())])")
        page.screenshot(path=file, full_page=True, animations="disabled")
    finally:
        page.close()
