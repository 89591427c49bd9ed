"""One picture of any page: what it shows, and what it says when it cannot be taken."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image
from playwright.sync_api import Browser

from eulogin_harness.cli import main
from eulogin_harness.guide.capture import ENDS, SIDES
from eulogin_harness.guide.shot import ShotSpec, shoot
from eulogin_harness.guide_text.errors import GuideError

PAGE = """<!doctype html><meta name="viewport" content="width=device-width">
<body style="margin: 0; font: 16px sans-serif; background: #ffffff">
<main style="padding: 40px"><section style="width: 400px; height: 120px; background: #ddeeff">
<button id="next" style="margin: 40px">Next</button><b class="secret">Ada Berg</b></section>
<p>Far</p><p hidden id="gone">Gone</p><section><p>Far</p></section></main>"""
ACCENT = (0xC2, 0x41, 0x0C)


@pytest.fixture
def url(tmp_path: Path) -> str:
    file = tmp_path / "page.html"
    file.write_text(PAGE)
    return file.as_uri()


def taken(browser: Browser, file: Path, spec: ShotSpec) -> Image.Image:
    assert shoot(browser, spec, file) in {0, 200}
    return Image.open(file).convert("RGB")


def has(picture: Image.Image, colour: tuple[int, int, int]) -> bool:
    return colour in {each for _, each in picture.getcolors(picture.width * picture.height) or []}


def test_a_page_is_cut_marked_and_blurred(browser: Browser, url: str, tmp_path: Path) -> None:
    file = tmp_path / "new" / "shot.png"
    whole = taken(browser, file, ShotSpec(url))
    assert whole.width == 2 * 840
    assert not has(whole, ACCENT)
    section = taken(browser, file, ShotSpec(url, "#next", crop="section"))
    assert section.size == (2 * (400 + 2 * SIDES), 2 * (120 + 2 * ENDS))
    assert has(section, ACCENT)
    plain = taken(browser, file, ShotSpec(url, crop="section:has(#next)"))
    blurred = taken(browser, file, ShotSpec(url, crop="section:has(#next)", blur=(".secret",)))
    assert plain.size == blurred.size == section.size
    assert plain.tobytes() != blurred.tobytes()
    assert taken(browser, file, ShotSpec(url, is_phone=True, width=500)).width == 1000


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        (ShotSpec("", "section"), "expected --mark 'section' to match one element, but 2 match"),
        (ShotSpec("", "a["), "expected --mark to be a selector, but got 'a['"),
        (ShotSpec("", "#gone"), "expected --mark '#gone' to match an element of the page, but 1 match, none of them"),
        (ShotSpec("", blur=("#nowhere",)), "expected --blur '#nowhere' to match an element of the page, but 0 match"),
        (ShotSpec("", crop="p"), "expected --crop 'p' to match one element, but 2 match"),
        (ShotSpec("http://localhost:1/"), "expected http://localhost:1/ to answer, but got: ERR_"),
        (ShotSpec("file:///nowhere.html"), "expected file:///nowhere.html to answer, but got: ERR_FILE_NOT_FOUND"),
    ],
)
def test_what_cannot_be_taken_gets_a_sentence(
    browser: Browser, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: ShotSpec, complaint: str
) -> None:
    if "an element of the page" in complaint:  # that never comes
        monkeypatch.setattr("eulogin_harness.guide.shot._TIMEOUT", 300)
    with pytest.raises(GuideError) as error:
        shoot(browser, ShotSpec(spec.url or url, spec.mark, crop=spec.crop, blur=spec.blur), tmp_path / "shot.png")
    assert complaint in str(error.value)
    assert not (tmp_path / "shot.png").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["www.example"], "expected an address that begins with https://, http://, file:// or data:, but got"),
        (["https://"], "expected an address that begins with https://"),
        (["https://a.example", "--crop", "card"], "expected a mark around which to crop, since the crop is card"),
        (["https://a.example", "--to", "a.gif"], "expected a file .png, but got a.gif"),
    ],
)
def test_a_wrong_command_gets_a_sentence_before_a_browser_starts(arguments: list[str], complaint: str) -> None:
    result = CliRunner().invoke(main, ["guide", "shot", *arguments])
    assert result.exit_code == 1
    assert complaint in result.output
