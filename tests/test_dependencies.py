"""What the code imports and what `pyproject.toml` names are the same."""

import ast
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PACKAGES = {"mock_world", "mock_idp", "mock_phone", "mock_cpms", "eulogin_harness"}
OURS = PACKAGES | {"tests", "tests_clients", "tests_grades", "e2e", "benchmarks", "tools", "examples"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def named(*lists: list[object]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for lines in lists for line in lines if isinstance(line, str)}


def imported(folders: set[str]) -> set[str]:
    """Distributions that the code of these folders imports; a module of none of them stays by its own name."""
    installed = distributions()
    modules = {name for folder in folders for file in (ROOT / folder).rglob("*.py") for name in imports(file)}
    foreign = modules - sys.stdlib_module_names - OURS - {"_typeshed"}
    return {canonicalize_name(installed.get(name, [name])[0]) for name in foreign}


distributions = cache(packages_distributions)  # reads what each installed package says of its files


def imports(file: Path) -> set[str]:
    return {module.partition(".")[0] for module in modules(file)}


@cache
def modules(file: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return frozenset(found)


CLIENT = {f"eulogin_harness/{folder}" for folder in ("client", "documents", "pytest_plugin", "browser")}
EXTRAS = PROJECT["project"]["optional-dependencies"]
BASE, SERVER, BROWSER = named(PROJECT["project"]["dependencies"]), named(EXTRAS["server"]), named(EXTRAS["browser"])
GUIDE, LOAD = named(EXTRAS["guide"]) - {"eulogin-harness"}, named(EXTRAS["load"])
POSTGRESQL = named(EXTRAS["postgresql"])
BY_FIXTURES = {"pytest-playwright"}  # used by the names of its fixtures, not imported
GRADED = {"flask-oidc", "mozilla-django-oidc"}  # installed beside, as docs/grades.md says, to be graded


def test_every_dependency_is_imported_and_every_import_is_a_dependency() -> None:
    assert imported(PACKAGES) | BY_FIXTURES == BASE | SERVER | BROWSER | GUIDE | LOAD | POSTGRESQL
    further = named(*PROJECT["dependency-groups"].values())  # of tests
    assert imported(OURS) <= BASE | SERVER | BROWSER | GUIDE | LOAD | POSTGRESQL | GRADED | further


def test_client_plugin_and_page_objects_need_nothing_of_the_server() -> None:
    assert imported(CLIENT) <= BASE | BROWSER


OF_PAGES = {"__init__", "app", "pages"}  # by the name of a module or of its folder; all others are rules
OF_THE_WEB = ("flask", "wtforms", "werkzeug", "mock_world.web")


def rule_modules() -> list[Path]:
    files = (file for actor in ("mock_idp", "mock_phone", "mock_cpms") for file in (ROOT / actor).rglob("*.py"))
    return [file for file in files if not {file.stem, file.parent.name} & OF_PAGES]


def test_rules_know_no_flask() -> None:
    assert len(rule_modules()) > 30
    for file in rule_modules():
        assert [module for module in modules(file) if module.startswith(OF_THE_WEB)] == [], file


@pytest.mark.parametrize("name", ["run", "dev", "how-to", "uv", "release"])
def test_lock_files_hold_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if "==" in line]
    assert pins
    assert all(line.endswith("\\") for line in pins)
    assert "://" not in text
    assert "-index" not in text


def test_lock_files_hold_every_dependency() -> None:
    run = BASE | SERVER | named(PROJECT["dependency-groups"]["build"])
    dev = run | BROWSER | named(PROJECT["dependency-groups"]["dev"])
    assert run <= locked("run")
    assert dev <= locked("dev")


def locked(name: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return {line.partition("==")[0] for line in lines if "==" in line}
