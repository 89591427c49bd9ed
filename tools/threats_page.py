"""docs/threats.md: which attacks were thought of, and the test of each, by the marks of the tests."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tools.markdown import code, table

ROOT = Path(__file__).parent.parent
FILE = ROOT / "docs" / "threats.md"
_HEAD = """# Threats

This page is made from the marks of the tests (`@pytest.mark.threat`): `make reference` writes it.

What somebody may try against a mock that runs on a shared machine or network, and the test that shows that it fails.
What is promised, and what stays open on purpose, says [SECURITY.md](../SECURITY.md).
"""


def page() -> str:
    """The table of all attacks with their tests, by the wording of the attack."""
    found = sorted(threat for folder in ("tests", "e2e") for file in _files(folder) for threat in _threats(file))
    return _HEAD + "\n" + table(("attack", "test"), found)


def _files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("test_*.py"))


def _threats(file: Path) -> Iterator[tuple[str, str]]:
    """Attack and test of each mark in a file."""
    text = file.read_text(encoding="utf-8")
    if "pytest.mark.threat(" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.threat":
                    yield ast.literal_eval(mark.args[0]), code(f"{file.relative_to(ROOT)}::{node.name}")
