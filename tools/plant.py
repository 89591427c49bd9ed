"""Plants known faults into copies of the checkout, one at a time, and says which test catches each.

`make plant` runs it; tools/faults.yaml lists the faults.
"""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

import click
import yaml

ROOT = Path(__file__).parent.parent
LIST = ROOT / "tools" / "faults.yaml"
LONGEST = 600  # seconds of a run of tests
_TESTS_FAILED, _NO_TESTS = 1, 5  # exit codes of pytest
_LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "node_modules", ".*_cache", ".hypothesis", "test-results")
_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
_PYTEST = ("-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider", "--tb=no")


@dataclass(frozen=True)
class Fault:
    """A fault in `file`: `planted` stands in place of `text`. tests: that catch it, paths with blanks between."""

    name: str
    file: str
    text: str
    planted: str
    tests: str

    def spoil(self, source: str) -> str:
        """The file's content with the fault in it. Raises ValueError with a sentence where it has no one place."""
        return exchanged(source, self.text, self.planted, f"{self.name}: its text", self.file, LIST)


def exchanged(source: str, text: str, instead: str, what: str, file: str, entries: Path) -> str:
    """A source with `instead` in place of `text`. what, file, entries: for the sentence of ValueError, which is raised
    where the text has no one place.
    """
    if (count := source.count(text)) != 1:
        raise ValueError(f"{what} stands {count} times in {file}, not once; mend the entry in {entries.name}")
    return source.replace(text, instead)


def faults() -> list[Fault]:
    """All faults, in the list's order."""
    return [Fault(**entry) for entry in yaml.safe_load(LIST.read_text(encoding="utf-8"))]


def _run(copy: Path, *arguments: str) -> tuple[int | None, list[str]]:
    """Exit code of pytest, None where it did not end in time, and the tests that failed."""
    environment = os.environ | {"PYTHONPATH": str(copy)}
    try:
        done = subprocess.run(  # noqa: S603 - our own tests
            [sys.executable, *_PYTEST, *arguments],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, []
    return done.returncode, _FAILED.findall(done.stdout)


def caught(copy: Path, fault: Fault) -> tuple[bool, str]:
    """Whether a test failed because of the fault, and the line that says so. The copy is as before afterwards."""
    file = copy / fault.file
    source = file.read_text(encoding="utf-8") if file.is_file() else ""
    try:
        spoilt = fault.spoil(source)
    except ValueError as problem:
        return False, str(problem)
    file.write_text(spoilt, encoding="utf-8")
    try:
        code, failed = _run(copy, "-x", *fault.tests.split())
    finally:
        file.write_text(source, encoding="utf-8")
    if code == _TESTS_FAILED and failed:
        return True, f"{fault.name}: caught by {failed[0]}"
    why = {0: "all passed", _NO_TESTS: "there are no such tests", None: f"they took more than {LONGEST} s"}
    return False, f"{fault.name}: NOT CAUGHT by {fault.tests} ({why.get(code, f'pytest ended with {code}')})"


def _plant(chosen: list[Fault], jobs: int, folder: Path) -> int:
    """How many faults were not caught. Raises ClickException where the tests fail without any."""
    copies: SimpleQueue[Path] = SimpleQueue()
    for number in range(jobs):
        copies.put(Path(shutil.copytree(ROOT, folder / str(number), ignore=_LEFT_OUT)))
    tests = sorted({test for fault in chosen for test in fault.tests.split()})
    code, failed = _run(folder / "0", "--numprocesses", str(jobs), *tests)
    if code != 0:
        wrong = ", ".join(failed) or f"pytest ended with {code}"
        raise click.ClickException(
            f"tests fail without a fault, so that they would catch none; mend them first: {wrong}"
        )

    def in_a_copy(fault: Fault) -> tuple[bool, str]:
        copy = copies.get()
        try:
            return caught(copy, fault)
        finally:
            copies.put(copy)

    missed = 0
    with ThreadPoolExecutor(jobs) as pool:
        for number, (good, line) in enumerate(pool.map(in_a_copy, chosen), 1):
            click.echo(f"{number}/{len(chosen)} {line}")
            missed += not good
    return missed


@click.command()
@click.option("--only", "names", multiple=True, metavar="NAME", help="Plant this fault alone; may come several times.")
@click.option("--list", "listed", is_flag=True, help="Say which faults there are, and plant none.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Copies at the same time.")
def main(names: tuple[str, ...], listed: bool, jobs: int) -> None:
    """Plant each fault into a copy of the checkout, and say which test catches it.

    Exit code 1 where one is not caught, or the tests fail without any.
    """
    known = {fault.name: fault for fault in faults()}
    if unknown := set(names) - known.keys():
        raise click.BadParameter(f"no fault is called {', '.join(sorted(unknown))}; --list names them all")
    chosen = [fault for fault in known.values() if not names or fault.name in names]
    if listed:
        click.echo("\n".join(f"{fault.name}  ({fault.file})" for fault in chosen))
        return
    with TemporaryDirectory(prefix="planted-") as folder:
        missed = _plant(chosen, jobs, Path(folder))
    click.echo(f"{len(chosen) - missed} of {len(chosen)} faults were caught")
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
