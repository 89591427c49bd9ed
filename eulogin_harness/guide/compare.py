"""Compares what a guide says and shows today with what was built before: its baseline."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter

from eulogin_harness.guide.structure import PictureOf, StepOf, Structure
from eulogin_harness.guide_text.errors import GuideError

_FAINT = 0.75  # how much of a picture fades where the difference is shown
_SPREAD = 5  # pixels: a mark of a changed pixel is so wide that it is seen
_RED = (200, 0, 40)


@dataclass(frozen=True)
class Version:
    """A guide as it was built or walked. folder: from which the paths of its pictures count."""

    structure: Structure
    folder: Path

    def picture(self, picture: PictureOf) -> Image.Image:
        """A picture of it. Raises GuideError."""
        file = self.folder / picture.file
        try:
            with Image.open(file) as opened:
                return opened.convert("RGB")
        except OSError as error:
            reason = error.strerror or "it is no picture"
            raise GuideError(
                f"expected the picture {file} as it was built, but got: {reason}; build the guide again"
            ) from None


class Images(NamedTuple):
    """Before, after, and where the two are unlike, as PNG."""

    before: bytes
    after: bytes
    difference: bytes


@dataclass(frozen=True)
class Change:
    """Something that is no longer as it was. place: chapter and step. before, after: texts."""

    place: str
    what: str
    before: str = ""
    after: str = ""
    images: Images | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def changes(before: Version, after: Version) -> Iterator[Change]:
    """What changed, in the order of the guide. Pixels count only where both were drawn by the same browser."""
    old, new = before.structure, after.structure
    yield from _texts("guide", old.texts, new.texts)
    chapters = {chapter.name: chapter for chapter in old.chapters}
    yield from _order("chapter", [*chapters], [chapter.name for chapter in new.chapters])
    for chapter in new.chapters:
        if earlier := chapters.get(chapter.name):
            yield from _texts(f"chapter {chapter.name}", earlier.texts, chapter.texts)
    yield from _steps(before, after)


def _steps(before: Version, after: Version) -> Iterator[Change]:
    old, new = _by_name(before.structure), _by_name(after.structure)
    for name, (chapter, step) in old.items():
        if name not in new:
            yield Change(f"chapter {chapter}, step {name}", "the step is gone", before=step.texts["sentence"])
    moved = set(_moved(before.structure, after.structure))
    for name, (chapter, step) in new.items():
        place = f"chapter {chapter}, step {name}"
        if name not in old:
            yield Change(place, "the step is new", after=step.texts["sentence"])
            continue
        earlier_chapter, earlier = old[name]
        if earlier_chapter != chapter:
            yield Change(place, f"the step moved here from chapter {earlier_chapter}")
        elif name in moved:
            yield Change(place, "the step moved within its chapter")
        yield from _texts(place, earlier.texts, step.texts)
        yield from _pictures(place, before, after, earlier, step)


def _by_name(structure: Structure) -> dict[str, tuple[str, StepOf]]:
    return {step.name: (chapter.name, step) for chapter in structure.chapters for step in chapter.steps}


def _moved(before: Structure, after: Structure) -> Iterator[str]:
    """Steps that stand elsewhere in the same chapter."""
    chapters = {chapter.name: [step.name for step in chapter.steps] for chapter in before.chapters}
    for chapter in after.chapters:
        yield from _out_of_order(chapters.get(chapter.name, []), [step.name for step in chapter.steps])


def _order(kind: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    for names, others, what in ((before, after, "gone"), (after, before, "new")):
        yield from (Change(f"{kind} {name}", f"the {kind} is {what}") for name in names if name not in others)
    yield from (Change(f"{kind} {name}", f"the {kind} moved") for name in _out_of_order(before, after))


def _out_of_order(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Names that are in both, and have to be moved to get from one order to the other."""
    common = [name for name in before if name in after]
    blocks = SequenceMatcher(None, common, after, autojunk=False).get_matching_blocks()
    in_order = {name for block in blocks for name in common[block.a : block.a + block.size]}
    return [name for name in after if name in common and name not in in_order]


def _texts(place: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            what = "is gone" if not new else "is new" if not old else "changed"
            yield Change(place, f"its {name} {what}", old, new)


def _pictures(place: str, before: Version, after: Version, old: StepOf, new: StepOf) -> Iterator[Change]:
    if old.picture is None or new.picture is None:
        if old.picture != new.picture:
            yield Change(place, "it has a picture now" if new.picture else "it has no picture any more")
        return
    sizes = [f"{picture.width} x {picture.height}" for picture in (old.picture, new.picture)]
    if sizes[0] != sizes[1]:
        images = difference(before.picture(old.picture), after.picture(new.picture))[1]
        what = f"its picture changed from {sizes[0]} to {sizes[1]} CSS pixels"
        yield Change(place, what, images=images)
    elif before.structure.browser == after.structure.browser:
        pictures = before.picture(old.picture), after.picture(new.picture)
        count, images = difference(*pictures)
        if count:
            share = 100 * count / (pictures[1].width * pictures[1].height)
            what = f"its picture changed: {count} {'pixel' if count == 1 else 'pixels'}, {max(share, 0.01):.2f} %"
            yield Change(place, what, images=images)


def difference(before: Image.Image, after: Image.Image) -> tuple[int, Images | None]:
    """How many pixels of two pictures are unlike, and the pictures that show it; none where they are alike."""
    size = max(before.width, after.width), max(before.height, after.height)
    old, new = _on_paper(before, size), _on_paper(after, size)
    # A fourth channel: where only one of the two has a pixel, it counts as changed whatever its colour.
    channels = ImageChops.difference(old, new).split()
    largest = channels[0]
    for channel in channels[1:]:
        largest = ImageChops.lighter(largest, channel)
    changed = largest.point(lambda value: 255 if value else 0)
    count = changed.histogram()[255]
    if not count:
        return 0, None
    shown = Image.blend(new.convert("RGB"), Image.new("RGB", size, "#ffffff"), _FAINT)
    shown.paste(_RED, (0, 0), changed.filter(ImageFilter.MaxFilter(_SPREAD)))
    return count, Images(_png(before), _png(after), _png(shown))


def _on_paper(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    paper = Image.new("RGBA", size, (255, 255, 255, 0))
    paper.paste(picture.convert("RGBA"), (0, 0))
    return paper


def _png(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def differing_words(before: str, after: str) -> list[tuple[str, str]]:
    """A text and what became of it, in pieces: `equal`, `delete` and `insert`, each with its words."""
    old, new = _words(before), _words(after)
    pieces: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append((kind, "".join(old[a:b])))
            continue
        pieces += [("delete", "".join(old[a:b]))] if b > a else []
        pieces += [("insert", "".join(new[c:d]))] if d > c else []
    return pieces


def _words(text: str) -> list[str]:
    return [part for word in text.split(" ") for part in (word, " ")][:-1]
