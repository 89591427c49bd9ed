"""The examples of docs/pytest.md, run as they stand, each in a file of its own."""

import re
from pathlib import Path

import pytest

from eulogin_harness.client import Harness
from tests.suites import RunSuite

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[1] / "docs" / "pytest.md").read_text(encoding="utf-8")
APP = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["EULOGIN_PUBLIC_URL"].encode())
HTTPServer(("localhost", int(sys.argv[-1])), Page).serve_forever()
"""
USES = {  # tests of fixtures that are shown alone
    "def eulogin_settings()": "def test_it(world): assert world.settings['link.life'] == 'PT15M'",
    "def world(": "def test_it(eulogin_session_world, world): assert world is eulogin_session_world",
    "def eulogin_session_world(": "def test_it(eulogin_session_world): assert eulogin_session_world.name == 'default'",
    "autouse=True)\ndef app": "def test_it(app, eulogin_session_world): assert app.url",
}


@pytest.mark.slow
def test_the_examples_run(pytester: pytest.Pytester, run_suite: RunSuite, eulogin_harness: Harness) -> None:
    blocks = [re.sub("^  ", "", block, flags=re.MULTILINE) if block[0] == " " else block for block in
              re.findall(r"^ *```python\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)]  # fmt: skip
    assert len(blocks) == 7
    (ini,) = re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL)
    pytester.makeini(ini)
    for number, block in enumerate(blocks):
        use = "".join(f"\n{test}\n" for sign, test in USES.items() if sign in block)
        pytester.makepyfile(**{f"test_{number}": f"import sys, pytest, requests\n\n{block}{use}"})
    pytester.makepyfile(app=APP)
    run_suite("--eulogin-url", eulogin_harness.url).assert_outcomes(passed=7)
