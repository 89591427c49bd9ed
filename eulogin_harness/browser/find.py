"""Which browser tests and guide use, and how one is got where there is none.

Chromium's headless shell comes first: it does the same for half the CPU. A full one is looked for where its
window is to be seen.

`python -m eulogin_harness.browser.find` starts the chosen browser once, installs one where none does, and
prints what to put into EULOGIN_BROWSER. Test runs call it before their workers, which only look.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserType, Error, sync_playwright

SETTING = "EULOGIN_BROWSER"
CHANNELS = tuple(f"{brand}{kind}" for brand in ("chrome", "msedge") for kind in ("", "-beta", "-dev", "-canary"))
HEADLESS_SHELL = "chromium-headless-shell"  # Debian's package and its command
COMMANDS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
QUIET = (  # no call of the browser's own leaves the machine
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
INSTALL_TIMEOUT = 900.0  # seconds
LAUNCH_TIMEOUT = 30_000.0  # milliseconds

_WAYS = (
    f"set {SETTING} to the path of a Chrome or Chromium or to a channel such as chrome, "
    "or run `playwright install --with-deps chromium`, "
    f"or install your system's package (Debian: apt-get install {HEADLESS_SHELL}, or chromium to see its window)"
)


class BrowserMissing(Exception):  # noqa: N818 - the name says it
    """There is no browser that starts; the text says how to get one."""


class WrongSetting(BrowserMissing):
    """EULOGIN_BROWSER names something that is not there or does not start."""


@dataclass(frozen=True)
class Browser:
    """A browser to launch: a path or a channel of Playwright, and its arguments."""

    executable_path: str | None = None
    channel: str | None = None
    args: tuple[str, ...] = QUIET

    @property
    def name(self) -> str:
        """Its path or channel: a value for EULOGIN_BROWSER."""
        return self.executable_path or self.channel or ""

    def launch_options(self) -> dict[str, Any]:
        """Keyword arguments for Playwright's `browser_type.launch`."""
        place = {"executable_path": self.executable_path} if self.executable_path else {"channel": self.channel}
        return {**place, "args": list(self.args)}


def find_browser(own: str, environ: Mapping[str, str] = os.environ, *, headed: bool = False) -> Browser:
    """The browser to use; looks only, neither starts nor installs anything.

    own: where Playwright's own Chromium would be (`browser_type.executable_path`). headed: its window is to be
    seen, which a headless shell lacks. Raises BrowserMissing.
    """
    for browser in _candidates(own, environ, headed=headed):
        return browser
    raise BrowserMissing(f"expected a Chrome or Chromium, but there is none; {_WAYS}")


def launch_options(
    browser_type: BrowserType, environ: Mapping[str, str] = os.environ, *, headed: bool = False
) -> dict[str, Any]:
    """Keyword arguments for the `launch` of any browser of Playwright; only Chromium is looked for elsewhere.

    Raises BrowserMissing.
    """
    own, name = browser_type.executable_path, browser_type.name
    if name == "chromium":
        return find_browser(own, environ, headed=headed).launch_options()
    if not Path(own).is_file():
        raise BrowserMissing(
            f"expected Playwright's own {name}, but there is no {own}; run `playwright install --with-deps {name}`, "
            "or choose chromium"
        )
    return {}


def completed_options(
    browser_type: BrowserType, options: Mapping[str, Any], environ: Mapping[str, str] = os.environ
) -> dict[str, Any]:
    """A suite's launch options, with a browser of this machine where they name none.

    They stay as they are where EULOGIN_BROWSER is not set and Playwright's own browser is installed.
    Raises BrowserMissing.
    """
    headed = options.get("headless") is False
    if options.get("executable_path") or options.get("channel"):
        return dict(options)
    if not environ.get(SETTING) and _has_own(browser_type, headed=headed):
        return dict(options)
    ours = launch_options(browser_type, environ, headed=headed)
    args = [*ours.get("args", ()), *(options.get("args") or ())]  # of an argument that comes twice the last counts
    return {**options, **ours, **({"args": args} if args else {})}


def check_browser(name: str, *, headed: bool = False) -> None:
    """Raises BrowserMissing where there is no browser of this name of Playwright's to launch."""
    if name == "chromium" and any(_candidates("", os.environ, headed=headed)):
        return  # Playwright, which takes time to start, need not be asked where its own is
    with sync_playwright() as playwright:
        launch_options(getattr(playwright, name), headed=headed)


