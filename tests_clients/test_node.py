"""Node: the client in TypeScript, the example by its own tests, a certified client. All see the mock over HTTP."""

import base64
import json
import os
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from eulogin_harness import VERSION
from eulogin_harness.client import Harness
from tests_clients.servers import existing, tool

ROOT = Path(__file__).parents[1]
CLIENT = ROOT / "clients" / "typescript"
EXAMPLE = ROOT / "examples" / "node-oidc"
PATIENCE = 300  # seconds for all tests of a folder


def run(
    folder: Path, *command: str, harness: Harness | None = None, **environment: str
) -> "subprocess.CompletedProcess[str]":
    existing(folder / "node_modules")
    mock = {"EULOGIN_URL": harness.url, "NODE_EXTRA_CA_CERTS": str(harness.ca or "")} if harness else {}
    return subprocess.run(
        [tool(command[0]), *command[1:]],
        cwd=folder,
        env=os.environ | mock | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def playwright(harness: Harness, folder: Path, *options: str, **environment: str) -> dict[str, Any]:
    """What Playwright Test reports of the tests of a folder."""
    cli = existing(folder / "node_modules" / "@playwright" / "test" / "cli.js")
    command = ("node", str(cli), "test", "--reporter", "json", *options)
    done = run(folder, *command, harness=harness, **environment)
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def failures(suites: list[dict[str, Any]]) -> list[str]:
    """Title and message of each test that failed."""
    below = [failure for suite in suites for failure in failures(suite.get("suites", []))]
    specs = [spec for suite in suites for spec in suite.get("specs", []) if not spec["ok"]]
    return below + [f"{spec['title']}: {spec['tests'][0]['results'][0]['error']['message']}" for spec in specs]


@pytest.mark.parametrize(
    ("folder", "pattern", "options"),
    [(CLIENT, "tests/client.spec.ts", ("--config", "tests")), (EXAMPLE, "tests/*.spec.mjs", ())],
)
def test_all_tests_of_playwright_pass(
    harness: Harness, chromium: str, folder: Path, pattern: str, options: tuple[str, ...]
) -> None:
    report = playwright(harness, folder, *options, EULOGIN_BROWSER=chromium)
    written = re.findall(r"^ *test\('", "\n".join(file.read_text() for file in folder.glob(pattern)), re.MULTILINE)
    assert written
    assert failures(report["suites"]) == []
    assert report["stats"]["expected"] == len(written)


def test_a_failed_test_has_in_its_report_what_the_mock_refused(harness: Harness) -> None:
    report = playwright(harness, CLIENT, "--config", "tests", FAILING="1")
    (suite,) = report["suites"]
    (result,) = suite["specs"][0]["tests"][0]["results"]
    attached = {each["name"]: each for each in result["attachments"]}
    first = base64.b64decode(result["attachments"][0]["body"]).decode()
    assert result["attachments"][0]["name"] == "EU Login refused"
    assert first.startswith(
        "ticket.invalid_request: got no service, but ticket; expected parameters service and ticket"
    )
    assert "What to do: send both" in first
    assert base64.b64decode(attached["world.eulogin.zip"]["body"]).startswith(b"PK")
    assert [world.name for world in harness.worlds.list()] == ["default"]


def test_the_compiler_refuses_wrong_names() -> None:
    done = run(CLIENT, "node", "node_modules/typescript/bin/tsc", "-p", "tests")
    assert done.returncode == 0, done.stdout
    assert (CLIENT / "tests" / "types.ts").read_text().count("@ts-expect-error") >= 5


def test_the_types_are_those_of_openapi_json() -> None:
    done = run(CLIENT, "npm", "run", "generate", "--", "--check")
    assert done.returncode == 0, "run: npm run generate, in clients/typescript\n" + done.stdout + done.stderr


def test_a_package_holds_what_it_needs_and_nothing_else(tmp_path: Path) -> None:
    done = run(CLIENT, "npm", "pack", "--ignore-scripts", "--pack-destination", str(tmp_path))
    assert done.returncode == 0, done.stderr
    with tarfile.open(tmp_path / f"eulogin-harness-{VERSION}.tgz") as package:
        names = {name.removeprefix("package/") for name in package.getnames()}
    modules = {f"dist/{file.stem}{ending}" for file in (CLIENT / "src").glob("*.ts") for ending in (".js", ".d.ts")}
    assert names - {"LICENSE"} == modules | {"package.json", "README.md"}


def test_a_certified_client_passes_all_of_its_tests(harness: Harness) -> None:
    folder, file = ROOT / "tests_clients" / "node", "openid-client.test.mjs"
    done = run(folder, "node", "--test", file, harness=harness)
    assert done.returncode == 0, done.stdout + done.stderr
    written = re.findall(r"^(?:  )?test\(", (folder / file).read_text(encoding="utf-8"), re.MULTILINE)
    (passed,) = re.findall(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert int(passed) >= len(written) > 0
