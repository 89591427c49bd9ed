"""Starting a mock for test processes. As a command it is one for several of them: options as a line of JSON on
standard input, at whose end it ends; what `started` gives as a line of JSON on standard output.
"""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from eulogin_harness.collecting import not_collected
from eulogin_harness.extras import ServerMissing, server_required


@contextmanager
def started(options: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A mock while the block runs: `url` of its desk and, with TLS, the `authority`; or the `error` of its start.

    options: of `open_site`.
    """
    try:
        with server_required("name a mock that runs by --eulogin-url"):
            from eulogin_harness.site import open_site
            from mock_world.server import AddressTaken
    except ServerMissing as missing:
        yield {"error": str(missing)}
        return
    try:
        site = open_site(**options).start()
    except (AddressTaken, ValueError) as error:
        yield {"error": str(error)}
        return
    try:
        yield {"url": site.listeners["desk"], "authority": site.authority.pem if site.authority else None}
    finally:
        site.stop()


def main() -> None:
    _keep_refusals_off_standard_error()
    with ExitStack() as stack:
        with not_collected():
            mock = stack.enter_context(started(json.loads(sys.stdin.readline())))
        print(json.dumps(mock), flush=True)  # noqa: T201
        sys.stdin.read()


def _keep_refusals_off_standard_error() -> None:
    """The journal has them: they are for the test that meets them, and most are meant."""
    log = logging.getLogger("mock_world.journal")
    log.addHandler(logging.NullHandler())
    log.propagate = False


if __name__ == "__main__":
    main()
