"""What documents of Word and PowerPoint share."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from eulogin_harness.guide.formats import Tools
from eulogin_harness.guide.formats.colours import contrast
from eulogin_harness.guide.formats.office import in_theme, language_tag, logo_image
from eulogin_harness.guide_text.content import Content, Theme
from eulogin_harness.guide_text.errors import GuideError
from tests.eulogin_harness.guide.written import NO_BROWSER, write

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40">
<circle cx="20" cy="20" r="20" fill="#0e5a6b"/></svg>"""


@pytest.mark.parametrize(
    ("language", "tag"), [("en", "en-GB"), ("fr", "fr-FR"), ("de", "de-DE"), ("pl", "pl-PL"), ("qaa", "qaa")]
)
def test_a_language_has_the_country_of_its_spelling(language: str, tag: str) -> None:
    assert language_tag(language) == tag


def test_a_logo_in_pixels_is_taken_as_it_is(content: Content, tmp_path: Path) -> None:
    Image.new("RGB", (40, 20), "#0e5a6b").save(tmp_path / "logo.png")
    logo = logo_image(replace(content, logo=tmp_path / "logo.png"), NO_BROWSER)
    assert logo == (tmp_path / "logo.png").read_bytes()


@pytest.mark.slow
def test_a_logo_in_svg_is_drawn_on_nothing(content: Content, tmp_path: Path, browser_tools: Tools) -> None:
    (tmp_path / "logo.svg").write_text(SVG)
    logo = logo_image(replace(content, logo=tmp_path / "logo.svg"), browser_tools)
    assert logo
    image = Image.open(BytesIO(logo)).convert("RGBA")
    assert image.size == (480, 160)
    assert (image.getpixel((80, 80)), image.getpixel((470, 80))) == ((14, 90, 107, 255), (0, 0, 0, 0))


def test_a_light_colour_of_a_network_is_darker_where_it_colours_text() -> None:
    theme = Theme(primary="#ffd400")
    part = in_theme(b"<a:accent1>x</a:accent1><a:lt2>x</a:lt2>", theme).decode()
    (accent, on_primary) = re.findall(r'val="(.*?)"', part)
    assert contrast(f"#{accent}", theme.ground) >= 4.5
    assert on_primary == "000000"


@pytest.mark.parametrize(
    ("form", "template"), [("word", "word.docx"), ("slides", "slides.pptx"), ("epub", "epub-cover.html")]
)
def test_a_template_that_cannot_be_read_is_named(content: Content, tmp_path: Path, form: str, template: str) -> None:
    (tmp_path / template).write_text("{% if %}")
    with pytest.raises(GuideError, match=f"^expected .*{template} to be "):
        write(form, content, tmp_path / "out", tmp_path)
