"""docs/people.md keeps its word; its example for Playwright runs in a browser (e2e/test_17_examples_of_the_docs.py)."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests

from eulogin_harness import read_people
from eulogin_harness.client import World
from eulogin_harness.client.urls import CpmsUrls

TEXT = (Path(__file__).parent.parent / "docs" / "people.md").read_text(encoding="utf-8")
FIELDS, _, SERVICE, FILE = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
(TABLE,) = re.findall(r"```csv\n(.*?)```", TEXT, re.DOTALL)
(CURL,) = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)


def run(code: str, *given: Any) -> None:
    """Run the test that an example consists of."""
    names: dict[str, Any] = {"requests": requests, "Path": Path, "read_people": read_people}
    exec(code, names)  # noqa: S102 - our own page
    (test,) = (made for name, made in names.items() if name.startswith("test_"))
    test(*given)


def test_an_application_is_told_of_staff(world: World) -> None:
    run(FIELDS, world.personas.create)


def test_a_service_knows_who_comes_with_the_address(world: World) -> None:
    run(SERVICE, world.personas.create, world, CpmsUrls(world.addresses.cpms))


def test_people_come_from_a_file(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(TABLE, encoding="utf-8")
    run(FILE, world)
    assert "from eulogin_harness import read_people" in TEXT


@pytest.mark.slow
def test_a_session_comes_to_any_language(world: World) -> None:
    variables = {"DESK": world.addresses.desk, "ID": str(world.personas.create().id), "PATH": "/usr/bin:/bin"}
    answer = subprocess.run(["/bin/sh", "-c", CURL], env=variables, capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout)["url"].startswith("http://localhost:9000/?ticket=ST-")
