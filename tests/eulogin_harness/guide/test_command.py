"""The commands that begin a guide."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eulogin_harness.cli import main
from eulogin_harness.guide import building
from eulogin_harness.guide_text.loading import read


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["guide", *arguments])


def test_a_guide_is_begun_as_a_file_that_can_be_read() -> None:
    result = run("new", "ours")
    assert result.exit_code == 0
    assert "guides/ours.yaml is your guide" in result.output
    assert read(Path("guides/ours.yaml")).chapters
    assert "guides/ours.yaml" in run("list").output


def test_a_guide_is_not_begun_twice() -> None:
    run("new", "ours")
    Path("guides/ours.yaml").write_text("mine")
    result = run("new", "ours")
    assert result.exit_code == 1
    assert "expected no file guides/ours.yaml, but there is one" in result.output
    assert Path("guides/ours.yaml").read_text() == "mine"


@pytest.mark.parametrize("name", ["../ours", "Ours", "", "ours.yaml", "a" * 61])
def test_a_bad_name_gets_a_sentence(name: str) -> None:
    result = run("new", name)
    assert result.exit_code == 1
    assert f"expected a name of small letters, digits and hyphens, but got {name!r}" in result.output
    assert not Path("guides").exists()


def test_a_guide_begins_with_one_that_is_there() -> None:
    result = run("new", "ours", "--from", "nothing")
    assert result.exit_code == 1
    assert "expected one of the guides" in result.output
    assert not Path("guides").exists()


@pytest.mark.parametrize("command", ["check", "accept"])
def test_a_guide_that_was_never_built_cannot_be_compared(command: str) -> None:
    result = run(command, "cpms")
    assert result.exit_code == 1
    assert "expected a guide in build/guides/cpms that was built before in the format markdown or" in result.output
    assert "guide build cpms --format markdown --to build/guides/cpms" in result.output


def test_a_build_says_which_texts_and_pictures_stay_in_english_and_which_are_hard_to_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built = building.Built(lacking={"de": (0, 9), "it": (3, 9), "nl": (0, 9)}, remarks=["it: chapter a is small"])
    monkeypatch.setattr(building, "build", lambda _plan, _progress: built)
    lines = run("build", "cpms", "--language", "de", "--language", "it", "--language", "nl").output.splitlines()
    assert lines[-5:] == [
        "it: 3 of 9 texts are not translated and stand in English.",
        "it: the pictures are in English, since the pages speak en, de, fr only.",
        "nl: the pictures are in English, since the pages speak en, de, fr only.",
        "it: chapter a is small",
        "build/guides/cpms: 0 files.",
    ]
