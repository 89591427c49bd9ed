"""The application under test as a process of the plugin's fixture `app_server`."""

import subprocess

import pytest

from eulogin_harness.client import Harness
from tests.suites import RunSuite

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.slow

APP = """
import http.server, os, subprocess, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(f"asked for {self.path}")
        self.send_response(503 if self.path == "/broken" else 200)
        self.end_headers()
        self.wfile.write(f"{os.environ['GREETING']} at {os.environ['OWN_URL']}".encode())
    def log_message(self, *_): pass
child = subprocess.Popen([sys.executable, "-c", "import time; print('child', flush=True); time.sleep(600)"])
print("children:", child.pid)
http.server.ThreadingHTTPServer(("localhost", int(sys.argv[1])), Page).serve_forever()
"""
SUITE = """
import os, sys, pytest, urllib.request

def start(app_server, **more):
    env = {"GREETING": "Hello", "OWN_URL": "http://localhost:{port}/"}
    return app_server([sys.executable, "app.py", "{port}"], env=env, **more)

def ask(app, path):
    return urllib.request.urlopen(app.url + path).read().decode()

@pytest.fixture(scope="session")
def app(app_server):
    return start(app_server, health="/health")

def test_it_answers(app):
    assert ask(app, "/first") == f"Hello at {app.url}/"
    assert "asked for /health" in app.log

def test_a_failure_shows_what_it_printed_since(app):
    ask(app, "/second")
    assert False

def test_it_ends_with_all_that_it_started(app_server):
    with start(app_server) as app:
        pid = int(app.log.split("children: ")[1].split()[0])
    assert app.process.poll() is not None
    with open("child", "w") as file:
        file.write(str(pid))

def test_it_ends_at_once(app_server):
    app_server([sys.executable, "-c", "print('no database'); raise SystemExit(3)"])

def test_it_is_never_ready(app_server):
    start(app_server, health="/broken", timeout=1)

def test_it_is_not_there(app_server):
    app_server("no-such-program --port {port}")
"""


def test_an_application_is_started_watched_and_ended(
    pytester: pytest.Pytester, harness: Harness, run_suite: RunSuite
) -> None:
    pytester.makepyfile(SUITE, app=APP)
    result = run_suite("--eulogin-url", harness.url)
    result.assert_outcomes(passed=2, failed=4)
    output = result.stdout.str()
    assert "asked for /second" in output
    assert "asked for /first" not in output
    result.stdout.fnmatch_lines(
        [
            "*- app_server: *python* app.py *",
            "app_server: expected *python* to answer at http://localhost:*/ within 30 seconds, but it ended with exit*",
            "no database",
            "app_server: expected *python* to answer at *:*/broken within 1 seconds, but it answered 503.*",
            "app_server: no-such-program --port * cannot be started: *No such file or directory*",
        ]
    )
    child = (pytester.path / "child").read_text()
    assert not is_running(child)


def is_running(pid: str) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", pid], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")
