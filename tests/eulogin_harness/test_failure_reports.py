"""What a failed test shows and leaves: sections, log, attachments, its world."""

import json
import re
from pathlib import Path

import pytest
from defusedxml.ElementTree import parse

from eulogin_harness.client import Harness
from tests.suites import RunSuite

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.slow

SUITE = """
import pytest

from eulogin_harness.client import Harness

def test_green(persona, world):
    assert persona("registered")

@pytest.mark.eulogin_world(frozen=True, now="2026-11-27T17:00:00+01:00")
def test_red(page, world, persona, faults, phone):
    ada = persona("enrolled", email="ada@hospital.example")
    faults.arm("mail.lost", times=None, person="bo@hospital.example")
    persona("invited", email="bo@hospital.example")
    persona("invited", email="cy@hospital.example")
    page.goto(f"{world.addresses.idp}/cas/login")
    with pytest.raises(Exception):
        world.phones.get(ada.phone_id).approve("12", seconds=0)
    assert page.title() == "My application", ada.last_name

def test_red_without_report(world):
    world.report = None
    assert False

@pytest.fixture(scope="session")
def eulogin_session_world(request):
    world = Harness(request.config.getoption("eulogin_url")).worlds.create("shared")
    with pytest.raises(Exception):
        world.phones.get("phone-99").approve("1234")
    yield world
    world.delete()

def test_red_in_a_shared_world(eulogin_session_world):
    assert False

@pytest.fixture
def unready(persona, world):
    world.personas.session(persona("registered"), strength="PASSWORD_MOBILE_APP")

def test_red_in_set_up(unready):
    pass
"""
ASKED = """
from pathlib import Path
from eulogin_harness.client import World

report = World.report

def counted(world, **given):
    with Path("asked").open("a") as file:
        file.write(world.name + "\\n")
    return report(world, **given)

World.report = counted
"""
PLUGINS = ("eulogin", "playwright", "xdist", "html", "metadata", "allure_pytest")
OPTIONS = ("--junit-xml=junit.xml", "--html=out/report.html", "--alluredir=allure", "--output=out/results", "-n", "1")
SECTIONS = ("reason", "journal", "mails", "phones", "faults", "browser", "world")
REASON = (
    "The phone refused (phone.pin_form, ada@hospital.example): got something else; expected a PIN of exactly 4 digits"
)


def test_a_failed_test_tells_why_in_each_report_and_its_world_is_kept(
    pytester: pytest.Pytester, run_suite: RunSuite, harness: Harness
) -> None:
    pytester.makepyfile(test_it=SUITE)
    pytester.makeconftest(ASKED)
    keep = ("--eulogin-url", harness.url, "--eulogin-keep", "failed", "--eulogin-seed", "42")
    result = run_suite(*OPTIONS, *keep, plugins=PLUGINS)
    result.assert_outcomes(passed=1, failed=3, errors=1)
    shown = result.stdout.str()
    red = shown.partition("_ test_red[")[2].partition("test_it.py::")[0]
    assert re.findall(r"^-+ eulogin: (\w+) -+$", red, re.MULTILINE)[: len(SECTIONS)] == list(SECTIONS)
    for words in (
        f" eulogin: reason --------------------------------\n{REASON}",
        "kept, at http://",
        "16:00:00 desk  persona.made: ada@hospital.example was made",
        "of ada@hospital.example: online; accounts: ada@hospital.example",
        "struck 16:00:00: The armed fault mail.lost happened to bo@hospital.example.\narmed: mail.lost for bo@",
        "to cy@hospital.example: Your EU Login account: create your password (“this link” works)",
        "page 'whoami' of EU Login in state 'ready', headed “Sign in”",
        "its time 2026-11-27 16:00:00 UTC, frozen",
        "--eulogin-seed 42 invents the same people",
        "eulogin-harness replay ",
    ):
        assert words in red
    assert re.search(r"^WARNING +mock_world\.journal:refusal_log\.py:\d+ world \w+: phone\.pin_form", red, re.MULTILINE)
    assert "client/connection.py" not in shown
    assert "does not say what happened (TypeError: 'NoneType' object is not callable)" in shown
    found = re.findall(r"^test_it\.py::(\w+)\S* - .* \[kept: http\S+/(\w+)/\]$", shown, re.MULTILINE)
    kept = dict(found)
    assert set(kept) == {"test_red", "test_red_in_set_up", "test_red_without_report"}
    assert "test_it.py::test_red_in_a_shared_world - No browser and no application came" in shown
    kept["test_red_in_a_shared_world"] = "shared"
    requests = sorted((pytester.path / "asked").read_text().split())
    one_each = [name for test, name in kept.items() if test != "test_red_without_report"]
    assert requests == sorted([*one_each, "shared"])  # a green test costs none
    for name in {*kept.values()} - {"shared"}:
        harness.worlds.get(name).delete()
    _check_files(pytester.path)


