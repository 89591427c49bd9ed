"""Whether a mock that runs for weeks grows: resident memory of a process after each part of many sign-ins.

`make soak` runs it: 20,000 sign-ins in one world take about a quarter of an hour.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
import requests

from benchmarks.protocol import Wire, sign_in
from eulogin_harness.client import Harness

MOST = 1.2  # times as much memory at the end as after the first part
PARTS = 10  # after each of them memory is measured
_MEGABYTE = 1_000_000
_RESIDENT = re.compile(r"^process_resident_memory_bytes\{.*\} (\S+)$", re.MULTILINE)


@contextmanager
def serving() -> Iterator[str]:
    """The desk of a mock in a process of its own, whose memory nobody else uses."""
    command = [sys.executable, "-u", "-m", "eulogin_harness.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield next(line.split()[-1] for line in process.stdout or () if "Control room" in line)
        finally:
            process.terminate()


def memory(desk: str) -> float:
    """Megabytes that the process has, as it says itself."""
    answer = requests.get(f"{desk.rstrip('/')}/metrics", timeout=60)
    return float(_RESIDENT.findall(answer.text)[0]) / _MEGABYTE


def measured(desk: str, rounds: int) -> Iterator[float]:
    """Megabytes after each part of so many sign-ins of one person."""
    world = Harness(desk).worlds.create()
    person = world.personas.create("registered")
    wire = Wire(world.addresses.idp)
    for number in range(1, rounds + 1):
        sign_in(wire, person)
        if number % (rounds // PARTS) == 0:
            yield memory(desk)
    wire.close()


@click.command()
@click.option("--rounds", type=click.IntRange(PARTS), default=20_000, show_default=True, help="Sign-ins.")
def main(rounds: int) -> None:
    """Sign in so often, and say how much memory the mock has meanwhile; exit code 1 where it grew too much."""
    figures: list[float] = []
    begun = time.monotonic()
    with serving() as desk:
        for figure in measured(desk, rounds):
            figures.append(figure)
            done = len(figures) * (rounds // PARTS)
            click.echo(f"{done:6} sign-ins {figure:7.1f} MB  {time.monotonic() - begun:6.0f} s")
    times = figures[-1] / figures[0]
    click.echo(f"at the end {times:.2f} times as much as after {rounds // PARTS}; at most {MOST}")
    sys.exit(0 if times <= MOST else 1)


if __name__ == "__main__":
    main()
