"""Files of guides: found by name, read, checked, and made into sentences of a language."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from eulogin_harness.guide_text.catalogue import languages
from eulogin_harness.guide_text.content import Chapter, Content, Entry, Picture, Sentence, Step, Theme, plain
from eulogin_harness.guide_text.document import (
    EXPECTED,
    ChapterText,
    EntryText,
    GuideFile,
    StepText,
    Text,
    place_of,
    step_name,
)
from eulogin_harness.guide_text.errors import GuideError
from eulogin_harness.guide_text.sentences import Speaker, in_language
from eulogin_harness.guide_text.words import words
from mock_world.file_input import read_file
from mock_world.fixtures import FOLDER
from mock_world.yaml_input import load_yaml

SHIPPED = FOLDER / "guides"
OWN = Path("guides")
_LARGEST = 500_000  # bytes
_SHOWN = 60  # characters of a wrong value


_Model = TypeVar("_Model", bound=BaseModel)


def names() -> list[str]:
    """Guides that can be built here: those in the folder `guides`, and those that are shipped."""
    return sorted({file.stem for folder in (OWN, SHIPPED) for file in folder.glob("*.yaml")})


def file_of(name: str) -> Path:
    """The file of a guide, by its name or its path. Raises GuideError."""
    if name.endswith((".yaml", ".yml")):
        return Path(name)
    for folder in (OWN, SHIPPED):
        if (file := folder / f"{name}.yaml").is_file():
            return file
    raise GuideError(
        f"expected one of the guides {', '.join(names())}, but got {name!r}; `guide new {name}` begins one, and a file "
        "elsewhere is named with its path"
    )


def read(file: Path) -> GuideFile:
    """The guide of a file. Raises GuideError, a line for each mistake."""
    return read_as(GuideFile, file)


def read_as(model: type[_Model], file: Path) -> _Model:
    """What a file in YAML says. Raises GuideError, a line for each mistake."""
    try:
        content = read_file(file, _LARGEST)
    except OSError as error:
        raise GuideError(f"{file}: expected a file that can be read, but got: {error.strerror}") from None
    try:
        document = load_yaml(content.decode())
        return model.model_validate(document)
    except UnicodeDecodeError:
        raise GuideError(f"{file}: expected UTF-8, but got other bytes; save the file as UTF-8") from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or type(error).__name__
        raise GuideError(f"{file}:{mark.line + 1 if mark else 1}: expected YAML, but got: {problem}") from None
    except ValidationError as error:
        raise GuideError("\n".join(f"{file}: {line}" for line in _mistakes(document, error))) from None


def _mistakes(document: object, error: ValidationError) -> Iterator[str]:
    for item in error.errors(include_url=False):
        if item["type"] == "model_type" and not item["loc"]:
            yield f"expected fields with their values; got {str(item['input'])[:_SHOWN]!r}"
            continue
        place = ".".join(str(part) for part in item["loc"] if part not in {"str", "dict[str,str]", "function-after"})
        at = _step_at(document, item["loc"])
        if item["type"] == "extra_forbidden":
            yield f"{place}{at}: there is no such name; docs/guides.md lists them"
        elif item["type"] == "missing":
            yield f"{place}{at}: expected a value, but got nothing"
        else:
            known = EXPECTED.get(item.get("ctx", {}).get("pattern", ""))
            message = known or item["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
            yield f"{place}{at}: expected {message}; got {str(item['input'])[:_SHOWN]!r}"


def _step_at(document: object, place: tuple[int | str, ...]) -> str:
    """Chapter and step of a place, in words."""
    named: list[str] = []
    for part in place:
        try:
            document = document[part]  # type: ignore[index]  # what is no container ends the walk
        except (TypeError, LookupError):
            break
        if isinstance(document, dict) and isinstance(name := document.get("do") or document.get("name"), str):
            named.append(name)
    return f" ({', '.join(named)})" if named else ""


def values(guide: GuideFile, speaker_language: str) -> dict[str, str]:
    """What stands for `{name}` in sentences."""
    return {
        "network.name": guide.network.name,
        "network.code": guide.network.code,
        "helpdesk.name": guide.helpdesk.name,
        "helpdesk.email": guide.helpdesk.email,
        "helpdesk.hours": in_language(guide.helpdesk.hours, speaker_language),
        "person.first_name": guide.person.first_name,
        "person.last_name": guide.person.last_name,
        "person.email": guide.person.email,
        "hospital.name": guide.hospital.name,
        **({"application.name": guide.application.name} if guide.application else {}),
        **{f"address.{name}": address for name, address in guide.addresses.items()},
        **{f"chapter.{chapter.name}": str(number) for number, chapter in enumerate(guide.chapters, 1)},
    }


def check_language(language: str) -> None:
    """Raises GuideError for a language of which there is no catalogue of guides."""
    if language not in languages():
        raise GuideError(f"expected languages of {', '.join(languages())}, but got {language!r}")


def content_of(
    name: str,
    guide: GuideFile,
    language: str,
    folder: Path,
    pictures: Mapping[str, Picture],
    chapters: Collection[str] = (),
) -> tuple[Content, Speaker]:
    """A guide in one language, and who said it: what its catalogue lacks.

    folder: of the guide's file. pictures: of steps, by their names. chapters: names of those that are shown, numbered
    as in the whole guide; all where there is none. Raises GuideError.
    """
    from eulogin_harness.guide_text.dates import long_date

    check_language(language)
    speaker = Speaker(language, values(guide, language))
    say = speaker.line

    def sentences(texts: tuple[Text, ...], place: str) -> tuple[Sentence, ...]:
        return tuple(speaker.sentence(text, place) for text in texts)

    content = Content(
        name=name,
        language=language,
        title=say(guide.title, "title"),
        subtitle=say(guide.subtitle, "subtitle"),
        day=guide.day,
        date_text=long_date(guide.day, language),
        version=guide.version,
        introduction=sentences(guide.introduction, "introduction"),
        needs=sentences(guide.needs, "needs"),
        chapters=tuple(
            _chapter(speaker, number, each, pictures)
            for number, each in enumerate(guide.chapters, 1)
            if not chapters or each.name in chapters
        ),
        troubles=_entries(speaker, guide.troubles, "troubles"),
        glossary=_entries(speaker, guide.glossary, "glossary"),
        contact=sentences(guide.contact, "contact"),
        imprint=speaker.sentence(guide.imprint, "imprint"),
        words=words(language, guide.version),
        theme=replace(Theme(), primary=guide.network.primary, accent=guide.network.accent),
        logo=folder / guide.network.logo if guide.network.logo else None,
        network=guide.network.name,
    )
    return content, speaker


def _chapter(speaker: Speaker, number: int, chapter: ChapterText, pictures: Mapping[str, Picture]) -> Chapter:
    place = f"chapter {chapter.name}"
    return Chapter(
        name=chapter.name,
        number=number,
        title=speaker.line(chapter.title, place),
        introduction=tuple(speaker.sentence(text, place) for text in chapter.introduction),
        steps=tuple(_step(speaker, chapter, count, step, pictures) for count, step in enumerate(chapter.steps, 1)),
    )


def _step(speaker: Speaker, chapter: ChapterText, number: int, step: StepText, pictures: Mapping[str, Picture]) -> Step:
    name, place = step_name(chapter, number, step), place_of(chapter, number, step)
    sentence = speaker.sentence(step.text, place)
    picture = pictures.get(name) if step.picture is not False else None
    if picture is not None:
        alt = speaker.line(step.alt, place) if step.alt else plain(sentence)
        caption = speaker.sentence(step.caption, place) if step.caption else ()
        picture = replace(picture, alt=alt, caption=caption)
    return Step(name, number, sentence, speaker.sentence(step.note, place) if step.note else (), picture)


def _entries(speaker: Speaker, entries: tuple[EntryText, ...], place: str) -> tuple[Entry, ...]:
    return tuple(Entry(speaker.line(each.term, place), speaker.sentence(each.meaning, place)) for each in entries)


def texts(document: Mapping[str, Any]) -> Iterator[str]:
    """Every English text of a guide's file that a catalogue translates."""
    guide = GuideFile.model_validate(document)
    yield from _texts_around(guide)
    for chapter in guide.chapters:
        yield from _plain(chapter.title, *chapter.introduction)
        for step in chapter.steps:
            yield from _plain(step.text, step.note, step.caption, step.alt)


def _texts_around(guide: GuideFile) -> Iterator[str]:
    yield from _plain(guide.title, guide.subtitle, *guide.introduction, *guide.needs, guide.helpdesk.hours)
    yield from _plain(guide.person.specialty)
    for entry in (*guide.troubles, *guide.glossary):
        yield from _plain(entry.term, entry.meaning)
    yield from _plain(*guide.contact, guide.imprint)


def _plain(*several: Text | None) -> Iterator[str]:
    return (text for text in several if isinstance(text, str) and text)
