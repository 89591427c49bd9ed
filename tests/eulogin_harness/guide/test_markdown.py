"""A guide as Markdown, as a reader of CommonMark understands it."""

from dataclasses import replace
from pathlib import Path

import pytest
from markdown import Markdown
from markdown_it import MarkdownIt

from eulogin_harness.guide.formats import FORMATS, Tools
from eulogin_harness.guide_text.content import Chapter, Content, Run, Sentence
from eulogin_harness.guide_text.errors import GuideError


def written(content: Content, folder: Path, tools: Tools) -> dict[str, str]:
    files = FORMATS["markdown"](content, folder, tools)
    return {file.name: file.read_text(encoding="utf-8") for file in files if file.suffix == ".md"}


def chapter_of(sentence: Sentence, content: Content) -> Content:
    first = content.chapters[0]
    step = replace(first.steps[0], sentence=sentence, note=(), picture=None)
    return replace(content, chapters=(Chapter("only", 1, "Un", (), (step,)),))


def test_eleven_steps_are_one_list_with_pictures_inside(content: Content, tmp_path: Path, tools: Tools) -> None:
    page = written(content, tmp_path, tools)["app.md"]
    for html in (MarkdownIt().render(page), Markdown().convert(page)):
        assert html.count("<ol>") == 1
        steps = html.split("<li>")[1:]
        assert len(steps) == 11
        assert ['width="' in step for step in steps] == [True] * 5 + [False] * 6


def test_a_note_stands_inside_its_step(content: Content, tmp_path: Path, tools: Tools) -> None:
    html = MarkdownIt().render(written(content, tmp_path, tools)["account.md"])
    step = html.partition("<li>")[2].partition("</li>")[0]
    assert "<blockquote>\n<p><strong>Remarque</strong></p>\n<p>2 * 3 &lt; 7 &amp; [pas] de `code`</p>" in step


def test_what_looks_like_markdown_stays_text(content: Content, tmp_path: Path, tools: Tools) -> None:
    pages = written(content, tmp_path, tools)
    assert "<p>1. n'est pas une liste.</p>" in MarkdownIt().render(pages["account.md"])
    assert "<li>+ dix minutes</li>" in MarkdownIt().render(pages["README.md"])


@pytest.mark.parametrize(
    "text",
    ["# a", "> b", "- c", "+ d", "12) e", "3. f", "=", "*g* _h_ `i` ~~j~~ $k$", "a\\b", "&amp; <b>", "![x](y)", "l #"],
)
def test_text_is_shown_as_it_was_written(text: str, content: Content, tmp_path: Path, tools: Tools) -> None:
    page = written(chapter_of((Run(text),), content), tmp_path, tools)["only.md"]
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(page)
    inline = [token for token in tokens if token.type == "inline"][1]
    assert "".join(child.content for child in inline.children or ()) == text


@pytest.mark.parametrize(
    ("before", "label", "after"), [("« ", "Suivant", " »"), ("mot", "(1)", "mot"), ("l'", "Oui ?", "."), ("", "A", "s")]
)
def test_labels_are_bold(before: str, label: str, after: str, content: Content, tmp_path: Path, tools: Tools) -> None:
    sentence = (Run(before), Run(label, bold=True), Run(after))
    page = written(chapter_of(sentence, content), tmp_path, tools)["only.md"]
    assert f"{before}<strong>{label}</strong>{after}" in MarkdownIt().render(page)


def test_a_link_leads_to_its_address(content: Content, tmp_path: Path, tools: Tools) -> None:
    html = MarkdownIt().render(written(content, tmp_path, tools)["account.md"])
    assert '<a href="https://eu.example/a_%28b%29">eu.example</a>' in html


def test_french_spaces_stay(content: Content, tmp_path: Path, tools: Tools) -> None:
    pages = written(content, tmp_path, tools)
    assert "nécessaires\u00a0: un compte" in pages["README.md"]
    assert "«\u00a0<strong>Créer un compte (1)</strong>\u00a0»" in MarkdownIt().render(pages["account.md"])


def test_the_readme_has_all_that_stands_around_the_steps(content: Content, tmp_path: Path, tools: Tools) -> None:
    readme = written(content, tmp_path, tools)["README.md"]
    parts = ("Accéder à", "1er décembre 2026 · Version 1.0", "Deux choses", "un téléphone", "(account.md)", "(app.md)")
    ends = ("Le message n'arrive pas", "Code QR", "assistance@reseau.example", "une maquette.")
    places = [readme.index(part) for part in (*parts, *ends)]
    assert places == sorted(places)


def test_each_picture_that_is_shown_is_there_and_the_dark_one_too(
    content: Content, tmp_path: Path, tools: Tools
) -> None:
    page = written(content, tmp_path, tools)["app.md"]
    assert {file.name for file in (tmp_path / "pictures").iterdir()} == {
        *(f"app.{name}.png" for name in ("open", "scan", "pin", "ready", "long")),
        "app.open.dark.png",
        "account.register.png",
    }
    assert '<source media="(prefers-color-scheme: dark)" srcset="pictures/app.open.dark.png">' in page
    assert '<img src="pictures/app.open.png" width="410" alt="L&#x27;écran « app.open »">' in page


def test_a_chapter_that_is_inserted_changes_no_other_name(content: Content, tmp_path: Path, tools: Tools) -> None:
    before = set(written(content, tmp_path, tools))
    first, second = content.chapters
    new = replace(first, name="new", number=1, steps=first.steps[:1])
    more = replace(content, chapters=(new, replace(first, number=2), replace(second, number=3)))
    assert set(written(more, tmp_path, tools)) == before | {"new.md"}


def test_two_pictures_of_one_name_are_refused(content: Content, tmp_path: Path, tools: Tools) -> None:
    first, second = content.chapters
    picture = second.steps[0].picture
    assert picture is not None
    step = replace(first.steps[0], picture=replace(picture, name="account.register"))
    same = replace(content, chapters=(first, replace(second, steps=(step,))))
    with pytest.raises(GuideError, match=r"a name of its own for each picture, but .* 'account.register'"):
        FORMATS["markdown"](same, tmp_path, tools)
