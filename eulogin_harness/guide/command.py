"""What `eulogin-harness guide` does: run the scenarios of a checkout that tell a chapter, in a real browser."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ABOVE = Path(__file__).parents[2]  # the checkout, unless the package was installed out of it
NEEDED = ("pytest", "playwright", "pytest_playwright", "axe_playwright_python")
_ENGLISH = "en"
_WRONG_USAGE = 4  # pytest's exit code


class GuideError(Exception):
    """The guide cannot be written here; the text says what is missing and what to do."""


def write_guide(folder: Path | None, language: str) -> int:
    """Write the guide; the command's exit code. Without a folder it goes below docs/guide. Raises GuideError."""
    checkout = _checkout()
    folder = folder or Path("docs", "guide", *([] if language == _ENGLISH else [language]))
    browser = _run("eulogin_harness.browser.find", stdout=subprocess.PIPE, text=True)
    if browser.returncode:
        return browser.returncode
    done = _run(
        *("pytest", "e2e", "-m", "chapter", "-p", "no:randomly"),
        *("--eulogin-language", language, "--eulogin-guide", str(folder.absolute())),
        cwd=checkout,
        env=os.environ | {"EULOGIN_BROWSER": browser.stdout.strip()},
    )
    return {0: 0, _WRONG_USAGE: 2}.get(done.returncode, 1)


def _checkout() -> Path:
    """The folder with the scenarios, which no wheel holds. Raises GuideError."""
    for folder in (Path.cwd(), ABOVE):
        if (folder / "e2e" / "conftest.py").is_file() and (folder / "eulogin_harness").is_dir():
            break
    else:
        raise GuideError(
            "expected a checkout of eulogin-harness, since the scenarios that tell the guide (folder e2e) are in no "
            "package; call it in a checkout, or `make guide` there"
        )
    if missing := next((name for name in NEEDED if find_spec(name) is None), None):
        raise GuideError(
            f"expected the extra browser, but {missing} is not installed; "
            'run `pip install -e ".[browser]"` in the checkout, or `make guide` there'
        )
    return folder


def _run(*words: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", *words], check=False, **options)  # noqa: S603 - fixed words only
