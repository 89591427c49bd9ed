"""A guide as one HTML page that holds all it shows: style, script, fonts and pictures."""

from pathlib import Path

from eulogin_harness.guide.formats import Tools
from eulogin_harness.guide.formats.encoding import address, dark
from eulogin_harness.guide.formats.rendering import rendered
from eulogin_harness.guide_text.content import Content, Step

_BESIDE = 460  # CSS pixels: a picture up to this width stands beside its sentence where the window is wide


def write(content: Content, folder: Path, tools: Tools) -> list[Path]:
    """Write `<name>.html` into the folder; this file."""
    page = rendered(
        "page.html",
        content,
        tools,
        sections=_sections(content),
        layout=_layout,
        dark=dark,
        picture_address=lambda file: address(file.read_bytes()),
    )
    file = folder / f"{content.name}.html"
    file.write_text(page, encoding="utf-8", newline="\n")
    return [file]


def _sections(content: Content) -> list[tuple[str, str]]:
    words = content.words
    sections = [
        ("troubles", words.troubles, content.troubles),
        ("glossary", words.glossary, content.glossary),
        ("contact", words.contact, content.contact),
    ]
    return [(name, title) for name, title, parts in sections if parts]


def _layout(step: Step) -> str:
    return "beside" if step.picture and step.picture.width <= _BESIDE else "below"
