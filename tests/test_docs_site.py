"""The documentation's site: built with every link right, and nothing in it comes from elsewhere."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.docs_site import ROOT, BrokenSiteError, broken, build, stage, unlisted

NAVIGATION = '[project]\nsite_name = "a"\ndocs_dir = "build/pages"\nsite_dir = "build/site"\nnav = ["index.md"]\n'


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def test_pages_keep_their_links_and_bring_what_they_link_to(tmp_path: Path) -> None:
    page = "[why](../WHY.md#so) [code](../app/a.py) [here](b/README.md) [there](https://example.test/) [no](nothing.md)"
    files = {"docs/a.md": page, "docs/b/README.md": "[code](../../app/a.py)", "WHY.md": "[a](docs/a.md)"}
    write(tmp_path, {**files, "app/a.py": "print()", "app/b.py": "print()"})
    stage(tmp_path)
    pages = tmp_path / "build" / "pages"
    assert {path.relative_to(pages).as_posix() for path in pages.rglob("*.md")} == {
        "a.md",
        "b/README.md",
        "WHY.md",
        "app/a.py.md",
    }
    links = "[why](WHY.md#so) [code](app/a.py.md) [here](b/README.md) [there](https://example.test/) [no](nothing.md)"
    assert (pages / "a.md").read_text(encoding="utf-8") == links
    assert (pages / "b/README.md").read_text(encoding="utf-8") == "[code](../app/a.py.md)"
    assert (pages / "WHY.md").read_text(encoding="utf-8") == "[a](a.md)"
    assert "````python\nprint()\n````" in (pages / "app/a.py.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("tag", "wrong"),
    [
        ('<a href="b.html">', "index.html: leads to b.html, which is not there"),
        ('<a href="#there">', "index.html: leads to #there, which is not there"),
        ('<img src="a.png">', "index.html: leads to a.png, which is not there"),
        ('<script src="https://cdn.example/a.js">', "index.html: loads https://cdn.example/a.js from elsewhere"),
        ('<link href="//cdn.example/a.css">', "index.html: loads //cdn.example/a.css from elsewhere"),
    ],
)
def test_what_is_wrong_in_a_site_is_named(tmp_path: Path, tag: str, wrong: str) -> None:
    right = '<h1 id="here"></h1><a href="#here"></a><a href="?q=1#here"></a><a href="https://example.test/"></a>'
    write(tmp_path, {"index.html": right + tag})
    assert broken(tmp_path) == [wrong]


def test_a_page_outside_the_navigation_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"zensical.toml": NAVIGATION, "docs/index.md": "", "docs/a/b.md": "", "docs/guide/fr/c.md": ""})
    assert unlisted(tmp_path) == ["docs/a/b.md: expected in the navigation of zensical.toml; add it there"]


@pytest.mark.slow
def test_a_broken_link_fails_and_is_shown(tmp_path: Path) -> None:
    write(tmp_path, {"zensical.toml": NAVIGATION, "docs/index.md": "# A\n\n[a](b.md)\n[b](#c)\n"})
    with pytest.raises(BrokenSiteError) as failure:
        build(tmp_path)
    shown = str(failure.value)
    assert {"page does not exist", "anchor does not exist"} <= set(re.findall("(?:page|anchor) does not exist", shown))
    assert set(re.findall(r"index\.md:\d", shown)) == {"index.md:3", "index.md:4"}
    assert "\x1b" not in shown


@pytest.mark.slow
def test_the_site_is_built_and_holds_docstrings_calls_and_the_guide() -> None:
    site = build()
    text = {name: (site / f"{name}.html").read_text(encoding="utf-8") for name in ("reference/client", "reference/api")}
    assert "A running mock, by the address of its desk." in text["reference/client"]
    assert 'id="post-apipersonas"' in text["reference/api"]
    chapters = {file.stem for file in (ROOT / "docs" / "guide").glob("*.md")} - {"README"}
    assert "second-factor" in chapters
    assert {f"{chapter}.html" for chapter in chapters} <= {page.name for page in (site / "guide").glob("*.html")}
    assert "A running mock, by the address of its desk." in (site / "search.json").read_text(encoding="utf-8")
