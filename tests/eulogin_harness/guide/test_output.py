"""The folder of a guide: what was built is replaced, and what a writer put there stays."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from eulogin_harness.guide.output import MANIFEST, generated, put
from eulogin_harness.guide_text.errors import GuideError

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


class Ended(BaseException):
    """Stands for the end of the process: nothing that comes after it is done."""


def end_at(patch: pytest.MonkeyPatch, number: int) -> None:
    """End the process instead of the nth change of a file."""
    counted = count(1)

    def ending(change: Callable[..., Any]) -> Callable[..., Any]:
        def changes(*arguments: Any, **options: Any) -> Any:
            if next(counted) == number:
                raise Ended
            return change(*arguments, **options)

        return changes

    for owner, names in ((Path, ("replace", "unlink", "mkdir", "write_text", "rmdir")), (shutil, ("move", "rmtree"))):
        for name in names:
            patch.setattr(owner, name, ending(getattr(owner, name)))


def ended_anywhere(put: Callable[[], object]) -> Iterator[bool]:
    """Put files again and again, ended one change of a file later each time; whether it was, and at last not."""
    was_ended = True
    for number in count(1):
        with pytest.MonkeyPatch.context() as patch, suppress(Ended):
            end_at(patch, number)
            put()
            was_ended = False
        yield was_ended
        if not was_ended:
            assert number > 8, "the changes of files that are known are not those that are made"
            return


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


def test_a_build_that_was_ended_anywhere_is_taken_over_by_the_next_one(
    build: Build, folder: Path, tmp_path: Path
) -> None:
    def old() -> None:
        build("pdf", "cpms.pdf")
        build("markdown", "README.md", "old.md", "pictures/a.png")
        (folder / "pictures" / "mine.png").write_text("mine")

    old()
    for _ in ended_anywhere(lambda: build("markdown", "README.md", "new.md", "pictures/a.png", content="new")):
        build("markdown", "README.md", "other.md", content="newer")
        newer = {"README.md": "newer", "other.md": "newer", "cpms.pdf": "cpms.pdf"}
        assert contents(folder) == newer | {"pictures/mine.png": "mine"}
        assert set(generated(folder)) == newer.keys()
        shutil.rmtree(folder)
        old()


def test_a_first_build_that_was_ended_anywhere_is_taken_over_by_the_next_one(build: Build, folder: Path) -> None:
    for _ in ended_anywhere(lambda: build("markdown", "en/README.md", "en/index.md")):
        build("markdown", "en/README.md")
        assert contents(folder) == {"en/README.md": "en/README.md"}
        shutil.rmtree(folder)


def test_a_guide_that_was_ended_below_a_folder_is_no_file_of_the_writers(
    build: Build, folder: Path, tmp_path: Path
) -> None:
    def first() -> None:
        (tmp_path / "new").mkdir(exist_ok=True)
        for name in ("README.md", "index.md"):
            (tmp_path / "new" / name).write_text(name)
        put(tmp_path / "new", folder / "en", dict.fromkeys(("README.md", "index.md"), "markdown"), ABOUT)

    for _ in ended_anywhere(first):
        build("pdf", "cpms.pdf")
        assert (folder / "cpms.pdf").is_file()
        shutil.rmtree(folder)


@pytest.mark.parametrize("path", ["README.md", "new.md"])
def test_what_is_changed_after_a_build_was_ended_is_the_writers(build: Build, folder: Path, path: str) -> None:
    build("markdown", "README.md")
    for _ in ended_anywhere(lambda: build("markdown", "README.md", "new.md", content="new")):
        (folder / path).write_text("mine")
        with pytest.raises(GuideError, match=f"expected .*{path}.* move it away"):
            build("markdown", "README.md", "new.md", content="newer")
        assert contents(folder)[path] == "mine"
        shutil.rmtree(folder)
        build("markdown", "README.md")


KILLED = """
import os, signal
from pathlib import Path
from typing import Any
from eulogin_harness.guide.output import put
replace = Path.replace
def die(self, target):
    if Path(target).name == "c.md":
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)
Path.replace = die
put(Path("built"), Path("guide"), dict.fromkeys(["a.md", "b.md", "c.md", "d.md"], "markdown"), {"guide": "cpms"})
"""


def test_a_process_that_is_killed_while_it_moves_files_leaves_a_folder_for_the_next(
    build: Build, folder: Path, tmp_path: Path
) -> None:
    names = ("a.md", "b.md", "c.md", "d.md")
    build("markdown", *names)
    for name in names:
        (tmp_path / "built" / name).write_text("new")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    killed = subprocess.run([sys.executable, "-c", KILLED], cwd=tmp_path, env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    left = {"a.md": "new", "b.md": "new", "c.md": "c.md", "d.md": "d.md"}
    assert {name: (folder / name).read_text() for name in names} == left
    build("markdown", *names, content="newer")
    assert contents(folder) == dict.fromkeys(names, "newer")


def test_a_folder_that_cannot_be_written_is_a_sentence(build: Build, folder: Path, tmp_path: Path) -> None:
    folder.parent.joinpath("file").write_text("")
    (tmp_path / "built").mkdir()
    (tmp_path / "built" / "a.md").write_text("a")
    with pytest.raises(GuideError, match=r"expected to write the guide into .*file/below, but got: Not a directory"):
        put(tmp_path / "built", tmp_path / "file" / "below", {"a.md": "markdown"}, ABOUT)
