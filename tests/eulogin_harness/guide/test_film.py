# mypy: untyped-calls-exclude=av
"""Films of a guide, read back."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest
from PIL import Image

from eulogin_harness.guide_text.content import Content, Picture, Run, plain
from tests.eulogin_harness.guide.written import is_alike_twice, write

if TYPE_CHECKING:
    from av.container.core import Chapter


@pytest.fixture(scope="module")
def short(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Content:
    """A guide with a chapter of two steps, one with a red picture and with signs that mean something to subtitles."""
    chapter = content.chapters[-1]
    red = tmp_path_factory.mktemp("drawn") / "red.png"
    Image.new("RGB", (800, 600), "#ff0000").save(red)
    shown, other = (replace(chapter.steps[0], name=name, note=(), picture=None) for name in ("shown", "other"))
    shown = replace(
        shown, number=9, note=(Run("Un <code> {ici} \\N là"),), picture=Picture("red", red, 400, 300, "Rouge")
    )
    return replace(content, chapters=(replace(chapter, steps=(shown, replace(other, number=10))),))


@pytest.fixture(scope="module")
def files(short: Content, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    film, subtitles = write("film", short, tmp_path_factory.mktemp("film") / "out")
    return film, subtitles


def _titles(short: Content) -> list[str]:
    (chapter,) = short.chapters
    steps = [f"{chapter.number}.{step.number} {plain(step.sentence)}" for step in chapter.steps]
    return [f"{short.words.chapter.format(number=chapter.number)} · {chapter.title}", *steps]


def _seconds(part: "Chapter", ticks: int) -> float:
    return float(ticks * (part["time_base"] or 0))


def test_a_film_has_a_part_a_step_long_enough_to_be_read(files: tuple[Path, Path], short: Content) -> None:
    with av.open(str(files[0])) as film:
        parts = film.chapters()
        length = (film.duration or 0) / av.time_base
        (video,) = film.streams.video
        assert (video.width, video.height, video.codec_context.name) == (1280, 720, "h264")
    assert [part["metadata"]["title"] for part in parts] == _titles(short)
    seconds = [_seconds(part, part["end"] - part["start"]) for part in parts]
    assert length == pytest.approx(sum(seconds))
    for part, said in zip(seconds, _titles(short), strict=True):
        assert part >= 2.5 + 0.3 * len(said.split()) - 0.5


def test_subtitles_are_in_the_film_and_beside_it(files: tuple[Path, Path], short: Content) -> None:
    with av.open(str(files[0])) as film:
        (stream,) = film.streams.subtitles
        said = [bytes(packet)[2:].decode() for packet in film.demux(stream) if packet.size > 2]
    titles = _titles(short)
    assert [text.partition("\n")[0] for text in said] == titles
    assert said[1] == f"{titles[1]}\nUn <code> (ici) /N là"
    blocks = files[1].read_text(encoding="utf-8").split("\n\n")
    assert blocks[0].splitlines() == ["WEBVTT", f"Language: {short.language}"]
    assert blocks[2].splitlines()[1:] == [titles[1], "Un &lt;code&gt; {ici} \\N là"]
    assert blocks[1].startswith("00:00:00.000 --> 00:00:0")


def test_tracks_say_their_language(files: tuple[Path, Path]) -> None:
    with av.open(str(files[0])) as film:
        tracks = [*film.streams.video, *film.streams.subtitles]
        assert [track.metadata["language"] for track in tracks] == ["fra", "fra"]


def test_the_picture_of_a_step_is_seen_and_nothing_where_there_is_none(files: tuple[Path, Path]) -> None:
    with av.open(str(files[0])) as film:
        starts = [_seconds(part, part["start"]) for part in film.chapters()]
        frames = {frame.time: frame.to_image() for frame in film.decode(video=0)}
    middle = [frames[start].getpixel((864, 352)) for start in starts[1:]]
    assert middle[0] == pytest.approx((255, 0, 0), abs=12)
    assert middle[1] == pytest.approx((255, 255, 255), abs=3)


def test_two_builds_give_the_same_bytes(short: Content, tmp_path: Path) -> None:
    assert is_alike_twice("film", short, tmp_path)
