"""The how-tos keep their word: their files are run, and what cannot be run here is read."""

import os
import re
import shlex
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from eulogin_harness.cli import main
from eulogin_harness.client import Harness, World
from eulogin_harness.configuration import gather_settings
from eulogin_harness.pyproject import from_pyproject
from eulogin_harness.site import open_site
from tests.blocks import DOCS, blocks, files
from tests.test_dependencies import locked
from tests.test_package import ROOT, plain

PAGES = sorted(f"how-to/{file.name}" for file in (DOCS / "how-to").glob("*.md"))
TIMEOUT = 120  # seconds of one command
PLUGINS = ("eulogin", "playwright", "anyio", "django", "xdist")  # those that readers have of requirements/how-to.txt
PIPELINES = ["how-to/github-actions.md", "how-to/gitlab-ci.md", "how-to/jenkins.md"]
PROGRAMS = {"pip", "playwright", "pytest", "eulogin-harness", "podman", "export"}


def commands(page: str) -> Iterator[list[str]]:
    """The commands of a page, in words: of its shell blocks, its pipelines, and its sentences."""
    for block in blocks(page):
        if block.language == "sh":
            yield from map(shlex.split, block.text.splitlines())
        elif block.language == "yaml":
            yield from map(shlex.split, scripts(yaml.safe_load(block.text)))
        elif block.language == "groovy":
            yield from map(shlex.split, re.findall(r"^ *sh '(.+)'$", block.text, re.MULTILINE))
    text = re.sub(r"^```.*?^```", "", (DOCS / page).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    yield from (found.split() for found in re.findall(r"`(eulogin-harness [^`]+)`", text))


def scripts(pipeline: dict[Any, Any]) -> list[str]:
    """The lines that a GitHub workflow or a GitLab pipeline runs."""
    jobs: list[dict[str, Any]] = [*pipeline.get("jobs", pipeline).values()]
    steps = [step for job in jobs for step in job.get("steps", ())]
    return [line for job in jobs for line in job.get("script", ())] + [step["run"] for step in steps if "run" in step]


@pytest.mark.parametrize("name", PAGES)
def test_every_command_and_option_exists(name: str, pytestconfig: pytest.Config) -> None:
    for program, *words in commands(name):
        assert program in PROGRAMS
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        if program == "eulogin-harness":
            assert isinstance(main, click.Group)
            assert options <= {option for of in main.commands[words[0]].params for option in of.opts}
        elif program == "pytest":
            assert options <= _pytest_options(pytestconfig)


def _pytest_options(config: pytest.Config) -> set[str]:
    groups = [config._parser._anonymous, *config._parser._groups]
    return {name for group in groups for option in group.options for name in option.names()}


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_tests_and_keeps_what_a_failure_leaves(name: str) -> None:
    programs = [program for program, *words in commands(name) if words[:1] != ["replay"]]
    assert programs == ["pip", "playwright", "pytest"]
    (pipeline,) = files(name).values()
    assert pipeline.count("test-results/junit.xml") >= 1
    assert re.search(r"upload-artifact|artifacts:|archiveArtifacts", pipeline)


def test_the_pipeline_of_jenkins_has_the_form_of_a_declarative_one() -> None:
    """Blocks that close, and the sections that such a pipeline must have."""
    text = files("how-to/jenkins.md")["Jenkinsfile"]
    depth = 0
    for line in text.splitlines():
        depth += line.count("{") - line.count("}")
        assert depth >= 0, line
    assert depth == 0
    sections = re.findall(r"^(?: {4})?(\w+)(?:\(.*\))? \{$", text, re.MULTILINE)
    assert sections == ["pipeline", "agent", "options", "stages", "post"]
    assert len(re.findall(r"stage\('[\w ]+'\) \{\s+steps \{", text)) == text.count("stage(") == 2


def test_the_files_of_a_shared_mock_are_understood(tmp_path: Path) -> None:
    page = files("how-to/weeks.md")
    (tmp_path / "pyproject.toml").write_text(page["pyproject.toml"], encoding="utf-8")
    assert gather_settings((), from_pyproject(tmp_path))["worlds.ttl"] == "PT4H"
    unit = page["eulogin-harness.service"]
    (start,) = re.findall(r"ExecStart=\S+/eulogin-harness (.+)", unit)
    assert "ExecReload=/bin/kill -HUP $MAINPID" in unit
    (token,) = re.findall("EULOGIN_TOKEN=(.+)", unit)
    (scraped,) = yaml.safe_load(page["prometheus.yml"])["scrape_configs"]
    assert scraped["authorization"] == {"credentials": token}
    assert isinstance(main, click.Group)
    command, *words = shlex.split(start)
    options = {option for each in main.commands[command].params for option in each.opts}
    assert {word for word in words if word.startswith("--")} <= options


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the packages of this one, and those that only the pages need."""
    folder = tmp_path_factory.mktemp("how-to") / ".venv"
    venv.create(folder, symlinks=True)
    site = next(folder.glob("lib/python*/site-packages"))
    (site / "lent.pth").write_text(f"{ROOT}\n{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    lock = ROOT / "requirements" / "how-to.txt"
    further = sorted(locked("how-to") - locked("dev"))
    command = ["uv", "pip", "install", "--quiet", "--no-deps", "--python", str(folder), "--constraint", str(lock)]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([*command, *further], env=plain() | {"PATH": path}, check=True, timeout=TIMEOUT)
    return folder / "bin" / "python"


def run(python: Path, folder: Path, pages: list[str], *options: str) -> str:
    """Run the tests of pages, in one folder; what pytest says."""
    for page in pages:
        for name, text in files(page).items():
            (folder / name).write_text(text, encoding="utf-8")
    loaded = (part for name in PLUGINS for part in ("-p", name))
    command = [str(python), "-m", "pytest", *loaded, *options]
    environ = plain() | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"
    }  # all that are installed here cost each process a second
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_tests_of_the_pages_are_green_side_by_side(python: Path, tmp_path: Path, world: World) -> None:
    mock = world.addresses.desk.removesuffix(f"/w/{world.name}")  # one that runs already: two more cost seconds
    pages = ["how-to/flask.md", "how-to/fastapi.md", "how-to/django.md", "how-to/parallel.md"]
    pages += ["how-to/shared-application.md", "how-to/async.md"]
    written = run(python, tmp_path, pages, "--numprocesses", "2", "-v", "--eulogin-url", mock)
    for page in pages:
        assert re.search(rf"PASSED.*{next(name for name in files(page) if name.startswith('test_'))}", written), written


@pytest.mark.slow
def test_the_page_on_tls_is_green(tmp_path: Path) -> None:
    names: dict[str, Any] = {}
    exec(files("how-to/tls.md")["test_tls.py"], names)  # noqa: S102 - our own page
    tests = [value for name, value in names.items() if name.startswith("test_")]
    authority = tmp_path / "ca.pem"
    with open_site(port=0, tls=True) as site:
        assert site.authority
        authority.write_text(site.authority.pem, encoding="ascii")
        world = Harness(site.listeners["desk"], ca=authority).worlds.create()
        for test in tests:
            test(world, authority)
    assert len(tests) == 2
