"""`/metrics`: figures of the process in Prometheus' own format, read here by its own parser."""

import os
from collections.abc import Callable

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from eulogin_harness.client import World
from eulogin_harness.metrics import DURATION, FIGURES
from mock_world.counting import Requests
from mock_world.events import CATALOGUE

Figures = Callable[..., float]


def scraped(world: World) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Values by name and labels."""
    answer = requests.get(f"{world.addresses.desk}/metrics", timeout=30)
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(answer.text)
    return {(one.name, frozenset(one.labels.items())): one.value for each in families for one in each.samples}


@pytest.fixture
def figure(world: World) -> Figures:
    """The value of a figure of this process now; 0 where it is not there yet."""

    def figure(name: str, **labels: str) -> float:
        return scraped(world).get((name, frozenset({"process": str(os.getpid()), **labels}.items())), 0)

    return figure


def test_requests_are_counted_by_actor_and_status(world: World, figure: Figures) -> None:
    def numbers() -> list[float]:
        return [
            figure("eulogin_requests_total", actor="idp", status="2xx"),
            figure("eulogin_requests_total", actor="idp", status="4xx"),
            figure(f"{DURATION}_count", actor="idp"),
            figure(f"{DURATION}_bucket", actor="idp", le="+Inf"),
        ]

    before = numbers()
    for path in ("/cas/about.html", "/cas/about.html", "/nothing"):
        requests.get(world.addresses.idp + path, timeout=30)
    assert [after - number for after, number in zip(numbers(), before, strict=True)] == [2, 1, 3, 3]


def test_a_request_to_a_world_that_is_not_there_counts_too(world: World, figure: Figures) -> None:
    before = figure("eulogin_requests_total", actor="phone", status="4xx")
    requests.get(world.addresses.phone.replace(world.name, "never-made"), timeout=30)
    assert figure("eulogin_requests_total", actor="phone", status="4xx") == before + 1


def test_durations_stand_in_the_buckets_that_are_long_enough() -> None:
    requests = Requests()
    for seconds in (0.001, 0.005, 0.03, 100.0):
        requests.add("idp", "200", seconds)
    durations = requests.durations()["idp"]
    assert durations.up_to[:5] == [2, 2, 2, 3, 3]
    assert durations.up_to[-1] == 3
    assert durations.number == 4
    assert durations.seconds == pytest.approx(100.036)


def test_mails_events_and_refusals_are_counted(world: World, figure: Figures) -> None:
    names = ("eulogin_mails_total", "eulogin_events_total")
    before = [figure(name) for name in names]
    refused = figure("eulogin_refusals_total", code="clock.back")
    world.personas.create("invited")
    world.mails.wait()
    requests.post(f"{world.addresses.desk}/api/clock", json={"set": "1999-01-01T00:00:00Z"}, timeout=30)
    mails, events = (figure(name) - number for name, number in zip(names, before, strict=True))
    assert mails == 1
    assert events >= 3
    assert figure("eulogin_refusals_total", code="clock.back") == refused + 1
    codes = {dict(labels)["code"] for name, labels in scraped(world) if name == "eulogin_refusals_total"}
    assert codes <= CATALOGUE.keys()


def test_jobs_that_wait_are_counted(world: World, figure: Figures) -> None:
    jobs = figure("eulogin_scheduled_jobs")
    world.settings.change({"mail.delay": "PT20M"})
    world.personas.create("invited")
    assert figure("eulogin_scheduled_jobs") == jobs + 1


def test_figures_of_the_process_are_there(world: World, figure: Figures) -> None:
    assert figure("process_resident_memory_bytes") > 1_000_000
    assert figure("process_cpu_seconds_total") > 0
    assert figure("eulogin_threads") >= 4
    assert figure("eulogin_worlds") >= 2
    (version,) = (labels for name, labels in scraped(world) if name == "eulogin_info")
    assert "version" in dict(version)


def test_each_figure_has_its_name_and_the_process_and_no_name_of_a_world(world: World) -> None:
    names = {name for name, _ in scraped(world)}
    assert {each.name for each in FIGURES} - names <= {"eulogin_refusals_total"}
    assert all(dict(labels)["process"] == str(os.getpid()) for _, labels in scraped(world))
    assert not [labels for _, labels in scraped(world) if world.name in dict(labels).values()]
