"""The illustrated guide as Markdown with pictures: one file a chapter, in the guide's order, in one language."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mock_world.i18n import DEFAULT, N_, translations

_PICTURES = "pictures"
_ALL = N_("All chapters")
_HEAD = N_("""# From no account to CPMS 2.0, step by step

Two things are needed to use CPMS 2.0: an EU Login account with a second factor (chapters 1 to 3), and access that a
network's helpdesk grants (chapters 4 and 5). Chapter 6 helps those who do not know whether their hospital is a member,
chapter 7 shows the app screen by screen.

This guide is made by walking the path in a browser, against the mock: `make guide` makes it anew.
All people, addresses and codes in it are invented. The order of the steps is that of the onboarding guide for
CPMS 2.0; sentences and pictures are our own. What stands on the CPMS pages is largely invented, since the real
forms are not public: steps on them say so.
""")


@dataclass
class Step:
    """A sentence, a remark, and the name of its picture where it has one."""

    text: str
    note: str
    picture: str | None


@dataclass
class Chapter:
    """A chapter in the making: the steps of one scenario."""

    number: int
    title: str
    steps: list[Step] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        words = re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")
        return f"{self.number}-{words}"

    def add(self, text: str, note: str, picture: bytes | None) -> None:
        """A step at the chapter's end; `picture` is a PNG."""
        name = f"{self.slug}-{len(self.steps) + 1:02}.png" if picture else None
        if name and picture:
            self.pictures[name] = picture
        self.steps.append(Step(text, note, name))

    def markdown(self, say: Callable[[str], str]) -> str:
        """The chapter's file. `say` translates."""
        lines = [f"# {self.number}. {say(self.title)}", ""]
        for number, step in enumerate(self.steps, 1):
            lines += [f"{number}. {say(step.text)}", ""]
            if step.picture:
                lines += [f"    ![{say(step.text)}]({_PICTURES}/{step.picture})", ""]
            if step.note:
                lines += [f"    *{say(step.note)}*", ""]
        return "\n".join([*lines, f"[{say(_ALL)}](README.md)", ""])


class Book:
    """All chapters of a run, told in English and written down in `language`; files are called alike in all of them."""

    def __init__(self, language: str = DEFAULT) -> None:
        self._say = translations(language).ugettext
        self._chapters: dict[int, Chapter] = {}

    def chapter(self, number: int, title: str) -> Chapter:
        """A new chapter. Raises ValueError where two scenarios claim the same number."""
        if number in self._chapters:
            raise ValueError(f"two scenarios tell chapter {number}: {self._chapters[number].title!r} and {title!r}")
        self._chapters[number] = Chapter(number, title)
        return self._chapters[number]

    def write(self, folder: Path, browser: str) -> list[Path]:
        """Write everything again into `folder` and say what was written. Raises OSError where that is not possible.

        browser: name and build, kept in `manifest.json`, since another build draws differently.
        """
        pictures = folder / _PICTURES
        shutil.rmtree(pictures, ignore_errors=True)
        pictures.mkdir(parents=True)
        for old in folder.glob("[0-9]*.md"):
            old.unlink()
        chapters = [self._chapters[number] for number in sorted(self._chapters)]
        contents = [f"{c.number}. [{self._say(c.title)}]({c.slug}.md)" for c in chapters]
        written = [_write(folder / "README.md", "\n".join([self._say(_HEAD), *contents, ""]))]
        written.append(_write(folder / "manifest.json", json.dumps({"browser": browser}, indent=2) + "\n"))
        for chapter in chapters:
            written.append(_write(folder / f"{chapter.slug}.md", chapter.markdown(self._say)))
            for name, picture in chapter.pictures.items():
                (pictures / name).write_bytes(picture)
                written.append(pictures / name)
        return written


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
