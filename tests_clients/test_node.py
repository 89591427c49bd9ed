"""The Node example by its own tests, and a certified Node client: both see the mock over HTTP alone."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from eulogin_harness.client import Harness
from tests_clients.servers import existing, tool

ROOT = Path(__file__).parents[1]
PATIENCE = 120  # seconds for all tests of a file


@pytest.mark.parametrize(
    ("folder", "file"),
    [("examples/node-oidc", "tests/sign-in.test.mjs"), ("tests_clients/node", "openid-client.test.mjs")],
)
def test_all_tests_of_a_file_pass(harness: Harness, authority: Path | None, folder: str, file: str) -> None:
    existing(ROOT / folder / "node_modules" / "openid-client")
    run = subprocess.run(
        [tool("node"), "--test", file],
        cwd=ROOT / folder,
        env=os.environ | {"EULOGIN_URL": harness.url, "NODE_EXTRA_CA_CERTS": str(authority or "")},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    written = re.findall(r"^(?:  )?test\(", (ROOT / folder / file).read_text(encoding="utf-8"), re.MULTILINE)
    (passed,) = re.findall(r"^# pass (\d+)$", run.stdout, re.MULTILINE)
    assert int(passed) >= len(written) > 0
