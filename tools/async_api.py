"""The asynchronous page objects, made from the synchronous ones: `make reference` writes them.

`await` goes before each call of what is a coroutine in playwright.async_api, and of what becomes one by that.
"""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright import async_api

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "eulogin_harness" / "browser"
FOLDER = SOURCE / "async_api"
MODULES = (
    *("camera", "cpms", "eu_login", "handset", "journeys", "mailbox"),
    *("my_account", "pages", "screen", "security_key"),
)
_CLASSES = ("BrowserContext", "CDPSession", "FrameLocator", "Keyboard", "Locator", "LocatorAssertions", "Mouse", "Page")
_NOTE = "# Made from ../{name}.py by `make reference`: change that one.\n\n"
_Function = ast.FunctionDef


def pages() -> dict[str, str]:
    """The text of each module, by its name."""
    sources = {name: (SOURCE / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}
    trees = {name: ast.parse(source) for name, source in sources.items()}
    coroutines = _coroutines(trees)
    return _formatted({name: _module(name, sources[name], trees[name], coroutines) for name in MODULES})


@cache
def _of_playwright() -> frozenset[str]:
    """Names of coroutines of Playwright; none is at the same time that of a function of another of these classes."""
    members = [(name, member) for kind in _CLASSES for name, member in inspect.getmembers(getattr(async_api, kind))]
    plain = {name for name, member in members if not inspect.iscoroutinefunction(member)}
    return frozenset({name for name, member in members if inspect.iscoroutinefunction(member)} - plain)


def _coroutines(trees: Mapping[str, ast.Module]) -> frozenset[str]:
    """Names of coroutines: Playwright's, and our functions that call one. Raises ValueError where they share a name."""
    functions = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, _Function)]
    playwright = _of_playwright()
    known = playwright
    while more := {each.name for each in functions if each.name not in known and [*_calls(each, known)]}:
        known |= more
    if twice := playwright & {each.name for each in functions}:
        raise ValueError(f"expected names that Playwright does not use, but {', '.join(sorted(twice))} is one")
    return known


def _calls(tree: ast.AST, names: frozenset[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            is_method = isinstance(called, ast.Attribute) and called.attr in names
            is_own = isinstance(called, ast.Name) and called.id in names - _of_playwright()
            if is_method or is_own:
                yield node


def _module(name: str, source: str, tree: ast.Module, coroutines: frozenset[str]) -> str:
    lines = source.encode().splitlines(keepends=True)  # ast counts bytes
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Subscript)}
    edits: list[tuple[int, str]] = []
    for call in _calls(tree, coroutines):
        in_brackets = id(call) in inner
        edits.append((starts[call.lineno - 1] + call.col_offset, "(await " if in_brackets else "await "))
        if in_brackets and call.end_lineno is not None and call.end_col_offset is not None:
            edits.append((starts[call.end_lineno - 1] + call.end_col_offset, ")"))
    functions = (node for node in ast.walk(tree) if isinstance(node, _Function) and [*_calls(node, coroutines)])
    edits += [(starts[node.lineno - 1] + node.col_offset, "async ") for node in functions]
    edits.reverse()  # so that of two at one place the outer one comes first
    text = source.encode()
    for at, added in sorted(edits, key=lambda edit: edit[0], reverse=True):
        text = text[:at] + added.encode() + text[at:]
    return _NOTE.format(name=name) + _imports(text.decode())


def _imports(text: str) -> str:
    text = re.sub(r"^( *from playwright)\.sync_api ", r"\1.async_api ", text, flags=re.MULTILINE)
    own = rf"^( *from eulogin_harness\.browser)\.({'|'.join(MODULES)}) "
    return re.sub(own, r"\1.async_api.\2 ", text, flags=re.MULTILINE)


def _formatted(modules: Mapping[str, str]) -> dict[str, str]:
    """Modules in their usual form, all by one call of ruff."""
    with TemporaryDirectory() as folder:
        files = {name: Path(folder, f"{name}.py") for name in modules}
        for name, file in files.items():
            file.write_text(modules[name], encoding="utf-8")
        ruff = [sys.executable, "-m", "ruff", "format", "--quiet", "--config", str(ROOT / "pyproject.toml"), folder]
        subprocess.run(ruff, check=True)  # noqa: S603
        return {name: file.read_text(encoding="utf-8") for name, file in files.items()}


def write(folder: Path = FOLDER) -> None:
    """Write the modules."""
    for name, text in pages().items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
