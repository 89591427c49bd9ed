# mypy: untyped-calls-exclude=av
"""A film a chapter: each step's picture with its number and sentence, and subtitles, as MP4."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.subtitles.subtitle import SubtitleSet
from av.video.frame import PictureType
from babel.core import get_global
from PIL import Image

from eulogin_harness.guide.formats.colours import mix, on, readable
from eulogin_harness.guide.formats.drawing import draw_text, put_picture
from eulogin_harness.guide.formats.office import logo_image
from eulogin_harness.guide_text.content import Chapter, Content, Step, plain

if TYPE_CHECKING:
    from av.subtitles.stream import SubtitleStream

    from eulogin_harness.guide.formats import Tools

WIDTH, HEIGHT = 1280, 720
_PER_SECOND = 2  # frames: nothing moves
_LEAST, _WORD = 2.5, 0.3  # seconds of a card, and for each of its words
_PANEL = 448  # where the pictures' ground begins
_MILLISECOND = Fraction(1, 1000)
_H264 = {"preset": "veryfast", "tune": "stillimage", "crf": "20", "threads": "1", "x264-params": "colormatrix=bt709"}
# How subtitles look, as the encoder wants to be told.
_STYLE = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, BackColour, Alignment
Style: Default,Arial,16,&Hffffff,&H0,2

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
_LARGEST = 0.625  # of a picture that has two pixels for one of a page


@dataclass(frozen=True)
class _Card:
    """What is seen for a while, and said below as a subtitle. title: in the list of the film's parts."""

    image: Image.Image
    title: str
    note: str = ""

    @property
    def text(self) -> str:
        return "\n".join(part for part in (self.title, self.note) if part)

    @property
    def frames(self) -> int:
        return round((_LEAST + _WORD * len(self.text.split())) * _PER_SECOND)


def write(content: Content, folder: Path, tools: "Tools") -> list[Path]:
    """Write `<name>-<chapter>.mp4` and its subtitles as `.vtt` into `folder`, for each chapter. Raises OSError."""
    logo = logo_image(content, tools)
    mark = Image.open(BytesIO(logo)) if logo else None
    return [path for chapter in content.chapters for path in _write_chapter(content, chapter, mark, folder)]


def _write_chapter(content: Content, chapter: Chapter, logo: Image.Image | None, folder: Path) -> list[Path]:
    film = folder / f"{content.name}-{chapter.number:02}-{chapter.name}.mp4"
    cards = list(_cards(content, chapter, logo))
    _encode(film, cards, content, f"{chapter.number}. {chapter.title}")
    subtitles = film.with_suffix(".vtt")
    subtitles.write_text(_web_vtt(cards, content.language), encoding="utf-8", newline="\n")
    return [film, subtitles]


def _cards(content: Content, chapter: Chapter, logo: Image.Image | None) -> Iterator[_Card]:
    number = content.words.chapter.format(number=chapter.number)
    yield _Card(_title(content, chapter, number, logo), f"{number} · {chapter.title}")
    for step in chapter.steps:
        yield _Card(
            _frame(content, chapter, step), f"{chapter.number}.{step.number} {plain(step.sentence)}", plain(step.note)
        )


def _title(content: Content, chapter: Chapter, number: str, logo: Image.Image | None) -> Image.Image:
    theme = content.theme
    image = Image.new("RGB", (WIDTH, HEIGHT), theme.primary)
    light = on(theme.primary)
    draw_text(image, (96, 236, 1088, 60), number, 40, mix(theme.primary, light, 0.8), "Semibold")
    draw_text(image, (96, 296, 1088, 230), chapter.title, 64, light, "Bold")
    image.paste(theme.ground, (0, 568, WIDTH, HEIGHT))
    draw_text(image, (96, 624, 720, 60), content.title, 28, theme.text)
    if logo:
        put_picture(image, (904, 600, 280, 88), logo, 1)
    return image


