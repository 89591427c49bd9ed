"""Whether the parts of a process answer: its mail server, and the database of its default world."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from smtplib import SMTP
from threading import Lock

from sqlalchemy import text

from mock_world.server import Site
from mock_world.worlds import DEFAULT

SECONDS = 2.0  # that a part has for its answer


class Health:
    """Asks the parts of a process, each aside: one that does not answer holds up one thread alone."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._threads = {name: ThreadPoolExecutor(1, f"health of {name}") for name in _PARTS}
        self._answers: dict[str, Future[None]] = {}

    def dead(self, site: Site) -> Iterator[str]:
        """The parts that do not answer, each with the reason."""
        for name, answer in [(name, self._ask(name, site)) for name in _PARTS]:
            try:
                answer.result(SECONDS)
            except TimeoutError:
                yield f"{name} (within {SECONDS:g} seconds)"
            except Exception as error:  # noqa: BLE001 - whatever it is, the part is not well
                yield f"{name} ({type(error).__name__})"

    def _ask(self, name: str, site: Site) -> Future[None]:
        """The answer that will come: of a part that still owes one, that."""
        with self._lock:
            answer = self._answers.get(name)
            if answer is None or answer.done():
                answer = self._answers[name] = self._threads[name].submit(_PARTS[name], site)
            return answer


def _greet_mail_server(site: Site) -> None:
    with SMTP(*site.smtp, local_hostname="localhost", timeout=SECONDS):
        pass


def _ask_database(site: Site) -> None:
    with site.worlds.get(DEFAULT).database.session() as db:
        db.execute(text("SELECT 1"))


_PARTS: dict[str, Callable[[Site], None]] = {"the mail server": _greet_mail_server, "the database": _ask_database}
