"""The ERN search tool with as many centres as the real directory has, against the 92 rows of its default file.

Each round asks every question of both in turn, so that what else the machine does meets all; what counts is the
ratio of the two, the median over all rounds.
"""

import csv
import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from benchmarks.desktop import TIMEOUT
from benchmarks.results import Results
from eulogin_harness.client import Harness
from mock_cpms.countries import CODES
from mock_cpms.networks import networks
from mock_cpms.search.directory_file import COLUMNS
from mock_world.server import Site

ROWS = 1600
ROUNDS = 200
MOST = 1.5  # times as slow
QUESTIONS = {
    "all hospitals": "/ernsd/screen/public?hospital=",
    "a network's hospitals": "/ernsd/screen/public?network=ern+paed+can",
    "a hospital in a country": "/ernsd/screen/public?hospital=university&country=DE",
    "nothing found": "/ernsd/screen/public?hospital=hopsital+univrsity&network=paedcann&country=NO",
    "get_networks": "/ernsd/backend/api/get_networks",
    "get_clinicalcentres": "/ernsd/backend/api/get_clinicalcentres",
}

Pair = tuple[str, str]  # addresses: of few rows, of many
Times = tuple[float, float]  # milliseconds of the two

_SYLLABLES = ("ba", "den", "fel", "gor", "hal", "kir", "lum", "mor", "nes", "pol", "ras", "sel", "tor", "vin")
_KINDS = ("Hospital of {}", "University Hospital {}", "Children's Hospital {}", "Medical Centre {}")


def invented_rows(count: int, seed: int = 1) -> Iterator[tuple[str, ...]]:
    """Hospitals of invented towns, each in one network, so that there are as many centres as rows."""
    source = random.Random(seed)  # noqa: S311 - the same hospitals each time
    for number in range(count):
        town = "".join(source.sample(_SYLLABLES, 3)).capitalize() + f"-{number}"
        code = source.choice(list(networks()))
        note = f"{code} ({source.choice('ah')})" if source.random() < 0.1 else ""
        yield source.choice(_KINDS).format(town), town, source.choice(CODES), code, note


def write_directory(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows(invented_rows(count))


def report(site: Site, results: Results) -> None:
    """Measure, and tell medians."""
    harness = Harness(site.listeners["desk"])
    with TemporaryDirectory() as folder, requests.Session() as session:
        file = Path(folder, "invented.csv")
        write_directory(file, ROWS)
        worlds = (harness.worlds.create(), harness.worlds.create(settings={"cpms.directory": str(file)}))
        few, many = ([world.addresses.cpms + question for question in QUESTIONS.values()] for world in worlds)
        for name, pairs in zip(QUESTIONS, _rounds(session, list(zip(few, many, strict=True))), strict=True):
            milliseconds = statistics.median(long for _, long in pairs)
            times = statistics.median(long / short for short, long in pairs)
            results.compare(f"search: {name}", milliseconds, times, MOST, "that of 92 rows")


def _rounds(session: requests.Session, questions: list[Pair]) -> list[list[Times]]:
    """Milliseconds by question and round; one round more goes before, uncounted: it reads the file."""
    times: list[list[Times]] = [[] for _ in questions]
    for number in range(ROUNDS + 1):
        for pairs, (few, many) in zip(times, questions, strict=True):
            late = number % 2 == 1  # the other one first, so that none always meets a warmer machine
            one, other = (_asked(session, address) for address in ((many, few) if late else (few, many)))
            if number:
                pairs.append((other, one) if late else (one, other))
    return times


def _asked(session: requests.Session, address: str) -> float:
    start = time.perf_counter()
    session.get(address, timeout=TIMEOUT).raise_for_status()
    return (time.perf_counter() - start) * 1000
