"""The wheel: built, looked into, and used in environments that hold nothing but what it asks for."""

import os
import re
import shutil
import signal
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.parser import Parser
from importlib.metadata import distribution
from pathlib import Path
from threading import Timer
from zipfile import ZipFile

import pytest
import requests
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from eulogin_harness import VERSION

ROOT = Path(__file__).parent.parent
PACKAGES = ("mock_world", "mock_idp", "mock_phone", "mock_cpms", "eulogin_harness")
TIMEOUT = 300  # seconds: a machine may be busy
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


@pytest.fixture(scope="module")
def environment(wheel: Path, metadata: Message, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel and what its extra `server` requires, and nothing else."""
    return made(tmp_path_factory.mktemp("environment"), wheel, required(metadata, "server"))


def made(folder: Path, wheel: Path, lent: set[str]) -> Path:
    venv.create(folder, symlinks=True)
    site = next(folder.glob("lib/python*/site-packages"))
    for name in lent:
        link(name, site)
    install(wheel, folder)
    return folder


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, env=plain(), capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def plain() -> dict[str, str]:
    """The environment without what would lead Python or the harness elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "EULOGIN"))}


def required(metadata: Message, extra: str) -> set[str]:
    """Names of all distributions that the wheel with an extra leads to."""
    found: set[str] = set()
    waiting = [(line, extra) for line in metadata.get_all("Requires-Dist", [])]
    while waiting:
        line, extra = waiting.pop()
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        if name not in found or requirement.extras:
            further = distribution(name).requires or []
            waiting += [(line, extra) for line in further for extra in ("", *requirement.extras)]
        found.add(name)
    return found


def link(name: str, site: Path) -> None:
    """Lend a distribution of this environment to another one, without a network."""
    lent = distribution(name)
    for top in {file.parts[0] for file in lent.files or []} - {"..", "__pycache__"}:
        (site / top).symlink_to(Path(str(lent.locate_file(top))))


UV = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}") or ""


