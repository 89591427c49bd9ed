"""The tutorial, followed block by block in an empty environment from the built wheel.

Its files are written, its changes made, its commands run, and their output is what it shows. Only what it says of this
machine differs: the wheel is named by its file, ports are free ones, and packages come by uv out of its caches, in the
versions of the lock file.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from contextlib import ExitStack
from pathlib import Path

import pytest

from eulogin_harness.client import Harness
from tests.blocks import Block, blocks
from tests.serving import free_ports
from tests.test_package import ROOT, plain, wheel  # noqa: F401 - a fixture
from tests_clients.browser import Browser
from tests_clients.servers import running

pytestmark = pytest.mark.slow
SITE = Path(sysconfig.get_path("purelib"))
PROMISE = 120  # seconds of the processor
TIMEOUT = 120  # seconds of one command


class Reader:
    """Somebody who follows the page in a folder."""

    def __init__(self, folder: Path, wheel: Path) -> None:  # noqa: F811
        self.folder = folder
        self.here = {
            '"eulogin-harness[': f'"{wheel}[',
            "python3 -m venv": f"{sys.executable} -m venv --without-pip",
            "pip install": "uv pip install --quiet",
        }
        self.variables = plain() | {
            "UV_CONSTRAINT": str(ROOT / "requirements" / "dev.txt"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "EULOGIN_BROWSER": os.environ.get("EULOGIN_BROWSER", ""),
        }

    def follow(self, block: Block) -> None:
        if block.language == "python":
            (self.folder / block.title).write_text(self.said(block.text), encoding="utf-8")
        elif block.language == "diff":
            self.change(self.folder / block.title, block.text)
        else:
            self.run(block.text)

    def said(self, text: str) -> str:
        for there, here in self.here.items():
            text = text.replace(there, here)
        return text

    def change(self, file: Path, diff: str) -> None:
        """Replace the lines that begin with - by those with +."""
        old, new = ("\n".join(line[1:] for line in diff.splitlines() if line.startswith(sign)) for sign in ("-", "+"))
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"expected once in {file.name}: {old}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, text: str) -> None:
        """Run the commands of a block, and see that they write what it shows; `...` stands for anything."""
        commands = [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]
        shown = [part.strip() for line in text.splitlines() if not line.startswith("$ ") for part in line.split("...")]
        done = subprocess.run(
            ["sh", "-c", self.script(*commands)],
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert [part for part in shown if part not in done.stdout] == [], done.stdout
        assert done.returncode == (1 if "failed" in text else 0), done.stdout
        if "pip install" in text:
            self.lend_bytecode()

    def lend_bytecode(self) -> None:
        """Packages that are installed here in the same version are not compiled again, which takes longer than all
        that is run; Python compiles what differs.
        """
        (there,) = self.folder.glob(".venv/lib/python*/site-packages")
        for package in (folder for folder in there.rglob("*") if folder.is_dir()):
            here = SITE / package.relative_to(there) / "__pycache__"
            if here.is_dir() and package.name != "__pycache__":
                shutil.copytree(here, package / "__pycache__", dirs_exist_ok=True)

    def script(self, *commands: str) -> str:
        entered = ". .venv/bin/activate" if (self.folder / ".venv").exists() else ":"
        return "\n".join(["set -e", entered, *map(self.said, commands)])


@pytest.fixture
def reader(wheel: Path, tmp_path: Path) -> Reader:  # noqa: F811
    folder = tmp_path / "my-application"
    folder.mkdir()
    return Reader(folder, wheel)


@pytest.fixture
def at_the_desk(reader: Reader) -> tuple[str, str]:
    """Addresses of the desk and of the application, at ports of this test, which the reader takes too."""
    desk, *_, app = free_ports(5)
    reader.here |= {
        "eulogin-harness serve": f"eulogin-harness serve --port {desk}",
        "eulogin-harness people make": f"eulogin-harness people make --url http://localhost:{desk}",
        "localhost:8400": f"localhost:{desk}",
        "localhost:5000": f"localhost:{app}",
        "port=5000": f"port={app}",
    }
    return f"http://localhost:{desk}", f"http://localhost:{app}"


def test_the_tutorial_can_be_followed_literally(reader: Reader, at_the_desk: tuple[str, str]) -> None:
    before = os.times()
    urls = dict(zip(("second terminal", "third terminal"), at_the_desk, strict=True))
    with ExitStack() as terminals:
        for block in blocks("tutorial.md"):
            if url := urls.get(block.title):
                command = ["sh", "-c", reader.script(f"exec {block.text}")]
                terminals.enter_context(running(command, url, environment=reader.variables, folder=reader.folder))
            else:
                reader.follow(block)
        signs_in(*at_the_desk)
    after = os.times()
    assert after.children_user + after.children_system - before.children_user - before.children_system < PROMISE


def signs_in(desk: str, app: str) -> None:
    """As the page says at its end: whoever was made by the command line signs in to the application."""
    world = Harness(desk).default
    (person,) = world.personas.list(stage="registered")
    with Browser() as visitor:
        visitor.open(f"{app}/").sign_in(person)
        assert visitor.page.text == f"Hello {person.first_name} {person.last_name}"
