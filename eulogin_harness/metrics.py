"""`/metrics`: what a process does, for Prometheus.

Several processes behind one port answer in turn, each for itself alone: the label `process` tells their figures apart.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from eulogin_harness import VERSION
from mock_world.counting import BUCKETS, EVENTS, MAILS, REFUSALS, REQUESTS
from mock_world.events import CATALOGUE
from mock_world.scheduler import ScheduledJob
from mock_world.server import Site
from mock_world.web.context import current_site
from mock_world.world import World

metrics = Blueprint("metrics", __name__)

_WAITING_JOBS = select(func.count()).select_from(ScheduledJob)
Values = Mapping[tuple[str, ...], float]  # by the values of the labels


@dataclass(frozen=True)
class Figure:
    """A number of the process. labels: by what it is told apart. values: what it is now."""

    name: str
    sentence: str
    values: Callable[[Site], Values]
    labels: tuple[str, ...] = ()
    grows: bool = False

    def family(self, site: Site) -> Metric:
        """The number as Prometheus has it."""
        kind = CounterMetricFamily if self.grows else GaugeMetricFamily
        family = kind(self.name, self.sentence, labels=self.labels)
        for labels, value in self.values(site).items():
            family.add_metric(labels, value)
        return family


FIGURES = (
    Figure("eulogin_worlds", "Worlds of the process.", lambda site: {(): len(site.worlds.names())}),
    Figure(
        "eulogin_requests_total",
        "Requests that were answered, by actor and class of the status.",
        lambda _: REQUESTS.numbers(),
        ("actor", "status"),
        grows=True,
    ),
    Figure("eulogin_mails_total", "Mails that mailboxes received.", lambda _: {(): 0} | MAILS.numbers(), grows=True),
    Figure("eulogin_events_total", "Events of all journals.", lambda _: {(): 0} | EVENTS.numbers(), grows=True),
    Figure(
        "eulogin_refusals_total",
        "Refusals of all journals, by code.",
        lambda _: {(code,): number for (code,), number in REFUSALS.numbers().items() if code in CATALOGUE},
        ("code",),
        grows=True,
    ),
    Figure(
        "eulogin_waiting",
        "Pages, calls and phones that wait for something to happen.",
        lambda site: {(): sum(world.signals.waiting for world in site.worlds.all())},
    ),
    Figure(
        "eulogin_scheduled_jobs",
        "Jobs that wait for their time, in all worlds.",
        lambda site: {(): sum(map(_waiting_jobs, site.worlds.all()))},
    ),
    Figure("eulogin_threads", "Threads of the process.", lambda _: {(): threading.active_count()}),
)
INFO = "Which version of the mock it is."
DURATION = "eulogin_request_duration_seconds"
DURATION_SENTENCE = "How long requests took until their answer began, by actor."


@metrics.get("/metrics")
def show() -> Response:
    """The numbers of this process, the same in every world."""
    registry = CollectorRegistry()
    registry.register(_Numbers(current_site()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Numbers(Collector):
    """All numbers of a process, with the label that says which process it is."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def describe(self) -> Iterable[Metric]:
        """Nothing: to be registered, numbers need not be counted."""
        return ()

    def collect(self) -> Iterator[Metric]:
        process = {"process": str(os.getpid())}
        for family in _families(self._site):
            family.samples = [sample._replace(labels=process | sample.labels) for sample in family.samples]
            yield family


def _families(site: Site) -> Iterator[Metric]:
    yield InfoMetricFamily("eulogin", INFO, {"version": VERSION})
    for figure in FIGURES:
        yield figure.family(site)
    yield _durations()
    yield from ProcessCollector(registry=None).collect()


def _durations() -> Metric:
    family = HistogramMetricFamily(DURATION, DURATION_SENTENCE, labels=("actor",))
    for actor, durations in REQUESTS.durations().items():
        buckets = [*zip(map(str, BUCKETS), durations.up_to, strict=True), ("+Inf", durations.number)]
        family.add_metric((actor,), buckets, durations.seconds)
    return family


def _waiting_jobs(world: World) -> int:
    """How many jobs of a world wait; none where its database does not say, as that of a world that was dropped."""
    if world.scheduler.next_at is None:
        return 0
    with suppress(SQLAlchemyError), world.database.session() as db:
        return db.scalar(_WAITING_JOBS) or 0
    return 0
