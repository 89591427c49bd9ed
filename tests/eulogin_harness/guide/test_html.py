"""A guide as one HTML page."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eulogin_harness.guide.formats import FORMATS, Tools
from eulogin_harness.guide_text.content import Content, Theme

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


class Elements(HTMLParser):
    """Start tags and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attributes)))

    def values(self, name: str) -> list[str]:
        return [value for _, attributes in self.all if (value := attributes.get(name))]


def written(content: Content, folder: Path, tools: Tools) -> str:
    (file,) = FORMATS["html"](content, folder, tools)
    return file.read_text(encoding="utf-8")


def test_the_page_holds_all_that_it_shows(content: Content, tmp_path: Path, tools: Tools) -> None:
    page = written(content, tmp_path, tools)
    elements = Elements(page)
    loaded = [*elements.values("src"), *elements.values("srcset"), *re.findall(r"url\(\"(.*?)\"\)", page)]
    assert len(loaded) == 6 + 1 + 2  # pictures, a dark one, weights of the font
    assert {address.partition(",")[0] for address in loaded} <= {
        "data:image/webp;base64", "data:image/png;base64", "data:font/otf;base64",
    }  # fmt: skip
    assert "@import" not in page
    assert not [tag for tag, _ in elements.all if tag in {"link", "iframe", "object", "embed"}]


def test_the_page_is_of_the_guides_language_and_each_link_within_it_leads_somewhere(
    content: Content, tmp_path: Path, tools: Tools
) -> None:
    elements = Elements(written(content, tmp_path, tools))
    assert elements.values("lang") == ["fr"]
    names = elements.values("id")
    assert len(names) == len(set(names))
    assert {link[1:] for link in elements.values("href") if link.startswith("#")} <= set(names)
    assert {"account.register", "app.open", "app.text-5"} <= set(names)


def test_alternative_texts_and_sentences_are_there_with_french_spaces(
    content: Content, tmp_path: Path, tools: Tools
) -> None:
    page = written(content, tmp_path, tools)
    assert "L'écran « app.pin »" in Elements(page).values("alt")
    assert '<a href="https://eu.example/a_(b)">eu.example</a>, puis «\u00a0<strong>' in page
    assert "2 * 3 &lt; 7 &amp; [pas] de `code`" in page


def test_a_page_is_alike_to_the_byte(content: Content, tmp_path: Path, tools: Tools) -> None:
    assert written(content, tmp_path, tools) == written(content, tmp_path, tools)


def test_templates_of_the_caller_come_first(content: Content, tmp_path: Path, tools: Tools) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "page.css").write_text("main { color: teal; }", encoding="utf-8")
    page = written(content, tmp_path, replace(tools, templates=own))
    assert "main { color: teal; }" in page
    assert ".steps {" not in page
    assert "Créer un compte" in page


def test_a_logo_is_part_of_the_page_and_says_whose_it_is(content: Content, tmp_path: Path, tools: Tools) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', encoding="utf-8")
    images = [each for tag, each in Elements(written(replace(content, logo=logo), tmp_path, tools)).all if tag == "img"]
    assert str(images[0]["src"]).startswith("data:image/svg+xml;base64,")
    assert images[0]["alt"] == "Réseau d'essai"


def test_a_theme_with_another_font_carries_none(content: Content, tmp_path: Path, tools: Tools) -> None:
    page = written(replace(content, theme=Theme(fonts=('Arial "x"', "sans-serif"))), tmp_path, tools)
    assert "@font-face" not in page
    assert r'--fonts: "Arial \22 x\22 ", sans-serif;' in page


@pytest.fixture
def page(content: Content, tmp_path: Path, browser: "Browser") -> "Iterator[Page]":
    (file,) = FORMATS["html"](content, tmp_path, Tools(lambda: browser))
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.goto(file.as_uri())
    yield page
    page.close()


@pytest.mark.slow
def test_words_filter_steps_whatever_their_accents_and_say_how_many_are_left(page: "Page") -> None:
    field = page.get_by_label("Rechercher dans ce guide")
    page.keyboard.press("/")
    page.keyboard.type("ECRAN PIN")
    assert page.locator(".step:visible").count() == 1
    assert page.get_by_role("status").inner_text() == "1 / 14"
    assert not page.get_by_role("heading", name="Créer un compte").is_visible()
    field.fill("rien de tel")
    assert page.get_by_role("alert").inner_text() == "Aucune étape ne contient ces mots."
    page.keyboard.press("Escape")
    assert page.locator(".step:visible").count() == 12
    assert field.input_value() == ""


@pytest.mark.slow
def test_a_link_to_what_is_filtered_out_shows_it(page: "Page") -> None:
    page.get_by_label("Rechercher dans ce guide").fill("pin")
    page.locator(".wide").get_by_role("link", name="Créer un compte").click()
    page.get_by_role("heading", name="Créer un compte").wait_for()
    assert page.get_by_label("Rechercher dans ce guide").input_value() == ""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_a_page_has_no_barriers_and_nothing_stands_out_to_the_side(page: "Page", width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []


@pytest.mark.slow
def test_without_script_all_steps_and_the_contents_are_there_and_no_search(
    content: Content, tmp_path: Path, browser: "Browser"
) -> None:
    (file,) = FORMATS["html"](content, tmp_path, Tools(lambda: browser))
    page = browser.new_page(java_script_enabled=False)
    page.goto(file.as_uri())
    assert page.locator(".step:visible").count() == 12
    assert page.locator(".wide a:visible").count() == 5
    assert not page.get_by_label("Rechercher dans ce guide").is_visible()
    page.close()
