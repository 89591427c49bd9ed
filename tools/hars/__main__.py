"""Record the HARs and traces of tests/eulogin_harness/hars again: `python -m tools.hars [NAME...]`.

Each is made by a real client: Chromium by Playwright, and applications with their mistakes whose calls go through a
recording proxy. `expected.yaml` beside them says what each one shows.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import yaml
from playwright.sync_api import Browser, sync_playwright

from eulogin_harness.browser.find import launch_options
from eulogin_harness.site import open_site
from mock_world.server import Site
from tools.hars import broken  # noqa: F401 - registers its recordings
from tools.hars.recording import ROOT, stage_of
from tools.hars.sign_ins import RECORDINGS, Recording

FOLDER = ROOT / "tests" / "eulogin_harness" / "hars"
ENDS = dict.fromkeys(("browser", "client", "both", "journey"), ".har.gz") | {"trace": ".zip"}


def write(names: Sequence[str], folder: Path = FOLDER) -> None:
    """Record those whose names are given, or all."""
    folder.mkdir(exist_ok=True)
    with open_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options(playwright.chromium))
        for recording in RECORDINGS:
            if not names or recording.name in names:
                _record(site, browser, recording, folder)
        browser.close()
    table = {f"{one.name}.{kind}{ENDS[kind]}": name for one in RECORDINGS for kind, name in one.expected.items()}
    (folder / "expected.yaml").write_text(yaml.safe_dump(table), encoding="utf-8")


def _record(site: Site, browser: Browser, recording: Recording, folder: Path) -> None:
    """A recording by the browser's HAR and what belongs to it, then one by its trace, as far as they are wanted."""
    for traced in (False, True):
        kinds = tuple(kind for kind in recording.expected if (kind == "trace") == traced)
        if kinds:
            with stage_of(site, browser, recording.name, traced=traced) as stage:
                sys.stdout.write(f"{recording.name} {' '.join(kinds)}\n")
                recording.deed(stage)
                stage.close(recording.name, folder, kinds)


if __name__ == "__main__":
    write(sys.argv[1:])
