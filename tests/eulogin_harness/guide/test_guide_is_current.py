"""Guides are compared with what was built: the one in docs/guide, and one that is changed on purpose."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from eulogin_harness.cli import main

from .small_guide import AROUND

pytestmark = pytest.mark.usefixtures("same_walkers")

ROOT = Path(__file__).parents[3]
GUIDE: dict[str, Any] = {
    **AROUND,
    "chapters": [
        {
            "name": "looking",
            "title": "Look",
            "steps": [
                {"do": "search.open", "text": "Press [Search]."},
                {"do": "search.result", "text": "There it is."},
            ],
        }
    ],
}

TOO_SMALL = "points or more in print"


def guide(*arguments: str, folder: Path = ROOT) -> tuple[int, str]:
    """Exit code and output of a command."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = CliRunner().invoke(main, ["guide", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done.exit_code, done.output


def in_a_process(*arguments: str) -> tuple[int, str]:
    """The same of a command as it is called, in the checkout."""
    done = subprocess.run(
        [sys.executable, "-m", "eulogin_harness.cli", "guide", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_the_guide_in_docs_is_current() -> None:
    """Its structure wherever this runs, and each pixel where the browser that drew it is here."""
    code, output = in_a_process("check", "cpms", "--against", "docs/guide")
    assert code == 0, output
    assert TOO_SMALL not in output


@pytest.mark.slow
def test_what_changes_fails_until_it_is_accepted(tmp_path: Path) -> None:
    file, report = tmp_path / "ours.yaml", tmp_path / "report.html"
    file.write_text(yaml.safe_dump(GUIDE))
    assert guide("build", "ours.yaml", "--format", "pictures", "--to", "built", folder=tmp_path)[0] == 0
    file.write_text(
        file.read_text()
        .replace("There it is.", "Look there.")
        .replace("- do: search.open", "- picture: {mark: arrow}\n    do: search.open")
    )
    code, output = guide("check", "ours.yaml", "--against", "built", "--report", "report.html", folder=tmp_path)
    assert code == 1
    assert "ours, en: chapter looking, step search.open: its picture changed: " in output
    assert "ours, en: chapter looking, step search.result: its sentence changed" in output
    assert "ours.yaml: 2 changes; report.html shows what was compared." in output
    assert "run `eulogin-harness guide accept ours.yaml --against built`" in output
    assert report.read_text().count("<img ") == 3
    assert guide("accept", "ours.yaml", "--against", "built", folder=tmp_path)[0] == 0
    assert "Look there." in (tmp_path / "built" / "structure.pictures.json").read_text()


@pytest.mark.slow
def test_what_is_accepted_is_in_the_overview_of_all_languages_too(tmp_path: Path) -> None:
    file, overview = tmp_path / "ours.yaml", tmp_path / "built" / "overview" / "overview.html"
    file.write_text(yaml.safe_dump(GUIDE))
    options = ("--format", "pictures", "--format", "overview", "--language", "fr", "--language", "en")
    assert guide("build", "ours.yaml", *options, "--to", "built", folder=tmp_path)[0] == 0
    before = overview.read_text()
    file.write_text(file.read_text().replace("There it is.", "Look there."))
    assert guide("accept", "ours.yaml", "--against", "built", folder=tmp_path)[0] == 0
    assert overview.read_text() == before.replace("There it is.", "Look there.")


WALK = """
from pathlib import Path
from eulogin_harness.guide import walking
from eulogin_harness.guide_text.errors import GuideError
from eulogin_harness.guide_text.loading import read
walking.TIMEOUT = 3_000
job = next(walking.jobs_of(read(Path("ours.yaml")), Path(), ["en"], ["desktop"], Path("pictures")))
try:
    walking.walk(job)
except GuideError as error:
    print(error)
"""


@pytest.mark.slow
def test_pages_that_go_another_course_fail_with_chapter_step_and_sentence(tmp_path: Path) -> None:
    unlisted = {"hospital": {"country": "AT", "name": "Nowhere Clinic"}}
    (tmp_path / "ours.yaml").write_text(yaml.safe_dump(GUIDE | unlisted))
    code, output = guide("build", "ours.yaml", "--format", "markdown", folder=tmp_path)
    assert (code, "Nowhere Clinic" in output, (tmp_path / "build").exists()) == (1, True, False)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WALK]  # what the command checks before is left out, and the minute that pages have
    output = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert "chapter looking, step search.open ('Press [Search].'), in en: the pages do not go on as" in output


@pytest.mark.slow
@pytest.mark.parametrize(("name", "chapter"), [("hospital-first", "request"), ("application", "sign-in")])
def test_what_other_guides_have_of_their_own_is_built(name: str, chapter: str, tmp_path: Path) -> None:
    code, output = guide(
        "build",
        name,
        "--chapter",
        chapter,
        "--format",
        "html",
        "--language",
        "de",
        folder=tmp_path,
    )
    assert code == 0, output
    assert TOO_SMALL not in output
    built = tmp_path / "build" / "guides" / name
    assert {file.name for file in built.iterdir()} == {"manifest.json", f"{name}.html"}
