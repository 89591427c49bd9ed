"""A guide in one language, ready to be rendered: sentences with their labels and links, and pictures.

Each format is made of this alone: it translates nothing and draws nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

PRINT = 0.1775  # millimetres of paper for a CSS pixel: text of 16 pixels has 8 points, a card of 450 pixels 80 mm
WIDEST = 165.0  # millimetres between the margins of a page
HIGHEST = 190.0  # millimetres of a picture: its sentence, note and caption stand on the same page
_POINT = 25.4 / 72  # millimetres


@dataclass(frozen=True)
class Run:
    """A part of a sentence. bold: it is the label of a button or field. address: it is a link that leads there."""

    text: str
    bold: bool = False
    address: str = ""


Sentence = tuple[Run, ...]


def plain(sentence: Sentence) -> str:
    """A sentence without its marks."""
    return "".join(run.text for run in sentence)


@dataclass(frozen=True)
class Picture:
    """What a step shows: its marks and frames are drawn.

    name: that of its step, and of its files. file: PNG, two pixels for a CSS pixel. width, height: CSS pixels, and
    letters, those of its smallest text, 0 where that is not known.
    """

    name: str
    file: Path
    width: int
    height: int
    alt: str
    caption: Sentence = ()
    letters: float = 0

    @property
    def millimetres(self) -> float:
        """Width in print, in every format that is printed."""
        return min(self.width * PRINT, WIDEST, HIGHEST * self.width / self.height)

    @property
    def points(self) -> float:
        """Size of its smallest text in print; 0 where that is not known."""
        return self.letters * self.millimetres / self.width / _POINT


@dataclass(frozen=True)
class Step:
    """One thing to do, or to see. number: within its chapter, from 1. note: a remark below."""

    name: str
    number: int
    sentence: Sentence
    note: Sentence = ()
    picture: Picture | None = None


@dataclass(frozen=True)
class Chapter:
    """Steps of one subject. number: from 1."""

    name: str
    number: int
    title: str
    introduction: tuple[Sentence, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Entry:
    """A question and its answer, or a term and what it means."""

    term: str
    meaning: Sentence


@dataclass(frozen=True)
class Words:
    """What stands around the steps, in the guide's language.

    `{number}` in chapter, step and page, and `{pages}` in page, are filled in by formats.
    """

    contents: str
    chapter: str
    step: str
    note: str
    search: str
    nothing_found: str
    needs: str
    troubles: str
    glossary: str
    contact: str
    imprint: str
    version: str
    back_to_contents: str
    page: str


@dataclass(frozen=True)
class Theme:
    """How all formats look. Colours as `#rrggbb`; fonts by name, the first that is there counts."""

    primary: str = "#0e5a6b"
    accent: str = "#c2410c"
    text: str = "#1b2733"
    ground: str = "#ffffff"
    fonts: tuple[str, ...] = ("Source Sans Pro", "Segoe UI", "Helvetica", "Arial", "sans-serif")


@dataclass(frozen=True)
class Content:
    """A guide in one language.

    date_text: the date as people of the language write it. day: of the guide, not of the build: files that carry a
    date carry this one. logo: PNG, JPEG or SVG of the network, where there is one. network: who publishes it.
    """

    name: str
    language: str
    title: str
    subtitle: str
    day: date
    date_text: str
    version: str
    introduction: tuple[Sentence, ...]
    needs: tuple[Sentence, ...]
    chapters: tuple[Chapter, ...]
    troubles: tuple[Entry, ...]
    glossary: tuple[Entry, ...]
    contact: tuple[Sentence, ...]
    imprint: Sentence
    words: Words
    theme: Theme = field(default_factory=Theme)
    logo: Path | None = None
    network: str = ""

    @property
    def steps(self) -> Iterator[tuple[Chapter, Step]]:
        """Every step, with its chapter."""
        return ((chapter, step) for chapter in self.chapters for step in chapter.steps)
