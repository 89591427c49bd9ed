"""The guide's book, and the guide that lies in the repository."""

import re
from pathlib import Path

import pytest

from eulogin_harness.guide.book import Book

GUIDE = Path(__file__).parents[2] / "docs" / "guide"


def test_a_book_has_a_file_a_chapter_the_pictures_of_its_steps_and_nothing_of_the_one_before(tmp_path: Path) -> None:
    old, book = Book(), Book()
    old.chapter(1, "Old").add("Step.", "", b"PNG")
    old.write(tmp_path, "chromium 1")
    book.chapter(2, "Ask for access")
    first = book.chapter(1, "Create an account")
    first.add("Open the page.", "", b"PNG")
    first.add("Wait.", "It takes a while.", None)
    book.write(tmp_path, "chromium 1")
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")} == {
        "README.md",
        "manifest.json",
        "1-create-an-account.md",
        "2-ask-for-access.md",
        "pictures/1-create-an-account-01.png",
    }
    chapter = (tmp_path / "1-create-an-account.md").read_text(encoding="utf-8")
    assert "1. Open the page.\n\n    ![Open the page.](pictures/1-create-an-account-01.png)" in chapter
    assert "2. Wait.\n\n    *It takes a while.*" in chapter
    contents = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert contents.index("Create an account") < contents.index("Ask for access")


def test_two_scenarios_cannot_tell_the_same_chapter() -> None:
    book = Book()
    book.chapter(1, "One")
    with pytest.raises(ValueError, match="two scenarios tell chapter 1: 'One' and 'Other'"):
        book.chapter(1, "Other")


def test_every_picture_of_the_guide_is_shown_and_every_shown_one_is_there() -> None:
    shown = {
        name for page in GUIDE.glob("*.md") for name in re.findall(r"\((pictures/[^)]+)\)", page.read_text("utf-8"))
    }
    there = {f"pictures/{path.name}" for path in (GUIDE / "pictures").iterdir()}
    assert shown == there != set()


def test_a_guide_in_french_is_french_throughout_and_its_files_are_called_alike(tmp_path: Path) -> None:
    book = Book("fr")
    chapter = book.chapter(1, "Create your EU Login account")
    chapter.add("Fill in your password.", "The layout of this page is invented.", b"png")
    book.write(tmp_path, "chromium 1")
    told = (tmp_path / "1-create-your-eu-login-account.md").read_text(encoding="utf-8")
    assert told.startswith("# 1. Créer votre compte EU Login\n\n1. Saisissez votre mot de passe.\n")
    assert "![Saisissez votre mot de passe.](pictures/1-create-your-eu-login-account-01.png)" in told
    assert told.endswith("*La présentation de cette page est inventée.*\n\n[Tous les chapitres](README.md)\n")
    contents = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "make guide LANGUAGE=fr" in contents
    assert "1. [Créer votre compte EU Login](1-create-your-eu-login-account.md)" in contents