def _frame(content: Content, chapter: Chapter, step: Step) -> Image.Image:
    theme = content.theme
    image = Image.new("RGB", (WIDTH, HEIGHT), theme.ground)
    left, right = (_PANEL, WIDTH) if step.picture else (WIDTH, WIDTH)
    image.paste(mix(theme.ground, theme.primary, 0.08), (left, 0, right, HEIGHT))
    width = left - 80
    draw_text(image, (40, 40, width, 60), chapter.title, 20, readable(theme.primary, theme.ground), "Semibold")
    draw_text(
        image, (40, 108, width, 80), f"{chapter.number}.{step.number}", 64, readable(theme.accent, theme.ground), "Bold"
    )
    below = draw_text(image, (40, 192, width, 270), plain(step.sentence), 34 if step.picture else 52, theme.text)
    if step.note:
        image.paste(theme.accent, (40, below + 32, 44, HEIGHT - 48))
        end = draw_text(image, (60, below + 28, width - 20, HEIGHT - below - 84), plain(step.note), 22, theme.text)
        image.paste(theme.ground, (40, end + 8, left, HEIGHT - 8))
    if step.picture:
        put_picture(image, (_PANEL + 24, 24, WIDTH - _PANEL - 48, HEIGHT - 56), Image.open(step.picture.file), _LARGEST)
    image.paste(theme.accent, (0, HEIGHT - 8, WIDTH * step.number // len(chapter.steps), HEIGHT))
    return image


def _encode(film: Path, cards: list[_Card], content: Content, title: str) -> None:
    """Write a film with subtitles in it, alike to the byte each time."""
    times = _times(cards)
    with av.open(str(film), "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
        container.metadata["title"] = title
        container.set_chapters(
            [
                {"id": number, "start": start, "end": end, "time_base": _MILLISECOND, "metadata": {"title": card.title}}
                for number, (card, (start, end)) in enumerate(zip(cards, times, strict=True))
            ]
        )
        video = container.add_stream("libx264", _PER_SECOND, _H264)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        subtitles = container.add_stream("mov_text")
        subtitles.codec_context.subtitle_header = _STYLE.encode()
        subtitles.codec_context.time_base = _MILLISECOND
        for stream in (video, subtitles):
            stream.metadata["language"] = _language(content.language)
        shown = 0
        for card, (start, end) in zip(cards, times, strict=True):
            container.mux(_subtitle(subtitles, card.text, start, end))
            frame = av.VideoFrame.from_image(card.image).reformat(format="yuv420p", dst_colorspace="ITU709")
            for number in range(card.frames):
                frame.pict_type = PictureType.NONE if number else PictureType.I  # who jumps to a step lands on it
                frame.pts, frame.time_base = shown, Fraction(1, _PER_SECOND)
                container.mux(video.encode(frame))
                shown += 1
        container.mux(video.encode())


def _times(cards: list[_Card]) -> list[tuple[int, int]]:
    """When each card comes and goes, in milliseconds."""
    ends = list(accumulate(card.frames * 1000 // _PER_SECOND for card in cards))
    return list(zip([0, *ends], ends, strict=False))


def _subtitle(stream: "SubtitleStream", text: str, start: int, end: int) -> "av.Packet[SubtitleStream]":
    escaped = text.replace("{", "(").replace("}", ")").replace("\\", "/").replace("\n", "\\N")
    line = SubtitleSet.create(f"0,0,Default,,0,0,0,,{escaped}".encode(), 0, end - start, start)
    packet = stream.codec_context.encode_subtitle(line)
    packet.pts = packet.dts = start
    packet.duration, packet.time_base, packet.stream = end - start, _MILLISECOND, stream
    return packet


def _web_vtt(cards: list[_Card], language: str) -> str:
    """Subtitles as WebVTT, for pages that show the film."""
    blocks = [f"WEBVTT\nLanguage: {language}\n"]
    for card, (start, end) in zip(cards, _times(cards), strict=True):
        blocks.append(f"{_clock(start)} --> {_clock(end)}\n{escape(card.text, quote=False)}\n")
    return "\n".join(blocks)


def _clock(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _language(language: str) -> str:
    """A language in three letters, as MP4 has it."""
    aliases = get_global("language_aliases").items()
    return next((long for long, short in aliases if short == language and len(long) == len("und")), "und")
