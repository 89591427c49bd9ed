"""An application that a check has ended."""

import socket

import pytest

from eulogin_harness.grade.outcomes import NotDone
from eulogin_harness.grade.presence import check_is_there


def test_what_takes_no_connections_any_more_is_named_with_the_check_that_ended_it() -> None:
    with socket.create_server(("localhost", 0)) as server:
        url = f"http://localhost:{server.getsockname()[1]}/private"
        check_is_there(url, "cas.answer-empty", seconds=0)
    with pytest.raises(NotDone, match=f"answer at {url} after cas.answer-empty.* --skip cas.answer-empty"):
        check_is_there(url, "cas.answer-empty", seconds=0)
