import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import BrowserType, Error

from eulogin_harness.browser import find
from eulogin_harness.browser.find import (
    Browser,
    BrowserMissing,
    WrongSetting,
    check_browser,
    completed_options,
    find_browser,
    get_browser,
    launch_options,
)

Program = Callable[[str], str]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Makes a program of that name in the only folder of PATH."""

    def make(name: str) -> str:
        path = tmp_path / name
        path.touch(mode=0o755)
        return str(path)

    return make


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"PATH": str(tmp_path)}


class Launcher:
    """Stands for Playwright's browser type: starts what `working` holds."""

    def __init__(self, own: str, name: str = "chromium") -> None:
        self.executable_path = own
        self.name = name
        self.working: set[str] = set()

    def launch(self, *, executable_path: str = "", channel: str = "", **_: object) -> "Launcher":
        if (executable_path or channel) not in self.working:
            raise Error("BrowserType.launch: it is broken\nCall log:\n  - more")
        return self

    def close(self) -> None:
        """The browser ends."""

    def get(self, environ: dict[str, str]) -> Browser:
        return get_browser(cast("BrowserType", self), environ)


@pytest.fixture
def launcher(tmp_path: Path) -> Launcher:
    return Launcher(str(tmp_path / "own"))


@pytest.fixture
def installers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The installers that were called; none of them brings anything."""
    called: list[str] = []
    monkeypatch.setattr(find, "_run", lambda command: called.append(" ".join(command)))
    return called


def test_the_setting_wins_over_everything(program: Program, environ: dict[str, str]) -> None:
    own, wanted = program("own"), program("my-chrome")
    assert find_browser(own, {**environ, "EULOGIN_BROWSER": wanted}).executable_path == wanted


def test_the_setting_may_be_a_channel(environ: dict[str, str]) -> None:
    browser = find_browser("/none", {**environ, "EULOGIN_BROWSER": "chrome-beta"})
    assert browser.launch_options()["channel"] == "chrome-beta"
    assert "executable_path" not in browser.launch_options()


def test_the_setting_may_be_a_command(program: Program, environ: dict[str, str]) -> None:
    path = program("my-chrome")
    assert find_browser("/none", {**environ, "EULOGIN_BROWSER": "my-chrome"}).name == path


def test_a_setting_that_names_nothing_is_refused_without_fallback(program: Program, environ: dict[str, str]) -> None:
    with pytest.raises(WrongSetting, match="EULOGIN_BROWSER names /gone, but no program") as refused:
        find_browser(program("own"), {**environ, "EULOGIN_BROWSER": "/gone"})
    assert "or unset it" in str(refused.value)


def test_headless_shells_come_before_full_browsers_and_playwrights_own_before_the_machines(
    program: Program, environ: dict[str, str], tmp_path: Path
) -> None:
    names = ("chromium_headless_shell-7/shell-linux64/chrome-headless-shell", "chromium-headless-shell",
             "chromium-7/linux64/chrome", "chromium")  # fmt: skip
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    paths = [program(name) for name in names]
    own = paths[2]
    for number, path in enumerate(paths):
        assert find_browser(own, environ).executable_path == path
        assert find_browser(own, environ, headed=True).executable_path == paths[max(number, 2)]
        Path(path).unlink()


def test_another_browser_is_playwrights_own_or_missing(program: Program, environ: dict[str, str]) -> None:
    program("chromium")
    firefox = Launcher(environ["PATH"] + "/firefox", "firefox")
    with pytest.raises(BrowserMissing, match="Playwright's own firefox, but there is no") as missing:
        launch_options(cast("BrowserType", firefox), environ)
    assert "; run `playwright install --with-deps firefox`, or choose chromium" in str(missing.value)
    program("firefox")
    assert launch_options(cast("BrowserType", firefox), environ) == {}


def test_the_machines_chromium_comes_before_its_chrome(program: Program, environ: dict[str, str]) -> None:
    program("google-chrome")
    chromium = program("chromium")
    assert find_browser("/none", environ).executable_path == chromium


def test_without_any_browser_the_ways_to_get_one_are_named(environ: dict[str, str]) -> None:
    with pytest.raises(BrowserMissing, match="playwright install") as missing:
        find_browser("/none", environ)
    assert "EULOGIN_BROWSER" in str(missing.value)
    assert "apt-get install chromium-headless-shell" in str(missing.value)


@pytest.mark.parametrize(("user", "expected"), [(0, True), (1000, False)])
def test_only_root_goes_without_the_sandbox(
    monkeypatch: pytest.MonkeyPatch, program: Program, environ: dict[str, str], user: int, expected: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    program("chromium")
    assert ("--no-sandbox" in find_browser("/none", environ).args) == expected


def test_the_browser_keeps_its_own_calls_to_itself(program: Program, environ: dict[str, str]) -> None:
    program("chromium")
    assert "--disable-background-networking" in find_browser("/none", environ).launch_options()["args"]


def test_a_browser_that_does_not_start_is_passed_over(
    launcher: Launcher, program: Program, environ: dict[str, str]
) -> None:
    program("own")
    launcher.working = {program("chromium")}
    assert launcher.get(environ).executable_path in launcher.working


def test_nothing_is_installed_while_a_browser_starts(
    launcher: Launcher, program: Program, environ: dict[str, str], installers: list[str]
) -> None:
    launcher.working = {program("chromium")}
    launcher.get(environ)
    assert installers == []


def test_playwright_installs_its_own_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch, launcher: Launcher, program: Program, environ: dict[str, str]
) -> None:
    monkeypatch.setattr(find, "_run", lambda _: program("own"))
    launcher.working = {launcher.executable_path}
    assert launcher.get(environ).executable_path == launcher.executable_path


def test_root_on_debian_gets_the_systems_package_at_last(
    monkeypatch: pytest.MonkeyPatch, launcher: Launcher, environ: dict[str, str], installers: list[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name, **_: "/apt-get" if name == "apt-get" else None)
    with pytest.raises(BrowserMissing, match="expected a Chrome or Chromium that starts, but there is none"):
        launcher.get(environ)
    assert [line.split()[0] for line in installers] == [sys.executable, "/apt-get", "/apt-get"]


def test_an_ordinary_user_is_not_asked_for_a_system_package(
    monkeypatch: pytest.MonkeyPatch, launcher: Launcher, environ: dict[str, str], installers: list[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(BrowserMissing):
        launcher.get(environ)
    assert [line.split()[1:] for line in installers] == [["-m", "playwright", "install", "--only-shell", "chromium"]]


def test_a_wanted_browser_that_does_not_start_is_told_of_at_once(
    launcher: Launcher, environ: dict[str, str], installers: list[str]
) -> None:
    with pytest.raises(WrongSetting, match="names chrome, which does not start \\(it is broken\\)"):
        launcher.get({**environ, "EULOGIN_BROWSER": "chrome"})
    assert installers == []


def test_an_installer_that_fails_costs_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    find._run([sys.executable, "-c", "import sys; sys.exit('noise\\nError: no network\\nmore noise')"])
    assert capfd.readouterr().err.splitlines()[1:] == ["browser: that did not work (Error: no network)"]


def test_the_command_ends_with_2_for_a_wrong_setting() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "eulogin_harness.browser.find"],
        env={**os.environ, "EULOGIN_BROWSER": "/gone"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


# What a suite launches.


@pytest.fixture
def completed(tmp_path: Path, environ: dict[str, str]) -> Callable[..., dict[str, object]]:
    """A suite's launch options where Playwright's own would be in this folder, with these variables."""
    chromium = cast("BrowserType", Launcher(str(tmp_path / "chromium-7/linux64/chrome")))
    return lambda options, **more: completed_options(chromium, options, environ | more)


@pytest.mark.parametrize("named", [{"executable_path": "/my/chrome"}, {"channel": "msedge"}])
def test_a_browser_that_the_suite_names_stays(completed: Callable[..., object], named: dict[str, str]) -> None:
    assert completed(named, EULOGIN_BROWSER="chrome") == named


def test_what_playwright_installed_stays_untouched(
    completed: Callable[..., object], program: Program, tmp_path: Path
) -> None:
    machines = program("chromium")
    for name in ("chromium-7/linux64/chrome", "chromium_headless_shell-7/shell-linux64/chrome-headless-shell"):
        (tmp_path / name).parent.mkdir(parents=True)
    full = program("chromium-7/linux64/chrome")
    assert completed({"headless": False}) == {"headless": False}
    assert cast("dict[str, object]", completed({}))["executable_path"] == full  # its headless shell is missing
    program("chromium_headless_shell-7/shell-linux64/chrome-headless-shell")
    assert completed({"slow_mo": 5}) == {"slow_mo": 5}
    assert cast("dict[str, object]", completed({}, EULOGIN_BROWSER=machines))["executable_path"] == machines


def test_the_suites_own_arguments_come_last(completed: Callable[..., dict[str, object]], program: Program) -> None:
    options = completed({"args": ["--lang=fr"], "slow_mo": 5}, EULOGIN_BROWSER=program("my-chrome"))
    assert isinstance(options["args"], list)
    assert (options["args"][0], options["args"][-1], options["slow_mo"]) == (find.QUIET[0], "--lang=fr", 5)


def test_playwright_is_not_started_to_check_for_a_browser_that_is_there(
    monkeypatch: pytest.MonkeyPatch, program: Program
) -> None:
    monkeypatch.setattr(find, "sync_playwright", lambda: pytest.fail("it was started"))
    monkeypatch.setenv("EULOGIN_BROWSER", program("my-chrome"))
    check_browser("chromium")
    monkeypatch.setenv("EULOGIN_BROWSER", "/gone")
    with pytest.raises(WrongSetting, match="/gone"):
        check_browser("chromium")
