"""Bugs planted into the OpenID Connect example: control room and log name the cause, and none is explained wrongly."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from eulogin_harness.client import Harness
from tests_clients.application_bugs import live_through
from tests_clients.servers import existing, tool
from tools.application_bugs import SOURCES, Bug, bugs

OF_NODE = {bug.id: bug for bug in bugs("node-oidc")}
HOST = Path(__file__).parent / "node" / "applications.mjs"
_NONE = ("EULOGIN_LEVEL",)  # variables of the applications before


class Node:
    """A process in which applications run side by side. folder: where their sources are written."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process, self._folder, self._count = process, folder, 0

    def start(self, bug: Bug, environment: Mapping[str, str]) -> str:
        """Start the example with the bug in it, at its APP_URL; returns why it does not start, if so."""
        self._count += 1
        file = self._folder / f"app{self._count}.mjs"
        file.write_text(bug.planted(), encoding="utf-8")
        order = {"file": str(file), "environment": dict.fromkeys(_NONE, "") | dict(environment)}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = next(line for line in self._process.stdout if line.startswith(("running", "failed")))
        return line.strip() if line.startswith("failed") else ""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, eulogin_ca: Path | None) -> Iterator[Node]:
    folder = tmp_path_factory.mktemp("applications")
    (folder / "node_modules").symlink_to(existing(SOURCES["node-oidc"].parent / "node_modules"))
    with subprocess.Popen(
        [tool("node"), str(HOST)],
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(eulogin_ca or "")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Node(process, folder)
        process.terminate()


@pytest.mark.parametrize("name", OF_NODE)
def test_a_bug_is_named_in_the_control_room_and_in_the_log(
    name: str, harness: Harness, node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    bug = OF_NODE[name]
    seen = live_through(harness, bug, node.start, caplog)
    assert seen.misleading(bug) == []
    assert bool(seen.problems(bug)) is bool(bug.unnamed), seen.problems(bug) or "it is named: take the reason away"


def test_an_application_without_a_bug_is_not_blamed(
    harness: Harness, node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    right = Bug("none", "node-oidc", "none", shows="Hello Ada Berg", events=["token.issued"], names=[])
    seen = live_through(harness, right, node.start, caplog)
    assert (seen.problems(right), seen.misleading(right)) == ([], [])
