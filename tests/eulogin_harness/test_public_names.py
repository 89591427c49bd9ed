"""What is public: the names of `eulogin_harness`, each documented, and nothing else in examples and how-tos."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import eulogin_harness
from tools.contract import contract

ROOT = Path(__file__).parents[2]
SOURCE = Path(eulogin_harness.__file__).read_text(encoding="utf-8")
INTERNAL = {"architecture.md", "decisions.md"}
SHOWN = {".py", ".md", ".ts", ".mjs", ".java", ".robot", ".toml", ".yaml", ".yml", ".sh"}
PRIVATE = re.compile(
    r"\b_eulogin_\w+|(?:from|import) mock_\w+|\beulogin_harness\.(?!(?:browser|default|smtp|worlds)\b)[\w.]+"
)


def imported_for_types() -> set[tuple[str, str]]:
    """Name and module, as type checkers read them."""
    block = next(node for node in ast.parse(SOURCE).body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {(name.name, str(node.module)) for node in imports for name in node.names}


def test_public_names_are_those_of_the_contract_for_programs_and_type_checkers_alike() -> None:
    modules = {name: f"eulogin_harness.{module}" for name, module in eulogin_harness._MODULES.items()}
    assert sorted(modules) == sorted(contract().public_names)
    assert set(modules.items()) == imported_for_types()
    assert set(contract().public_names) <= set(dir(eulogin_harness))


@pytest.mark.parametrize("name", contract().public_names)
def test_a_public_name_is_there_and_says_what_it_is(name: str) -> None:
    value = getattr(eulogin_harness, name)
    assert value is getattr(sys.modules[f"eulogin_harness.{eulogin_harness._MODULES[name]}"], name)
    if not eulogin_harness._MODULES[name].startswith("browser."):  # what a verb of a page does is seen on the page
        assert undocumented(value) == []


def undocumented(value: object) -> list[str]:
    """A class or function and its own public methods and properties, where they have no docstring."""
    if not (inspect.isclass(value) or inspect.isfunction(value)):
        return []
    members = {name: each for name, each in vars(value).items() if not name.startswith("_") and is_method(each)}
    return [name for name, each in {"itself": value, **members}.items() if not inspect.getdoc(each)]


def is_method(value: object) -> bool:
    return inspect.isfunction(value) or isinstance(value, property | classmethod | staticmethod)


def test_what_is_no_public_name_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Wrold'"):
        _ = eulogin_harness.Wrold  # type: ignore[attr-defined]


def test_the_names_cost_nothing_until_they_are_asked_for() -> None:
    loaded = "import sys, eulogin_harness; print(sorted({'requests', 'pydantic', 'pytest'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", loaded], text=True) == "[]\n"


def shown() -> Iterator[Path]:
    for folder in ("examples", "docs", "clients"):
        for file in (ROOT / folder).rglob("*"):
            internal = file.name in INTERNAL or {"reference", "node_modules"} & set(file.parts)
            if file.suffix in SHOWN and not internal:
                yield file
    yield ROOT / "README.md"


def test_no_example_and_no_how_to_names_what_is_private() -> None:
    public = {f"eulogin_harness.{name}" for name in (*contract().public_names, "VERSION")}
    used = {(file, name) for file in shown() for name in PRIVATE.findall(file.read_text(encoding="utf-8"))}
    assert {(str(file.relative_to(ROOT)), name) for file, name in used if name not in public} == set()
