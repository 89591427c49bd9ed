"""What type checkers say of tests that use the client: each typo is found, what is right is left in peace."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import eulogin_harness
from tools import client_names

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
HEAD = """from datetime import timedelta

from eulogin_harness import Faults, Harness, MakePersona, Phone, World


def test_it(harness: Harness, world: World, persona: MakePersona, phone: Phone, faults: Faults) -> None:
"""
MISTAKES = """
eulogin_harness.Wrold
persona("enroled")
persona("enrolled", langage="fr")
persona("enrolled", employee_type="z")
persona("invited").pin.upper()
world.personas.create_many(2, "enrolled", hospitl="AKH")
world.personas.list(stage="enroled")
faults.arm("mail.lots")
faults.arm("mail.lost", time=2)
world.settings.change({"link.live": "PT1M"})
world.settings.change({"link.tries": "often"})
world.settings["link.live"]
phone.change(onlin=False)
phone.change(biometrics="thumb")
world.access_requests.decide(1, "aprove")
world.prepared.load("link-expird")
world.reset(profile="tomorrow")
harness.worlds.create(setings={})
"""
RIGHT = """
pins: list[str] = [persona().pin, persona("access_approved", language="fr").pin]
password: str = persona("registered", assurance_level=20).password
phone.approve(persona("enrolled", helpdesk_for="BOND").pin)
people = world.personas.create_many(2, "enrolled", seed=1, country="AT")
pins += [one.pin for one in people]
persona(requests=[{"network": "BOND", "state": "approved", "since": timedelta(days=3)}])
faults.arm("mail.lost", times=2)
world.settings.change({"link.life": timedelta(minutes=1), "captcha": True})
phone.change(online=False, biometrics="", clock_offset="PT5M")
world.clients.create("https://app.example/back", scope="openid")
world.reset(frozen=True, settings={"dialect": "cas"})
world.prepared.load("link-expired", frozen=True)
harness.worlds.create("other", profile="today")
"""


def body(statements: str) -> str:
    return "".join(f"    {line}\n" for line in statements.strip().splitlines())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("types")
    (folder / "mistakes.py").write_text(
        HEAD.replace("from datetime import timedelta", "import eulogin_harness") + body(MISTAKES)
    )
    (folder / "right.py").write_text(HEAD + body(RIGHT))
    example = (eulogin_harness.__doc__ or "").partition("\n\n")[2]
    (folder / "example.py").write_text(f"from eulogin_harness import Harness\n\n{example}")
    return folder


def lines_of_mistakes(folder: Path) -> list[int]:
    """One line each, behind the head."""
    lines = (folder / "mistakes.py").read_text().splitlines()
    return list(range(lines.index("    " + MISTAKES.split("\n")[1]) + 1, len(lines) + 1))


def found_by_mypy(folder: Path) -> set[tuple[str, int]]:
    """With the settings and the cache of our own check."""
    command = [
        str(BIN / "mypy"),
        "--config-file",
        "pyproject.toml",
        "--no-error-summary",
        *map(str, folder.glob("*.py")),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    found = re.findall(r"^(?:.*/)?(\w+\.py):(\d+): error", done.stdout, re.MULTILINE)
    return {(name, int(line)) for name, line in found}


def found_by_pyright(folder: Path) -> set[tuple[str, int]]:
    settings = {"typeCheckingMode": "standard", "extraPaths": [str(ROOT)], "include": ["*.py"]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [str(BIN / "basedpyright"), "--pythonpath", sys.executable, "--outputjson", "-p", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    errors = [each for each in json.loads(done.stdout)["generalDiagnostics"] if each["severity"] == "error"]
    return {(Path(each["file"]).name, each["range"]["start"]["line"] + 1) for each in errors}


@pytest.mark.slow
@pytest.mark.parametrize("checker", [found_by_mypy, found_by_pyright])
def test_each_typo_is_found_and_nothing_else(folder: Path, checker: Callable[[Path], set[tuple[str, int]]]) -> None:
    assert checker(folder) == {("mistakes.py", line) for line in lines_of_mistakes(folder)}


def test_the_names_are_those_of_the_code() -> None:
    assert client_names.FILE.read_text(encoding="utf-8") == client_names.module(), "run: make reference"