def install(wheel: Path, environment: Path) -> None:
    python = str(environment / "bin" / "python")
    by_uv = (UV, "pip", "install", "--offline", "--no-deps", "--python", python, str(wheel))
    by_pip = (sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps", str(wheel))
    run(*(by_uv if UV else by_pip), cwd=wheel.parent)


def test_the_wheel_holds_every_file_of_the_packages_the_licence_and_nothing_else(names: list[str]) -> None:
    folders = [*PACKAGES, "fixtures"]
    files = [file for folder in folders for file in (ROOT / folder).rglob("*") if file.is_file()]
    expected = {str(file.relative_to(ROOT)) for file in files if "__pycache__" not in file.parts}
    assert expected > {"mock_world/locale/fr/LC_MESSAGES/messages.po", "mock_world/web/static/style.css"}
    assert {re.sub("^fixtures/", "mock_world/fixtures/", name) for name in expected} <= set(names)
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    about = {name.partition(".dist-info/")[2] for name in names}
    assert {"licenses/LICENSE", "licenses/NOTICE"} <= about
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == set(PACKAGES)


def test_the_wheel_brings_the_command_and_the_pytest_plugin(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/entry_points.txt"))
        text = archive.read(name).decode()
    assert "eulogin-harness = eulogin_harness.cli:main" in text
    assert "[pytest11]\neulogin = eulogin_harness.pytest_plugin" in text


@contextmanager
def running(*command: str, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command, cwd=cwd, env=plain(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        watch = Timer(TIMEOUT, process.kill)
        watch.start()
        yield process
        process.kill()
        watch.cancel()


@pytest.fixture
def served(environment: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`eulogin-harness serve` of the wheel, far from the sources."""
    with running(str(environment / "bin" / "eulogin-harness"), "serve", "--port", "0", cwd=tmp_path) as process:
        yield process


def desk_of(served: subprocess.Popen[str]) -> str:
    assert served.stdout is not None
    return next((found[0] for line in served.stdout if (found := re.search(r"http://localhost:\d+", line))), "")


def test_serve_runs_from_the_wheel_and_stops_at_ctrl_c(served: subprocess.Popen[str]) -> None:
    assert requests.get(f"{desk_of(served)}/readyz", timeout=TIMEOUT).status_code == 200
    served.send_signal(signal.SIGINT)
    _, errors = served.communicate(timeout=TIMEOUT)
    assert (served.returncode, errors) == (0, "")


def test_uvx_runs_the_mock_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    uvx = (UV, "tool", "run", "--python", sys.executable, "--from", f"{wheel}[server]", "eulogin-harness")
    with running(*uvx, "serve", "--port", "0", cwd=tmp_path) as process:
        desk = desk_of(process)
        assert run(*uvx, "ready", "--url", desk, cwd=tmp_path) == f"eulogin-harness {VERSION} is ready at {desk}\n"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=TIMEOUT)


def test_guide_says_which_extra_it_needs(environment: Path, tmp_path: Path) -> None:
    words = [str(environment / "bin" / "eulogin-harness"), "guide", "build", "cpms"]
    done = subprocess.run(
        words, cwd=tmp_path, env=plain(), capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert 'run `pip install "eulogin-harness[guide]"`' in done.stderr


def test_the_mock_imports_nothing_that_the_wheel_does_not_ask_for(environment: Path, tmp_path: Path) -> None:
    listing = """
import importlib, pkgutil, sys
for package in sys.argv[1:]:
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        others = ("browser", "guide.", "load.processes", "pytest_plugin", "mock_world.postgresql")
        if not module.name.removeprefix("eulogin_harness.").startswith(others):
            print(importlib.import_module(module.name).__file__)
"""
    python = str(environment / "bin" / "python")
    files = run(python, "-c", listing, *PACKAGES, cwd=tmp_path).split()
    assert {Path(file).is_relative_to(environment) for file in files} == {True}


def size(wheel: Path, names: set[str]) -> float:
    """Megabytes of the wheel and of distributions, as installed, without bytecode."""
    with ZipFile(wheel) as archive:
        own = sum(info.file_size for info in archive.infolist())
    files = [Path(str(file.locate())) for name in names for file in distribution(name).files or []]
    return (own + sum(file.stat().st_size for file in files if file.suffix != ".pyc" and file.is_file())) / 1e6


def test_a_client_takes_below_15_megabytes_and_a_mock_below_150(wheel: Path, metadata: Message) -> None:
    assert size(wheel, required(metadata, "")) < 15
    assert size(wheel, required(metadata, "server")) < 150


BESIDE = ("pytest>=8.2", "sqlalchemy>=2,<2.1", "pydantic<2.12", "flask>=2.3.3,<3")
SUITE = """
import sys
import flask, requests, sqlalchemy

def test_somebody_signs_in(world, persona, phone, mailbox, eulogin):
    service = "https://portal.example/"
    world.services.create(service)
    anna = persona("enrolled")
    ticket = world.personas.session(anna, service=service).ticket
    answer = requests.get(f"{eulogin.url}/laxValidate", params={"service": service, "ticket": ticket})
    assert f"<cas:user>{anna.uid}</cas:user>" in answer.text
    assert phone.screen.accounts == []
    assert mailbox.list(to="nobody@hospital.example") == []

def test_nothing_of_the_mock_is_there(request):
    assert not {"faker", "yaml", "mock_world.world"} & set(sys.modules)
    assert not request.config.pluginmanager.hasplugin("faker")
"""


@pytest.fixture(scope="module")
def client_alone(wheel: Path, metadata: Message, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the client, what it needs in the lowest versions, and older packages of an application."""
    folder = tmp_path_factory.mktemp("client")
    run(UV, "venv", "--python", sys.executable, str(folder), cwd=folder)
    own = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    lowest = (UV, "pip", "install", "--python", str(folder), "--resolution", "lowest-direct")
    run(*lowest, *own, *BESIDE, str(wheel), cwd=folder)
    return folder


def pytest_of(environment: Path, folder: Path, *words: str) -> str:
    (folder / "test_suite.py").write_text(SUITE, encoding="utf-8")
    (folder / "pyproject.toml").write_text('[tool.eulogin-harness]\n"link.life" = "PT4M"\n', encoding="utf-8")
    command = [str(environment / "bin" / "python"), "-m", "pytest", "-q", *words]
    done = subprocess.run(command, cwd=folder, env=plain(), capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_client_alone_signs_somebody_in_beside_older_packages(
    client_alone: Path, served: subprocess.Popen[str], tmp_path: Path
) -> None:
    desk = desk_of(served)
    assert "2 passed" in pytest_of(client_alone, tmp_path, "--eulogin-url", desk)
    made = run(str(client_alone / "bin" / "eulogin-harness"), "people", "make", "--url", desk, cwd=tmp_path)
    assert "password" in made


def test_the_client_alone_says_in_a_sentence_what_to_do_without_a_mock(client_alone: Path, tmp_path: Path) -> None:
    sentence = "this needs the mock itself: pip install 'eulogin-harness[server]', or"
    told = pytest_of(client_alone, tmp_path)
    assert f"{sentence} name a mock that runs by --eulogin-url" in told
    assert "1 passed, 1 error" in told
    serve = [str(client_alone / "bin" / "eulogin-harness"), "serve"]
    done = subprocess.run(serve, cwd=tmp_path, env=plain(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.partition(" use")[0]) == (1, f"eulogin-harness: {sentence}")
