"""What is given wrongly is a sentence, before anybody sets out."""

import pytest
from click.testing import CliRunner

from eulogin_harness.cli import main
from eulogin_harness.client import World
from eulogin_harness.load import command
from eulogin_harness.load.plan import Plan

REFUSED = {
    "--journey pim": "expected a journey of pin, one-time-code, openid",
    "--journey pin=0": "expected a weight from 1 to 1000, as in pin=3; got 'pin=0'",
    "--journey pin=much": "expected a weight from 1 to 1000",
    "--run-time 5": "write a duration such as 5m",
    "--run-time 0m": "write a time such as 90s, 5m or 1h30m; got '0m'",
    "--run-time Purple": "write a time such as 90s, 5m or 1h30m; got 'Purple'",
    "--url http://login.real.eu": "--allow-host NAME allows a host",
    "--url localhost:8400": "expected --url to begin with http:// or https://",
    "--application https://app.real.eu/": "expected --application to be an http(s) address on loopback",
    "--report /nowhere/at/all.html": "make it first",
    "--master --worker": "either leads, by --master, or is a worker",
    "--master --processes 2": "give --processes to them",
}


@pytest.fixture(autouse=True)
def locust(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What Locust is started with, instead of it."""
    started: list[list[str]] = []

    def record(words: list[str], *_: object, **__: object) -> int:
        started.append(words)
        return 0

    monkeypatch.setattr(command, "_run", record)
    return started


def load(words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["load", *words.split()])
    return done.exit_code, done.output


@pytest.mark.parametrize("words", REFUSED)
def test_wrong_use_is_a_sentence(words: str, locust: list[list[str]]) -> None:
    code, said = load(words)
    assert code == 2
    assert REFUSED[words] in " ".join(said.split())
    assert not locust


def test_a_mock_that_does_not_answer_is_said(locust: list[list[str]]) -> None:
    assert load("--url http://localhost:1") == (
        1,
        "Error: nothing answers at http://localhost:1 (ConnectionError); start it with `eulogin-harness serve`\n",
    )
    assert not locust


def test_a_world_that_is_not_there_is_said(world: World, locust: list[list[str]]) -> None:
    code, said = load(f"--url {world.addresses.desk.partition('/w/')[0]} --world nowhere")
    assert (code, "got 'nowhere'" in said) == (2, True)
    assert not locust


def test_without_locust_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "find_spec", lambda _: None)
    assert load("") == (1, "eulogin-harness: this needs Locust: pip install 'eulogin-harness[load]'\n")


def test_everything_is_handed_to_locust(world: World, locust: list[list[str]]) -> None:
    url = world.addresses.desk.partition("/w/")[0]
    words = "--journey pin=3 --journey openid --journeys 30 --users 4 --web-port 8089 --processes 2 --fail-ratio 0.1"
    code, said = load(f"--url {url} --world {world.name} {words}")
    assert (code, "http://localhost:8089/" in said) == (0, True)
    ((*given, plan),) = locust
    plan_given = Plan.from_json(plan)
    assert (plan_given.weights, plan_given.journeys, plan_given.seconds) == ({"pin": 3, "openid": 1}, 30, 0)
    assert (plan_given.world, plan_given.fail_ratio) == (world.name, 0.1)
    assert {"--autostart", "--processes", "--users"} <= set(given)
    assert given[given.index("--web-host") + 1] == "localhost"
    assert given[given.index("--master-bind-host") + 1] == "127.0.0.1"


def test_at_an_application_only_what_begins_there_is_taken(world: World, locust: list[list[str]]) -> None:
    url = world.addresses.desk.partition("/w/")[0]
    assert load(f"--url {url} --application http://app:5000/ --allow-host app --run-time PT90S")[0] == 0
    plan = Plan.from_json(locust[0][-1])
    assert (plan.weights, plan.seconds) == ({"pin": 10, "one-time-code": 3, "sign-out": 1}, 90)


def test_a_worker_needs_only_to_know_who_leads(locust: list[list[str]]) -> None:
    assert load("--worker --master-host one.example --processes 2")[0] == 0
    ((*_, where, host, _, port, _, processes),) = locust
    assert (where, host, port, processes) == ("--master-host", "one.example", "5557", "2")
