"""The Java example by its own tests, with the system's packages of JUnit and Jackson in place of Maven Central."""

import re
import subprocess
from pathlib import Path

import pytest

from eulogin_harness.client import Harness
from tests_clients.how_to import block
from tests_clients.servers import existing, tool

EXAMPLE = Path(__file__).parents[1] / "examples" / "java"
SOURCES = EXAMPLE / "src" / "test" / "java" / "eulogin" / "example"
JARS = ("junit-platform-console-standalone", "jackson-databind", "jackson-core", "jackson-annotations")
PATIENCE = 120  # seconds to compile and run


@pytest.fixture
def trusted(authority: Path | None, tmp_path: Path) -> list[str]:
    """Options of the Java machine that let it trust the mock's authority, as the how-to says."""
    if authority is None:
        return []
    store = tmp_path / "trusted.p12"
    command = block("java.md", "keytool", {"ca.pem": str(authority), "trusted.p12": str(store)})
    subprocess.run(["sh", "-c", command], check=True, capture_output=True, timeout=PATIENCE)
    return [f"-Djavax.net.ssl.trustStore={store}", "-Djavax.net.ssl.trustStorePassword=changeit"]


def run(harness: Harness, sources: Path, folder: Path, options: list[str]) -> "subprocess.CompletedProcess[str]":
    """Compile the sources and run their tests."""
    classes = folder / "classes"
    jars = ":".join(str(existing(f"/usr/share/java/{name}.jar")) for name in JARS)
    files = map(str, sorted(sources.glob("*.java")))
    compiled = subprocess.run(
        [tool("javac"), "-Xlint:all,-path", "-Werror", "--release", "17", "-cp", jars, "-d", str(classes), *files],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert compiled.returncode == 0, compiled.stderr
    launcher = ["org.junit.platform.console.ConsoleLauncher", "execute", "--disable-banner", "--disable-ansi-colors"]
    return subprocess.run(
        [tool("java"), *options, "-cp", f"{jars}:{classes}", *launcher, "--scan-classpath", str(classes)],
        env={"EULOGIN_URL": harness.url},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_all_tests_of_the_example_pass(harness: Harness, tmp_path: Path, trusted: list[str]) -> None:
    done = run(harness, SOURCES, tmp_path, trusted)
    written = len(re.findall("@Test", "".join(file.read_text() for file in SOURCES.glob("*Test.java"))))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(rf"\[ +{written} tests successful", done.stdout)
    assert [world.name for world in harness.worlds.list()] == ["default"]


def test_a_failed_test_prints_what_eu_login_refused(harness: Harness, tmp_path: Path, trusted: list[str]) -> None:
    for file in SOURCES.glob("*.java"):
        (tmp_path / file.name).write_text(file.read_text().replace("&service=", "&servise="))
    done = run(harness, tmp_path, tmp_path, trusted)
    assert done.returncode == 1
    refused = "EU Login refused in aTicketOfSomebodyWhoSignedInTellsWhoItIs(): ticket.invalid_request: got no service"
    assert refused in done.stdout
    assert "What to do: send both by these names" in done.stdout
