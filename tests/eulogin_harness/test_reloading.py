"""`serve` reads its settings again on SIGHUP, and nobody who is in the middle of something notices."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from eulogin_harness.client import Harness
from eulogin_harness.configuration import gather_settings
from eulogin_harness.pyproject import from_pyproject
from eulogin_harness.reloading import Reloader
from eulogin_harness.site import open_site
from mock_world import World
from mock_world.server import Site

Write = Callable[[str], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes settings into pyproject.toml."""

    def write(lines: str) -> None:
        (tmp_path / "pyproject.toml").write_text(f"[tool.eulogin-harness]\n{lines}\n", encoding="utf-8")

    return write


@pytest.fixture
def site(tmp_path: Path, write: Write) -> Iterator[Site]:
    write('"link.life" = "PT7M"\n"device.max" = 7\n"key.max" = 7')
    with open_site(defaults=gather_settings((), from_pyproject(tmp_path))) as site:
        yield site


@pytest.fixture
def reload(site: Site, tmp_path: Path) -> Callable[[], str]:
    """Reads the settings again; what the journal says then."""

    def gather() -> dict[str, object]:
        return gather_settings(("ticket.life=PT1M",), from_pyproject(tmp_path))

    reloader = Reloader(site, gather_settings((), from_pyproject(tmp_path)), gather)

    def reload() -> str:
        reloader.reload()
        return site.worlds.get("default").journal.events()[-1].sentence

    return reload


def values(world: World) -> dict[str, str]:
    names = ("link.life", "device.max", "key.max", "ticket.life")
    return {name: f"{world.settings.by_name(name)} {world.settings.origin(name)}" for name in names}


def test_what_the_sources_say_now_counts_in_running_worlds_and_new_ones(
    site: Site, write: Write, reload: Callable[[], str]
) -> None:
    running = site.worlds.create()
    running.settings.change({"device.max": 3})
    write('"link.life" = "PT9M"\n"device.max" = 9')
    assert reload() == (
        "The settings that the process was started with were read again; other than before: "
        "device.max, key.max, link.life, ticket.life."
    )
    there = {"link.life": "0:09:00 start", "key.max": "10 default", "ticket.life": "0:01:00 start"}
    assert values(running) == there | {"device.max": "3 changed"}
    assert values(site.worlds.create()) == there | {"device.max": "9 start"}
    running.settings.load()
    assert values(running) == there | {"device.max": "3 changed"}


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('"link.life" = ', "pyproject.toml cannot be read: "),
        ('"link.life" = "PT1M"\n"device.max" = "many"', "device.max: "),
        ('"link.live" = "PT1M"', "did you mean link.life"),
        ('"link.life" = "PT1M"\n"back_channel.ca" = "/nowhere.pem"', "/nowhere.pem cannot be read"),
    ],
)
def test_a_wrong_file_changes_nothing_and_is_a_sentence(
    site: Site, write: Write, reload: Callable[[], str], lines: str, problem: str
) -> None:
    before = values(site.worlds.get("default"))
    write(lines)
    sentence = reload()
    assert sentence.startswith("The settings were to be read again, and all stay as they were: ")
    assert problem in sentence
    assert values(site.worlds.get("default")) == before


def test_the_profile_counts_again_where_a_setting_is_taken_away(write: Write, tmp_path: Path) -> None:
    write('"link.life" = "PT7M"')
    with open_site(profile="today", defaults=(before := gather_settings((), from_pyproject(tmp_path)))) as site:
        write("")
        Reloader(site, before, lambda: gather_settings((), from_pyproject(tmp_path))).reload()
        assert values(site.worlds.get("default"))["link.life"] == "0:15:00 profile"


@pytest.mark.slow
def test_a_hangup_reloads_without_dropping_a_connection_or_a_sign_in(tmp_path: Path, write: Write) -> None:
    write('"link.life" = "PT7M"')
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EULOGIN_")}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "eulogin_harness.cli", "serve", "--port", "0", "--log-format", "json"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    desk = next(line.split()[-1] for line in process.stdout if "Control room" in line)
    world = Harness(desk).default
    connection = HTTPConnection(urlsplit(world.addresses.idp).netloc, timeout=30)
    cookies = world.personas.session(world.personas.create("registered")).cookies()

    def ticket() -> str:
        """What somebody who is signed in gets, over the connection that stays."""
        cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies)
        connection.request("GET", "/cas/login?service=http://app.test/", headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        return (answer.headers["Location"] or "").partition("?ticket=")[2]

    assert ticket()
    socket = connection.sock
    for lines, event in ('"link.life" = "PT9M"', "settings.read_again"), ("=", "settings.not_read"):
        write(lines)
        process.send_signal(signal.SIGHUP)
        world.events.wait(type=event)
        assert world.settings["link.life"] == "PT9M"
        assert ticket()
        assert connection.sock is socket
    connection.close()
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert [json.loads(line)["code"] for line in errors.splitlines()] == ["settings.read_again", "settings.not_read"]
    assert process.returncode == 0
