"""The page docs/reference/fixtures.md, made of the plugin's source and of the contract."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tools.contract import contract
from tools.markdown import code, codes, table

PLUGIN = Path(__file__).parents[1] / "eulogin_harness" / "pytest_plugin"

_HEAD = """# Fixtures

This page is made from the code: `make reference` writes it.

What the pytest plugin brings. All but those of the session are for one test, in a world of its own. The classes that
they give are on the page [client](client.md).
"""


def page() -> str:
    """fixtures.md: fixtures by their docstrings, options and markers of the contract."""
    parts = [_HEAD, *(_fixture(function) for function in _fixtures())]
    parts.append(
        "\n## Options\n\n"
        + table(("option", "does"), ((code(name), what) for name, what in contract().pytest_options.items()))
    )
    markers = ((code(name), codes(arguments)) for name, arguments in contract().markers.items())
    parts.append("\n## Markers\n\n" + table(("marker", "takes"), markers))
    return "".join(parts)


def _fixtures() -> Iterator[ast.FunctionDef]:
    """The public fixtures of the plugin, as they stand in its modules."""
    for file in sorted(PLUGIN.glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and _decorator(node) and not node.name.startswith("_"):
                yield node


def _decorator(function: ast.FunctionDef) -> str:
    """The decorator that makes a function a fixture, as it is written."""
    written = (ast.unparse(decorator) for decorator in function.decorator_list)
    return next((text for text in written if text.startswith("pytest.fixture")), "")


def _fixture(function: ast.FunctionDef) -> str:
    scope = ", for the session" if "session" in _decorator(function) else ""
    return f"\n## `{function.name}`\n\nGives {code(_given(function))}{scope}.\n\n{ast.get_docstring(function)}\n"


def _given(function: ast.FunctionDef) -> str:
    """The type of a fixture's value; of a generator, what it yields."""
    if function.returns is None:
        raise ValueError(f"expected the fixture {function.name} to say what it gives; annotate it")
    is_text = isinstance(function.returns, ast.Constant)
    kind = str(function.returns.value) if is_text else ast.unparse(function.returns)  # type: ignore[attr-defined]
    return kind.removeprefix("Iterator[").removesuffix("]") if kind.startswith("Iterator[") else kind
