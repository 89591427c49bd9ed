"""Many people who wait: each call is held by the mock and made again when it was answered, as their pages do."""

import json
import multiprocessing
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from multiprocessing.synchronize import Semaphore

Call = tuple[str, str]  # address, cookies


@contextmanager
def waiting(calls: Sequence[Call]) -> Iterator[None]:
    """Hold these calls, from a process of their own; they are sent when the block begins."""
    spawn = multiprocessing.get_context("spawn")
    sent = spawn.Semaphore(0)
    crowd = spawn.Process(target=_hold_all, args=(calls, sent), daemon=True)
    crowd.start()
    try:
        for _ in calls:
            if not sent.acquire(timeout=60):
                raise RuntimeError("the crowd did not come")
        yield
    finally:
        crowd.terminate()
        crowd.join()


def _hold_all(calls: Sequence[Call], sent: "Semaphore") -> None:
    threads = [threading.Thread(target=_hold, args=(*call, sent)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _hold(address: str, cookies: str, sent: "Semaphore") -> None:
    """Ends with its process, or when the mock answers that there is nothing to wait for any more."""
    while True:
        parts = urlsplit(address)
        connection = HTTPConnection(parts.netloc, timeout=60)
        connection.request("GET", f"{parts.path}?{parts.query}", headers={"Cookie": cookies})
        sent.release()
        try:
            answer = connection.getresponse()
            body = answer.read()
        except (HTTPException, OSError):
            return
        finally:
            connection.close()
        if answer.status != HTTPStatus.OK:
            return
        address = urljoin(address, json.loads(body).get("again", ""))
