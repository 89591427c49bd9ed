"""Fuzz the control API and the pages of a mock in this process, half of the time each; `make fuzz` runs it."""

import logging
import sys
import time
from pathlib import Path

import click

from eulogin_harness.client import Harness
from eulogin_harness.site import open_site
from tools.fuzzing.api import fuzz_api
from tools.fuzzing.pages import Report, fuzz_pages

_OF_A_ROUND = 2000  # requests to pages of one world
_EXAMPLES = 50  # of a call, if there is time


@click.command()
@click.option("--minutes", type=click.FloatRange(0.1), default=10.0, show_default=True, help="Of real time, together.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Another one draws other requests.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="File to write what was found into.")
def main(minutes: float, seed: int, report: Path | None) -> None:
    """Send the API and the pages what nobody should; exit code 1 where they answer as they must not."""
    logging.getLogger("mock_world").setLevel(logging.ERROR)  # what is refused is meant
    seconds = int(minutes * 30)
    with open_site() as site:
        api = fuzz_api(site.listeners["desk"], seed=seed, examples=_EXAMPLES, seconds=seconds)
    pages, until = Report(), time.monotonic() + seconds
    with open_site() as site:
        while time.monotonic() < until:
            harness = Harness(site.listeners["desk"])
            fuzz_pages(harness, pages, number=_OF_A_ROUND, seed_of_round=seed, until=until)
            seed += 1
    said = f"Control API, {seconds} seconds\n\n{api.report}\nPages, {seconds} seconds\n\n{pages}\n"
    click.echo(said)
    if report:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(said, encoding="utf-8")
    sys.exit(0 if api.is_good and not pages.findings else 1)


if __name__ == "__main__":
    main()
