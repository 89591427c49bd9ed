"""Every call of the control API by Schemathesis, which draws what openapi.json allows and what it forbids.

No 5xx, no answer that the document has not, no body taken that it forbids.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
_CONFIGURATION = Path(__file__).parent / "schemathesis.toml"
WITH_SETTINGS = ("/api/reset", "/api/worlds", "/api/prepared-worlds/load", "/api/prepared-worlds/{name}/load")
# What the document cannot say is refused too, and answered as it says: which names and combinations there are. What was
# made may be gone at the next call: calls that replace the world are sent as often as others.
_LEFT_OUT = "positive_data_acceptance,ensure_resource_availability,use_after_free"


@dataclass(frozen=True)
class Run:
    """What Schemathesis said, and whether it found nothing."""

    is_good: bool
    report: str


def fuzz_api(
    desk: str,
    *,
    seed: int,
    examples: int,
    seconds: int | None = None,
    phases: str = "coverage,fuzzing",
    without: Sequence[str] = (),
) -> Run:
    """Send at least so many requests to each call of the mock whose desk is there; seconds: of real time, at most.

    phases: of Schemathesis; `coverage` sends some 4,000 requests. without: paths that are left out.
    With `seconds` chains of calls follow, each by what the one before answered.
    """
    phases += ",stateful" if seconds else ""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(_CONFIGURATION), "run"]
    command += [f"{desk}/api/openapi.json", "--seed", str(seed), "--max-examples", str(examples), "--phases", phases]
    command += ["--exclude-checks", _LEFT_OUT, "--continue-on-failure", "--warnings", "off", "--no-color"]
    command += ["--max-time", str(seconds)] if seconds else []
    command += [f"--exclude-path={path}" for path in without]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EULOGIN_")}
    path = os.pathsep.join([str(ROOT), *filter(None, [environment.get("PYTHONPATH")])])
    with TemporaryDirectory() as folder:  # for what it keeps of a run
        done = subprocess.run(  # noqa: S603 - a program of this environment
            command, cwd=folder, env=environment | {"PYTHONPATH": path}, capture_output=True, text=True, check=False
        )
    return Run(done.returncode == 0, done.stdout + done.stderr)
