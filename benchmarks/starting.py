"""The start of a process to its first page, against that of a bare Flask app: CPU time of both, in turn."""

import re
import resource
import statistics
import subprocess
import sys
from urllib.request import urlopen

from benchmarks.results import Results

ROUNDS = 5
MOST = 5.0  # times as much
_TIMEOUT = 60  # seconds
_ADDRESS = re.compile(r"http://localhost:\d+/\S*login")
_BARE = """
from flask import Flask
from werkzeug.serving import make_server
app = Flask(__name__)
app.add_url_rule("/login", view_func=lambda: "bare")
server = make_server("localhost", 0, app)
print(f"http://localhost:{server.server_port}/login", flush=True)
server.serve_forever()
"""
_BARE_START = [sys.executable, "-c", _BARE]
_OUR_START = [sys.executable, "-u", "-m", "eulogin_harness.cli", "serve", "--port", "0"]


def cpu_of_start(command: list[str]) -> float:
    """Milliseconds of CPU from the spawn of a process to the answer at the first sign-in page that it names."""
    before = _cpu_of_children()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            lines = iter(process.stdout or ())
            address = next(found[0] for line in lines if (found := _ADDRESS.search(line)))
            with urlopen(address, timeout=_TIMEOUT) as page:  # noqa: S310 - an address of ours
                page.read()
        finally:
            process.kill()
    return (_cpu_of_children() - before) * 1000


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def report(results: Results) -> None:
    """Measure, and tell medians."""
    pairs = [(cpu_of_start(_BARE_START), cpu_of_start(_OUR_START)) for _ in range(ROUNDS)]
    times = statistics.median(ours / bare for bare, ours in pairs)
    milliseconds = statistics.median(ours for _, ours in pairs)
    results.compare("CPU of a start to the first page", milliseconds, times, MOST, "that of bare Flask")
