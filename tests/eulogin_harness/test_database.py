"""`serve --database`: what was answered is there after kill -9, once."""

from functools import partial
from pathlib import Path
from subprocess import run

import pytest
import requests

from eulogin_harness.client import Harness, World
from tests.eulogin_harness.test_command_line import COMMAND, serving
from tests.kill_cycles import fork, run_cycles


@pytest.mark.slow
def test_what_was_answered_outlives_a_kill(tmp_path: Path) -> None:
    report = run_cycles(10, partial(fork, f"sqlite:///{tmp_path}/mock.db"), most=8)
    assert (report.lost, report.twice) == ([], []), report
    assert report.cycles == 10
    assert all(report.answered[kind] for kind in ("people", "invitations", "decisions", "mails")), report


def signing_keys(world: World) -> object:
    discovery = requests.get(f"{world.addresses.idp}/cas/oauth2/.well-known/openid-configuration", timeout=10).json()
    return requests.get(discovery["jwks_uri"], timeout=10).json()


@pytest.mark.slow
def test_browsers_stay_signed_in_and_keys_stay_over_a_restart(tmp_path: Path) -> None:
    kept = ("--port", "0", "--database", "sqlite:///mock.db")
    with serving(*kept, "--set", "device.max=4", folder=tmp_path) as (process, desk):
        world = Harness(desk).default
        person = world.personas.create("enrolled")
        cookies = world.personas.session(person).cookies()
        keys = signing_keys(world)
        process.kill()
    with serving(*kept, "--frozen", folder=tmp_path) as (process, desk):
        world = Harness(desk).default
        account = requests.get(f"{world.addresses.idp}/cas/userdata/myAccount.cgi", cookies=cookies, timeout=10)
        assert person.email in account.text
        assert signing_keys(world) == keys
        assert not world.clock.frozen
        process.terminate()
        assert "the clock and people of the database count; --world, --now" in process.communicate()[1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--database", "mysql://localhost/x"), "expected sqlite:///FILE or postgresql"),
        (("--database", "sqlite:///x.db", "--state", "x.json"), "expected --database or --state, but got both"),
        (("--database", "sqlite:///none/x.db"), "No such file or directory; mend that, or name another"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_in_a_sentence(
    options: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    ended = run([*COMMAND, "serve", "--port", "0", *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.returncode
