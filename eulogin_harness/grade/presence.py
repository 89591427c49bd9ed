"""Whether an application is still there: some are ended by an answer that they did not expect."""

import socket
import time
from urllib.parse import urlsplit

from eulogin_harness.grade.outcomes import NotDone
from mock_world.addresses import port_of

PATIENCE = 10.0  # seconds until whoever watches over an application has started it anew
_PAUSE = 0.1  # seconds between two looks
_ANSWER = 5.0  # seconds for a connection


def check_is_there(url: str, check: str, seconds: float = PATIENCE) -> None:
    """Raises NotDone where nothing takes connections at `url` for so many seconds. check: name of the last one."""
    end = time.monotonic() + seconds
    while not _takes_connections(url):
        if time.monotonic() > end:
            raise NotDone(
                f"expected the application to answer at {url} after {check}; nothing listens there any more. It ended "
                "in that check: see its log, mend it, or let something start it anew; or go on without the check by "
                f"--skip {check}"
            )
        time.sleep(_PAUSE)


def _takes_connections(url: str) -> bool:
    try:
        socket.create_connection((urlsplit(url).hostname or "", port_of(url) or 0), _ANSWER).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True  # it is slow, or something else than the application is the matter: the next check says it
    return True
