"""What guides can show: each scenario does its steps in a browser, in one order, against the mock."""

import ast
import inspect
from collections.abc import Callable, Mapping
from functools import cache

from eulogin_harness.guide.scenarios.account import late_link, sign_up
from eulogin_harness.guide.scenarios.app import app
from eulogin_harness.guide.scenarios.application import application
from eulogin_harness.guide.scenarios.cpms import access, decision, question, recognition, search, sign_in
from eulogin_harness.guide.scenarios.phone import phone, phone_again
from eulogin_harness.guide.walkthrough import Walkthrough

Scenario = Callable[[Walkthrough], None]

_ALL: tuple[Scenario, ...] = (
    sign_up,
    late_link,
    phone,
    phone_again,
    recognition,
    sign_in,
    access,
    question,
    decision,
    search,
    app,
    application,
)
SCENARIOS: Mapping[str, Scenario] = {each.__name__.replace("_", "-"): each for each in _ALL}


@cache
def steps() -> Mapping[str, tuple[str, ...]]:
    """The steps of each scenario, in the order in which it does them."""
    return {name: _steps_of(scenario) for name, scenario in SCENARIOS.items()}


def scenario_of(step: str) -> str | None:
    """The scenario that does a step; None where none does."""
    name = step.partition(".")[0]
    return name if step in steps().get(name, ()) else None


def _steps_of(scenario: Scenario) -> tuple[str, ...]:
    calls = [each for each in ast.walk(ast.parse(inspect.getsource(scenario))) if isinstance(each, ast.Call)]
    named = [each for each in calls if isinstance(each.func, ast.Attribute) and each.func.attr == "step"]
    return tuple(ast.literal_eval(each.args[0]) for each in sorted(named, key=lambda call: call.lineno))
