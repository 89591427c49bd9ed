"""The Robot Framework example by its own suite, in an environment of its own."""

import os
import subprocess
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import parse

from eulogin_harness.client import Harness
from tests_clients.servers import existing

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "robot"
PYTHON = ROOT / ".robot" / "bin" / "python"
PATIENCE = 180  # seconds for its suite


@pytest.fixture
def results(harness: Harness, chromium: str, tmp_path: Path) -> Element:
    """What Robot Framework writes of the suite, in which one test is broken on purpose."""
    (tmp_path / "eulogin.resource").write_text((EXAMPLE / "eulogin.resource").read_text())
    suite = (EXAMPLE / "sign_in.robot").read_text()
    (tmp_path / "sign_in.robot").write_text(f"{suite}\n{BROKEN}")
    options = ("--report", "none", "--log", "none", "--outputdir", str(tmp_path))
    command = [str(existing(PYTHON)), "-m", "robot", *options, str(tmp_path)]
    own = {"EULOGIN_URL": harness.url, "EULOGIN_BROWSER": chromium}
    own |= {"REQUESTS_CA_BUNDLE": str(harness.ca)} if harness.ca else {}
    run = subprocess.run(command, env=os.environ | own, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (tmp_path / "output.xml").exists(), run.stdout + run.stderr
    root = parse(tmp_path / "output.xml").getroot()
    assert root is not None
    return root


BROKEN = """
An Application Forgets The Service
    New Page    ${EU LOGIN}/serviceValidate?ticket=ST-1
    Get Text    body    contains    cas:user
"""


def test_the_suite_passes_and_a_failed_test_logs_what_eu_login_refused(results: Element, harness: Harness) -> None:
    status = {test.attrib["name"]: test.find("status").attrib["status"] for test in results.iter("test")}  # type: ignore[union-attr] # each has one
    failed = {name for name in status if status[name] != "PASS"}
    assert failed == {"An Application Forgets The Service"}, [each.text for each in results.iter("status")]
    assert len(status) == 4
    warnings = [message.text or "" for message in results.iter("msg") if message.attrib["level"] == "WARN"]
    assert any(
        text.startswith("EU Login refused: ticket.invalid_request: got no service, but ticket") for text in warnings
    )
    assert [world.name for world in harness.worlds.list()] == ["default"]
