"""What Locust loads: the people, and what coordinates them."""

import signal
from functools import cached_property
from threading import Thread
from typing import Any, ClassVar

from locust import User, events, task
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.exception import StopUser
from locust.runners import MasterRunner, Runner, WorkerRunner
from locust.web import WebUI

from eulogin_harness.load.processes.coordinator import Coordinator
from eulogin_harness.load.processes.worker import Worker, plan_of
from eulogin_harness.load.visitor import Visitor

_PAUSE = 1.0  # seconds that somebody takes after a journey that failed


class Person(User):
    """Goes on one journey after the other."""

    worker: ClassVar[Worker]
    is_content = True

    @cached_property
    def visitor(self) -> Visitor:
        """Made by the first journey, which fails where the mock says no."""
        return self.worker.new_visitor()

    @task
    def journey(self) -> None:
        """The next one; there may be none any more."""
        name = self.worker.next_journey()
        if not name:
            raise StopUser
        self.is_content = False
        self.is_content = self.worker.go(name, lambda: self.visitor)

    def wait_time(self) -> float:
        return 0.0 if self.is_content else _PAUSE


def _add_plan(parser: LocustArgumentParser, **_: Any) -> None:
    parser.add_argument("--eulogin-plan", include_in_web_ui=False, default="")


def _begin(environment: Environment, runner: Runner, web_ui: WebUI | None = None, **_: Any) -> None:
    if not isinstance(runner, MasterRunner):
        Person.worker = worker = Worker(environment, runner)
        environment.events.quitting.add_listener(lambda **_: worker.end())
    if isinstance(runner, WorkerRunner):
        environment.process_exit_code = 0  # what failed is said by the coordinator
        signal.signal(signal.SIGINT, lambda *_: Person.worker.stop())
        Thread(target=Person.worker.quit_when_stopped, daemon=True).start()
    else:
        coordinator = Coordinator(plan_of(environment), environment, runner, web_ui)
        signal.signal(signal.SIGINT, lambda *_: coordinator.stop())
        environment.events.test_start.add_listener(lambda **_: coordinator.begin())
        environment.events.quitting.add_listener(lambda **_: coordinator.end())


events.init_command_line_parser.add_listener(_add_plan)
events.init.add_listener(_begin)
