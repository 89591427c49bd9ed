"""The ERN search tool with as many centres as the real directory has, against the 92 rows of its default file.

Each question is asked of both in turn, so that what else the machine does meets both; what counts is the ratio.
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
from eulogin_harness.client import Harness
from mock_cpms.countries import CODES
from mock_cpms.networks import networks
from mock_cpms.search.file import COLUMNS
from mock_world.server import Site

ROWS = 1600
ROUNDS = 100
MOST = 1.5  # times as slow
QUESTIONS = {
    "all hospitals": "/ernsd/screen/public?hospital=",
    "a network's hospitals": "/ernsd/screen/public?network=ern+paed+can",
    "a hospital in a country": "/ernsd/screen/public?hospital=university&country=DE",
    "nothing found": "/ernsd/screen/public?hospital=hopsital+univrsity&network=paedcann&country=NO",
    "get_networks": "/ernsd/backend/api/get_networks",
    "get_clinicalcentres": "/ernsd/backend/api/get_clinicalcentres",
}

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


def report(site: Site) -> None:
    """Measure, and print medians."""
    harness = Harness(site.listeners["desk"])
    with TemporaryDirectory() as folder, requests.Session() as session:
        file = Path(folder, "invented.csv")
        write_directory(file, ROWS)
        worlds = (harness.worlds.create(), harness.worlds.create(settings={"cpms.directory": str(file)}))
        for name, question in QUESTIONS.items():
            few, many = _medians(session, [world.addresses.cpms + question for world in worlds])
            print(f"search: {name:35} {many:8.1f} ms  ({many / few:.2f} times that of 92 rows; at most {MOST})")


def _medians(session: requests.Session, addresses: list[str]) -> tuple[float, float]:
    times: dict[str, list[float]] = {address: [] for address in addresses}
    for number in range(ROUNDS + 1):
        for address in addresses[:: 1 if number % 2 else -1]:
            start = time.perf_counter()
            session.get(address, timeout=TIMEOUT).raise_for_status()
            if number:  # the first reads the file
                times[address].append((time.perf_counter() - start) * 1000)
    few, many = (statistics.median(times[address]) for address in addresses)
    return few, many
