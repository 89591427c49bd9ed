"""What docs/grades.md says of a client is what its grading gives."""

import re
from contextlib import contextmanager
from pathlib import Path

from eulogin_harness.client import World
from tests_clients.graded.run import CLIENTS, Surroundings

PAGE = Path(__file__).parents[1] / "docs" / "grades.md"


def reported(client: str) -> set[str]:
    """The names of the checks that fail, as the page says."""
    section = PAGE.read_text(encoding="utf-8").partition(f"\n### {client}\n")[2].partition("\n#")[0]
    findings = re.findall(r"^- (.*?) \(", section, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([a-z]+\.[a-z0-9-]+)`", " ".join(findings)))


def test_php_cas_fails_what_the_page_says_and_nothing_else(
    world: World, port: int, tmp_path: Path, authority: Path | None
) -> None:
    app = f"http://localhost:{port}"
    client = CLIENTS["phpCAS"]
    with contextmanager(client.start)(Surroundings(world, authority, app, tmp_path)):
        report = world.grades.grade(app, **client.options)  # type: ignore[arg-type]
    assert {check.name for check in report.failed} == reported("phpCAS")
    assert [check for check in report.results if check.outcome == "not done"] == []