def get_browser(browser_type: BrowserType, environ: Mapping[str, str] = os.environ) -> Browser:
    """A browser that does start; installs one where none does. Raises BrowserMissing."""
    complaint = "there is none"
    for provide in (_nothing, _playwright_install, _system_package):
        provide()
        for browser in _candidates(browser_type.executable_path, environ):
            problem = _try_out(browser_type, browser)
            if problem is None:
                return browser
            if environ.get(SETTING):
                raise WrongSetting(f"{SETTING} names {browser.name}, which does not start ({problem}); {_WAYS}")
            complaint = f"{browser.name} does not start ({problem})"
    raise BrowserMissing(f"expected a Chrome or Chromium that starts, but {complaint}; {_WAYS}")


def _candidates(own: str, environ: Mapping[str, str], *, headed: bool = False) -> Iterator[Browser]:
    args = (*QUIET, "--no-sandbox") if os.geteuid() == 0 else QUIET  # Chromium refuses root with its sandbox
    chosen = environ.get(SETTING)
    if chosen:
        yield _from_setting(chosen, args, environ)
        return
    shells = () if headed else (*_own_shells(Path(own)), HEADLESS_SHELL)
    for name in (*shells, own, *COMMANDS, *APPLICATIONS):
        if path := shutil.which(name, path=environ.get("PATH")):
            yield Browser(executable_path=path, args=args)


def _has_own(browser_type: BrowserType, *, headed: bool) -> bool:
    own = Path(browser_type.executable_path)
    needs_shell = browser_type.name == "chromium" and not headed
    return bool(_own_shells(own)) if needs_shell else own.is_file()


def _own_shells(own: Path) -> list[str]:
    """Playwright's own headless shell where it is installed: beside its Chromium, of the same revision."""
    home = next((folder for folder in own.parents if folder.name.startswith("chromium-")), None)
    if home is None:
        return []
    name = home.name.replace("chromium-", "chromium_headless_shell-")
    return [str(shell) for shell in home.parent.glob(f"{name}/*/chrome-headless-shell*")]


def _from_setting(chosen: str, args: tuple[str, ...], environ: Mapping[str, str]) -> Browser:
    if chosen in CHANNELS:
        return Browser(channel=chosen, args=args)
    path = shutil.which(chosen, path=environ.get("PATH"))
    if path is None:
        raise WrongSetting(
            f"{SETTING} names {chosen}, but no program of that name is there; "
            f"set it to the path of a Chrome or Chromium or to one of {', '.join(CHANNELS)}, or unset it"
        )
    return Browser(executable_path=path, args=args)


def _try_out(browser_type: BrowserType, browser: Browser) -> str | None:
    """Start and end the browser; what went wrong, in a line."""
    try:
        browser_type.launch(**browser.launch_options(), timeout=LAUNCH_TIMEOUT).close()
    except Error as error:
        lines = error.message.splitlines()
        library = (line for line in lines if "error while loading shared libraries" in line)
        return next(library, lines[0]).strip().removeprefix("BrowserType.launch: ")
    return None


def _nothing() -> None:
    """The first attempt: with what is there."""


def _playwright_install() -> None:
    os.environ.setdefault("PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT", "10000")  # milliseconds
    _run([sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"])


def _system_package() -> None:
    if os.geteuid() == 0 and (apt := shutil.which("apt-get")):
        os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
        _run([apt, "update"])
        _run([apt, "install", "--yes", "--no-install-recommends", HEADLESS_SHELL])


def _run(command: list[str]) -> None:
    """Run an installer; one that fails is reported in a line and leaves the rest to the next one."""
    print(f"browser: none yet, trying {' '.join(command)} ...", file=sys.stderr)  # noqa: T201 - a command's output
    try:
        done = subprocess.run(  # noqa: S603 - fixed words only
            command, capture_output=True, text=True, timeout=INSTALL_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        print(f"browser: gave up after {INSTALL_TIMEOUT:.0f} s", file=sys.stderr)  # noqa: T201
        return
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines() or [""]
        reason = next((line for line in lines if line.startswith(("E:", "Error:"))), lines[-1])
        print(f"browser: that did not work ({reason})", file=sys.stderr)  # noqa: T201


def main() -> int:
    """Print the path or channel of a browser that starts. Exit code 2 for a wrong setting, 1 for none."""
    try:
        with sync_playwright() as playwright:
            browser = get_browser(playwright.chromium)
    except BrowserMissing as missing:
        print(f"browser: {missing}", file=sys.stderr)  # noqa: T201
        return 2 if isinstance(missing, WrongSetting) else 1
    print(browser.name)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
