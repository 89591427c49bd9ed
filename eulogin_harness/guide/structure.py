"""What a built guide says and shows, as a file beside it: a later walk is compared with it (see `compare`)."""

from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from eulogin_harness.guide_text.content import Chapter, Content, Entry, Picture, Sentence, Step, plain

FORMATS = ("markdown", "pictures")  # those whose folder holds each picture as it was taken


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PictureOf(_Part):
    """The picture of a step. file: its path, from the folder of the structure. width, height: CSS pixels."""

    file: str
    width: int
    height: int


class StepOf(_Part):
    """A step. texts: by what they are; alt only where it is not the sentence."""

    name: str
    texts: dict[str, str]
    picture: PictureOf | None = None


class ChapterOf(_Part):
    """A chapter."""

    name: str
    texts: dict[str, str]
    steps: tuple[StepOf, ...]


class Structure(_Part):
    """A guide in one language. browser: what drew its pictures. texts: what stands around its chapters."""

    guide: str
    language: str
    device: str
    browser: str
    texts: dict[str, str]
    chapters: tuple[ChapterOf, ...]


def file_of(form: str) -> str:
    """The name of the file beside a guide of this format."""
    return f"structure.{form}.json"


def write(form: str, content: Content, folder: Path, *, device: str, browser: str) -> Path:
    """Write the structure of a guide beside it. folder: holds the guide in the format `form` already."""

    def relative(picture: Picture) -> str:
        data = picture.file.read_bytes()
        files = (file for file in folder.rglob(f"{picture.name}*.png") if file.read_bytes() == data)
        return next(files).relative_to(folder).as_posix()

    file = folder / file_of(form)
    structure = structure_of(content, relative, device=device, browser=browser)
    file.write_text(structure.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return file


def structure_of(content: Content, file: Callable[[Picture], str], *, device: str, browser: str) -> Structure:
    """The structure of a guide. file: says where a picture is."""
    return Structure(
        guide=content.name,
        language=content.language,
        device=device,
        browser=browser,
        texts=dict(_around(content)),
        chapters=tuple(_chapter(chapter, file) for chapter in content.chapters),
    )


def _around(content: Content) -> Iterator[tuple[str, str]]:
    yield "title", content.title
    yield "subtitle", content.subtitle
    yield "date", content.date_text
    yield "version", content.version
    yield "introduction", _joined(content.introduction)
    yield "needs", _joined(content.needs)
    yield from _entries("troubles", content.troubles)
    yield from _entries("glossary", content.glossary)
    yield "contact", _joined(content.contact)
    yield "imprint", marked(content.imprint)


def _entries(name: str, entries: tuple[Entry, ...]) -> Iterator[tuple[str, str]]:
    return ((f"{name}, {entry.term!r}", marked(entry.meaning)) for entry in entries)


def _chapter(chapter: Chapter, file: Callable[[Picture], str]) -> ChapterOf:
    texts = {"title": chapter.title, "introduction": _joined(chapter.introduction)}
    return ChapterOf(name=chapter.name, texts=texts, steps=tuple(_step(step, file) for step in chapter.steps))


def _step(step: Step, file: Callable[[Picture], str]) -> StepOf:
    texts = {"sentence": marked(step.sentence), "note": marked(step.note)}
    picture = step.picture
    if picture is None:
        return StepOf(name=step.name, texts=texts)
    texts["caption"] = marked(picture.caption)
    texts["alternative text"] = "" if picture.alt == plain(step.sentence) else picture.alt
    shape = PictureOf(file=file(picture), width=picture.width, height=picture.height)
    return StepOf(name=step.name, texts=texts, picture=shape)


def _joined(sentences: tuple[Sentence, ...]) -> str:
    return "\n".join(map(marked, sentences))


def marked(sentence: Sentence) -> str:
    """A sentence as text, with its labels between stars and its addresses."""
    texts = ((f"**{run.text}**" if run.bold else run.text, run.address) for run in sentence)
    return "".join(f"[{text}]({address})" if address else text for text, address in texts)
