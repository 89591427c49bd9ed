"""A guide as Markdown: a README, a file a chapter and a folder of pictures, as GitHub shows them."""

import html
import re
import shutil
from pathlib import Path
from urllib.parse import quote

from eulogin_harness.guide.formats import Tools
from eulogin_harness.guide.formats.encoding import dark, pictures
from eulogin_harness.guide_text.content import Chapter, Content, Entry, Picture, Run, Sentence, Step, Words

PICTURES = "pictures"
_SPECIAL = re.compile(r"[\\`*_\[\]<#~$]|&(?=#?\w+;)")
_AT_START = re.compile(r"^(\d*)(?=[.)](\s|$)|(?<!\d)[-+=>])")  # of a list, a quotation, the line below a heading
_OF_ADDRESSES = "/:?#[]@!$&'*+,;=%~"  # characters that stay as they are
_DASH = " \N{EN DASH} "
_MARKER = 4  # columns of "10. "; a single digit is padded, since some readers of Markdown want four


def write(content: Content, folder: Path, tools: Tools) -> list[Path]:  # noqa: ARG001 - what all formats take
    """Write README.md, `<chapter>.md` and `pictures/<picture>.png` into the folder; these files.

    Files are called by the names of chapters and pictures, so that one that is inserted moves no other.
    """
    (folder / PICTURES).mkdir(parents=True, exist_ok=True)
    texts = {"README.md": _readme(content)}
    texts |= {f"{chapter.name}.md": _chapter(content, chapter) for chapter in content.chapters}
    written = []
    for name, blocks in texts.items():
        written.append(folder / name)
        written[-1].write_text("\n\n".join(filter(None, blocks)) + "\n", encoding="utf-8", newline="\n")
    for picture in pictures(content):
        for file in filter(None, (picture.file, dark(picture))):
            end = file.name.removeprefix(picture.file.stem)
            written.append(folder / PICTURES / f"{picture.name}{end}")
            shutil.copyfile(file, written[-1])
    return written


def _readme(content: Content) -> list[str]:
    words = content.words
    return [
        f"# {_escaped(content.title)}",
        _start(_escaped(content.subtitle)),
        f"*{_escaped(content.date_text)} · {_escaped(words.version)}*",
        *map(_paragraph, content.introduction),
        *_section(words.needs, [_bullets(content.needs)] if content.needs else []),
        *_section(words.contents, ["\n".join(_entry_of_contents(chapter) for chapter in content.chapters)]),
        *_section(words.troubles, _troubles(content.troubles)),
        *_section(words.glossary, ["\n".join(map(_term, content.glossary))] if content.glossary else []),
        *_section(words.contact, list(map(_paragraph, content.contact))),
        "---",
        _paragraph(content.imprint),
    ]


def _section(title: str, blocks: list[str]) -> list[str]:
    return [f"## {_escaped(title)}", *blocks] if blocks else []


def _entry_of_contents(chapter: Chapter) -> str:
    return f"{_marker(chapter.number)}[{_escaped(chapter.title)}]({chapter.name}.md)"


def _bullets(sentences: tuple[Sentence, ...]) -> str:
    return "\n".join(f"- {_paragraph(sentence)}" for sentence in sentences)


def _troubles(entries: tuple[Entry, ...]) -> list[str]:
    return [block for entry in entries for block in (f"### {_escaped(entry.term)}", _paragraph(entry.meaning))]


def _term(entry: Entry) -> str:
    return f"- {_bold(entry.term)}{_DASH}{_inline(entry.meaning)}"


def _chapter(content: Content, chapter: Chapter) -> list[str]:
    return [
        f"# {chapter.number}. {_escaped(chapter.title)}",
        *map(_paragraph, chapter.introduction),
        *(block for step in chapter.steps for block in _step(step, content.words)),
        "---",
        _neighbours(content, chapter),
    ]


def _step(step: Step, words: Words) -> list[str]:
    """A list item and what belongs to it, indented by the width of its marker: else the list would begin again."""
    marker = _marker(step.number)
    inside = _note(step.note, words) if step.note else []
    if step.picture:
        inside += [_image(step.picture), _inline(step.picture.caption) and f"*{_inline(step.picture.caption)}*"]
    indent = " " * len(marker)
    return [marker + _paragraph(step.sentence), *(_indented(block, indent) for block in inside if block)]


def _marker(number: int) -> str:
    return f"{number}. ".ljust(_MARKER)


def _indented(block: str, indent: str) -> str:
    return "\n".join(indent + line for line in block.splitlines())


def _note(note: Sentence, words: Words) -> list[str]:
    return [f"> {_bold(words.note)}\n>\n> {_paragraph(note)}"]


def _image(picture: Picture) -> str:
    # By its tag, since Markdown's own would show two pixels of a picture as two of the page.
    place = f"{PICTURES}/{quote(picture.name)}"
    image = f'<img src="{place}.png" width="{picture.width}" alt="{html.escape(picture.alt)}">'
    if dark(picture) is None:
        return image
    source = f'<source media="(prefers-color-scheme: dark)" srcset="{place}.dark.png">'
    return f"<picture>{source}{image}</picture>"


def _neighbours(content: Content, chapter: Chapter) -> str:
    place = content.chapters.index(chapter)
    before, after = content.chapters[:place][-1:], content.chapters[place + 1 :][:1]
    links = [f"← [{each.number}. {_escaped(each.title)}]({each.name}.md)" for each in before]
    links.append(f"[{_escaped(content.words.back_to_contents)}](README.md)")
    links += [f"[{each.number}. {_escaped(each.title)}]({each.name}.md) →" for each in after]
    return " · ".join(links)


def _paragraph(sentence: Sentence) -> str:
    return _start(_inline(sentence))


def _start(text: str) -> str:
    return _AT_START.sub(r"\1\\", text)


def _inline(sentence: Sentence) -> str:
    texts = [run.text for run in sentence]
    return "".join(map(_run, sentence, ["", *texts], [*texts[1:], ""]))


def _run(run: Run, before: str, after: str) -> str:
    text = _bold(run.text, before, after) if run.bold else _escaped(run.text)
    return f"[{text}]({quote(run.address, safe=_OF_ADDRESSES)})" if run.address else text


def _bold(text: str, before: str = "", after: str = "") -> str:
    """Bold by stars, or by a tag where stars would be shown: between a letter and a sign."""
    inner = text.strip()
    if not inner:
        return text
    opens = inner[0].isalnum() or not before[-1:].isalnum()
    closes = inner[-1].isalnum() or not after[:1].isalnum()
    marked = f"**{_escaped(inner)}**" if opens and closes else f"<strong>{_escaped(inner)}</strong>"
    return text.replace(inner, marked, 1)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split("\n")))
