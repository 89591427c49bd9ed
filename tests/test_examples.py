"""The examples and how-tos keep their word, as far as it can be read: their tests try the rest."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from eulogin_harness import VERSION
from eulogin_harness.cli import main
from eulogin_harness.pyproject import OPTIONS
from eulogin_harness.settings import TABLE, variable

ROOT = Path(__file__).parent.parent
FOLDERS = ("examples", "clients", "docs/clients", "tests_clients")
FILES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and not {"node_modules", "__pycache__", "dist", "test-results"} & set(path.parts)
)
NAMED = {str(path.relative_to(ROOT)): path for path in FILES}
CI = ROOT / "examples" / "ci"
YAML = ["examples/ci/gitlab-ci.yml", "examples/ci/github-workflow.yml"]
PAGES = [name for name in NAMED if name.endswith(".md")]
SAYS_COMMANDS = [*PAGES, *YAML, "examples/compose/compose.yaml", "examples/ci/Containerfile"]
OWN = {
    "EULOGIN_IMAGE",
    "EULOGIN_SOURCE",
    "EULOGIN_LEVEL",
    "EULOGIN_PUBLIC_URL",
    "EULOGIN_INTERNAL_URL",
}  # of the examples
CONTAINER = (CI / "Containerfile").read_text(encoding="utf-8")


def text(name: str) -> str:
    return NAMED[name].read_text(encoding="utf-8")


def test_python_compiles_and_no_package_registry_is_named() -> None:
    registries = r"registry\.npmjs|npmjs\.org|pypi\.org|pythonhosted|\"resolved\": \"(?!file:)|docker\.io|ghcr\.io"
    assert [name for name in NAMED if re.search(registries, text(name))] == []
    for name in (name for name in NAMED if name.endswith(".py")):
        compile(text(name), name, "exec")


@pytest.mark.parametrize("name", YAML)
def test_yaml_parses_and_every_job_has_steps(name: str) -> None:
    document: dict[str, Any] = yaml.safe_load(text(name))
    jobs = document.get("jobs", document)
    assert jobs
    assert all(job.get("script") or job.get("steps") for job in jobs.values())


def test_a_link_leads_to_a_file() -> None:
    links = [(NAMED[name].parent, link) for name in PAGES for link in re.findall(r"\]\(([^)#:]+)\)", text(name))]
    assert links
    assert [link for folder, link in links if not (folder / link).exists()] == []


def test_the_files_of_a_command_are_there() -> None:
    files = [(NAMED[name].parent, file) for name in PAGES if name.startswith("examples/") for file in files_of(name)]
    assert files
    assert [file for folder, file in files if not (folder / file).exists()] == []


def files_of(name: str) -> list[str]:
    """Files in the commands of a page."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text(name), re.DOTALL | re.MULTILINE)
    words = [word for block in blocks for line in block.splitlines() for word in shlex.split(line)]
    return [word for word in words if re.fullmatch(r"[\w./-]+\.(txt|py|mjs|json|yml)|tests", word)]


@pytest.mark.parametrize("name", SAYS_COMMANDS)
def test_every_command_and_option_of_the_mock_exists(name: str) -> None:
    found = re.findall(r"eulogin-harness (serve|ready|import)((?: +--[a-z-]+(?: [^-\s`\"]\S*)?)*)", text(name))
    for command, rest in found:
        options = {option for parameter in _command(command).params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, (command, rest)


def _command(name: str) -> click.Command:
    assert isinstance(main, click.Group)
    return main.commands[name]


@pytest.mark.parametrize("name", SAYS_COMMANDS)
def test_every_variable_is_one_that_the_mock_or_the_example_knows(name: str) -> None:
    known = {variable(setting) for setting in (*TABLE, *OPTIONS)} | OWN | {"EULOGIN_TOKEN", "EULOGIN_BROWSER"}
    assert set(re.findall(r"EULOGIN_[A-Z_]+", text(name))) <= known


def test_the_container_is_not_root_and_says_whether_it_is_ready() -> None:
    last = CONTAINER.rpartition("\nFROM ")[2]
    (user,) = re.findall(r"^USER (\S+)$", last, re.MULTILINE)
    assert int(user) > 0
    assert re.search(r'^HEALTHCHECK .* CMD \["eulogin-harness", "ready"\]$', last, re.MULTILINE)


def test_the_container_copies_all_that_the_wheel_holds() -> None:
    sources = [
        word for line in re.findall(r"^COPY (?!--from)(.*) \S+$", CONTAINER, re.MULTILINE) for word in line.split()
    ]
    assert all((ROOT / source).exists() for source in sources)
    packages = re.search(r"only-include = \[(.*)\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert packages
    assert set(re.findall(r'"([^"]+)"', packages[1])) <= set(sources)


# What a page shows is what an example holds; the blocks of the other pages are read by tests_clients.


@pytest.mark.parametrize(
    ("how_to", "example"),
    [
        ("docs/clients/python.md", "examples/flask-cas/app.py"),
        ("docs/clients/node.md", "examples/node-oidc/app.mjs"),
        ("docs/clients/typescript.md", "examples/node-oidc/"),
        ("docs/clients/java.md", "examples/java/"),
        ("docs/clients/robot.md", "examples/robot/"),
        ("docs/clients/containers.md", "examples/compose/"),
    ],
)
def test_the_code_of_a_page_stands_in_its_example(how_to: str, example: str) -> None:
    shown = "\n".join(
        text(name)
        for name in NAMED
        if name.startswith(example) and name.endswith((".py", ".mjs", ".java", ".robot", ".yaml"))
    )
    blocks = re.findall(
        r"^```(?:python|js|java|yaml|robotframework)\n(.*?)^```", text(how_to), re.DOTALL | re.MULTILINE
    )
    assert blocks
    assert [block for block in blocks if block not in shown] == []


def test_the_package_in_typescript_has_the_version_of_the_product() -> None:
    package = json.loads(text("clients/typescript/package.json"))
    assert package["version"] == VERSION


def test_the_index_names_every_page() -> None:
    pages = {path.name for path in (ROOT / "docs" / "clients").glob("*.md")} - {"README.md"}
    assert pages == set(re.findall(r"\]\((\w+\.md)\)", text("docs/clients/README.md")))