def _check_files(folder: Path) -> None:
    """Junit.xml, pytest-html's page and Allure's results, and what they name."""
    cases = {case.get("name"): case for case in parse(folder / "junit.xml").iter("testcase")}
    told = {each.get("name"): each.get("value") for each in cases["test_red[chromium]"].iter("property")}
    assert str(told["eulogin_reason"]).startswith(REASON)
    report, bundle = Path(str(told["eulogin_report"])), Path(str(told["eulogin_bundle"]))
    assert report.read_text(encoding="utf-8").startswith(f"--- eulogin: reason ---\n{REASON}")
    assert bundle.stat().st_size
    failure = cases["test_red[chromium]"].find("failure")
    assert failure is not None
    assert REASON in (failure.text or "")
    assert list(cases["test_green"].iter("property")) == []

    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "eulogin report" in page
    assert bundle.relative_to(folder / "out").as_posix() in page
    assert "browser/page-1.png" in page

    results = [json.loads(file.read_text()) for file in (folder / "allure").glob("*-result.json")]
    attached = {one["name"]: [each["name"] for each in one.get("attachments", ())] for one in results}
    assert {"eulogin report", "eulogin bundle", "page-1.png"} <= set(attached["test_red[chromium]"])
    assert {"eulogin report", "eulogin bundle"} <= set(attached["test_red_in_set_up"])
    assert not [name for name in attached["test_green"] if name.startswith("eulogin")]


LOGGED = """
import pytest

def test_refusals_are_records(world, caplog):
    with pytest.raises(Exception):
        world.phones.get("phone-99").approve("1234")
    assert "phone.unknown" in caplog.text
    assert [(record.name, record.levelname) for record in caplog.records] == [("mock_world.journal", "WARNING")]

def test_red(world):
    assert False
"""


def test_without_captured_output_it_tells_why(pytester: pytest.Pytester, run_suite: RunSuite) -> None:
    pytester.makepyfile(LOGGED)
    result = run_suite("--show-capture=no", "-o", "log_cli=true")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*- live log call -*", "WARNING *phone.unknown*", "*- eulogin: reason -*"])
    assert re.search(r"^--eulogin-seed \d+ invents the same people$", result.stdout.str(), re.MULTILINE)


def test_a_world_of_the_test_process_cannot_be_kept(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--eulogin-keep", "all")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --eulogin-keep: expected --eulogin-url with a mock that runs on*"])


def test_the_documented_report_is_a_real_one(pytester: pytest.Pytester, harness: Harness) -> None:
    page = (Path(__file__).parents[2] / "docs" / "failure-reports.md").read_text(encoding="utf-8")
    test, report = (
        re.findall(rf"^```{kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[0] for kind in ("python", "text")
    )
    pytester.makepyfile(test_a=test)
    pytester.runpytest_inprocess("--eulogin-url", harness.url, "--eulogin-seed", "42", "-p", "no:playwright")
    (file,) = pytester.path.glob("test-results/*/eulogin-report.txt")
    written = file.read_text(encoding="utf-8").replace(f"{pytester.path}/", "")
    written = re.sub(r"^world \w+,", "world w1,", written, flags=re.MULTILINE)
    assert written.replace("test-a-py-", "") == report
