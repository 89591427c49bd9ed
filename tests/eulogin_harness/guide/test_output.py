"""The folder of a guide: what was built is replaced, and what a writer put there stays."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from eulogin_harness.guide.errors import GuideError
from eulogin_harness.guide.output import MANIFEST, generated, put

Build = Callable[..., list[Path]]
ABOUT = {"guide": "cpms", "language": "en"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "guide"


@pytest.fixture
def build(tmp_path: Path, folder: Path) -> Build:
    """Puts files of one format into the folder, each with its name as content, or another one."""

    def make(form: str, *paths: str, content: str | None = None) -> list[Path]:
        built = tmp_path / "built"
        for path in paths:
            (built / path).parent.mkdir(parents=True, exist_ok=True)
            (built / path).write_text(content or path)
        return put(built, folder, dict.fromkeys(paths, form), ABOUT)

    return make


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def test_a_build_is_listed_with_its_formats(build: Build, folder: Path) -> None:
    assert build("pdf", "cpms.pdf") == [folder / "cpms.pdf"]
    build("markdown", "README.md", "pictures/a.png")
    assert {path: one.format for path, one in generated(folder).items()} == {
        "README.md": "markdown",
        "cpms.pdf": "pdf",
        "pictures/a.png": "markdown",
    }
    assert json.loads((folder / MANIFEST).read_text())["guide"] == "cpms"


def test_a_second_build_replaces_the_first(build: Build, folder: Path) -> None:
    build("markdown", "README.md")
    build("markdown", "README.md", content="new")
    assert contents(folder) == {"README.md": "new"}


def test_files_of_steps_that_are_gone_are_removed_with_their_empty_folder(build: Build, folder: Path) -> None:
    build("markdown", "README.md", "pictures/a.png", "pictures/b.png")
    build("markdown", "README.md", "pictures/a.png")
    assert set(contents(folder)) == {"README.md", "pictures/a.png"}
    build("markdown", "README.md")
    assert not (folder / "pictures").exists()


def test_other_formats_stay(build: Build, folder: Path) -> None:
    build("pdf", "cpms.pdf")
    build("markdown", "README.md")
    build("markdown", "index.md")
    assert set(contents(folder)) == {"cpms.pdf", "index.md"}


def test_files_of_the_writer_stay(build: Build, folder: Path) -> None:
    build("markdown", "README.md", "pictures/a.png")
    (folder / "notes.txt").write_text("mine")
    (folder / "pictures" / "mine.png").write_text("mine")
    build("markdown", "README.md")
    assert contents(folder) == {"README.md": "README.md", "notes.txt": "mine", "pictures/mine.png": "mine"}


def test_a_file_of_the_writer_is_not_overwritten(build: Build, folder: Path) -> None:
    build("markdown", "README.md")
    (folder / "search.md").write_text("mine")
    with pytest.raises(GuideError, match=r"expected no file .*search.md, since the guide has one of that name"):
        build("markdown", "README.md", "search.md", content="new")
    assert contents(folder) == {"README.md": "README.md", "search.md": "mine"}


@pytest.mark.parametrize("paths", [["README.md"], ["index.md"]])
def test_a_generated_file_that_was_changed_is_neither_replaced_nor_removed(
    build: Build, folder: Path, paths: list[str]
) -> None:
    build("markdown", "README.md")
    (folder / "README.md").write_text("changed")
    with pytest.raises(GuideError, match=r"expected .*README.md to be as it was built, but it was changed by hand"):
        build("markdown", *paths)
    assert contents(folder) == {"README.md": "changed"}


def test_a_generated_file_that_was_removed_is_built_again(build: Build, folder: Path) -> None:
    build("markdown", "README.md", "index.md")
    (folder / "README.md").unlink()
    build("markdown", "README.md")
    assert contents(folder) == {"README.md": "README.md"}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"files": []}', '{"made_by": "me", "files": {}}', "\x00"])
def test_a_folder_with_the_manifest_of_something_else_is_refused(build: Build, folder: Path, content: str) -> None:
    folder.mkdir()
    (folder / MANIFEST).write_text(content)
    with pytest.raises(GuideError, match=r"to list the files of a guide, but it does not; choose another folder"):
        build("markdown", "README.md")
    assert (folder / MANIFEST).read_text() == content


def test_a_folder_with_other_files_is_refused(build: Build, folder: Path) -> None:
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(GuideError, match=r"expected .* to be new, empty or the folder of a guide"):
        build("markdown", "README.md")
    assert contents(folder) == {"mine.txt": "mine"}


def test_an_empty_folder_is_taken(build: Build, folder: Path) -> None:
    folder.mkdir()
    build("markdown", "README.md")
    assert [*contents(folder)] == ["README.md"]


def test_one_format_is_put_beside_the_folders_of_several(build: Build, folder: Path, tmp_path: Path) -> None:
    build("pdf", "guide.pdf")
    folder.rename(tmp_path / "en")
    folder.mkdir()
    (tmp_path / "en").rename(folder / "en")
    build("word", "guide.docx")
    assert contents(folder) == {"en/guide.pdf": "guide.pdf", "guide.docx": "guide.docx"}
