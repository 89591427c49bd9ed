"""The application's own calls to EU Login, with what comes back or does not."""

from typing import TYPE_CHECKING

from requests import RequestException

from eulogin_harness.debugger.journal import explain
from eulogin_harness.debugger.messages import called
from eulogin_harness.debugger.model import APPLICATION, EU_LOGIN, Check, Message, add
from mock_world import Refusal, World
from mock_world.calls import call
from mock_world.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response

    from eulogin_harness.debugger.model import Trial

_NO_ANSWER = N_("No answer came.")
_LOOK = N_("See that EU Login is reached from where the application runs, and answers within ten seconds.")


def ask(
    world: World, trial: "Trial", title: str, method: str, url: str, form: "Mapping[str, str] | None" = None
) -> "Response | None":
    """Call EU Login, and write it down; None where no answer came, which is written down too."""
    add(world, trial, called(world, title, method, url, form))
    try:
        return call(world, method, url, form=dict(form) if form else None)
    except (RequestException, Refusal) as error:
        problem = error.code if isinstance(error, Refusal) else type(error).__name__
        check = Check(False, _NO_ANSWER, _LOOK, problem)
        message = Message(N_("EU Login does not answer"), EU_LOGIN, APPLICATION, "-", checks=[check])
        add(world, trial, explain(world, trial, message))
        return None


def second_time(trial: "Trial", came: str) -> list[Check]:
    """What to say where the same ticket or code comes again."""
    if trial.kept.get("came") != came:
        return []
    words = N_("The same ticket or code comes once more: this address was opened again.")
    return [Check(None, words, N_("As soon as it was read, redirect to an address without it."))]
