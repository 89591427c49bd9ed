"""The mock that tests use, and its addresses."""

import re
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from eulogin_harness.collecting import not_collected
from eulogin_harness.host_names import netlocs, settings
from eulogin_harness.pytest_plugin.sharing import shared_mock
from eulogin_harness.pytest_plugin.sources import Mock, mock_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eulogin_harness.client import Harness


@pytest.fixture(scope="session")
def eulogin_harness(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Harness]":
    """The mock that all tests use: its `worlds`, `addresses` and `smtp` server."""
    mock = mock_of(request.config)
    if mock.url:
        yield running(mock, request.config.getoption("eulogin_wait"))
        return
    with ExitStack() as stack:
        with not_collected():
            started = stack.enter_context(_started(mock, request.config))
            if error := started.get("error"):
                pytest.fail(re.sub(r"--(?=port|host)", "--eulogin-", error), pytrace=False)
            own = Mock(url=started["url"], ca=_authority_file(started["authority"], tmp_path_factory))
            harness = running(own, 0)  # the desk's app is made when it is asked
        yield harness
        harness.close()


def running(mock: Mock, wait: float) -> "Harness":
    """A mock that runs already, or soon."""
    from eulogin_harness.client import Harness
    from eulogin_harness.readiness import NotReady

    harness = Harness(mock.url or "", ca=mock.ca)
    try:
        harness.wait_until_ready(wait)
    except NotReady as error:
        pytest.fail(f"{error}".replace("--url", "--eulogin-url"), pytrace=False)
    return harness


@contextmanager
def _started(mock: Mock, config: pytest.Config) -> "Iterator[dict[str, Any]]":
    """What a mock says at its start: that of all workers, else one in this process."""
    if shared := shared_mock(config):
        yield shared
        return
    from eulogin_harness.shared_mock import started

    with started(mock.start) as here:
        yield here


def _authority_file(pem: str | None, folders: pytest.TempPathFactory) -> str | None:
    if pem is None:
        return None
    file = folders.mktemp("eulogin") / "ca.pem"
    file.write_text(pem, encoding="ascii")
    return str(file)


@pytest.fixture(scope="session")
def eulogin_ca(eulogin_harness: "Harness") -> "Path | None":
    """PEM file of the authority that the application under test is to trust; None where nothing speaks https."""
    return eulogin_harness.ca


@pytest.fixture(scope="session")
def _eulogin_names(request: pytest.FixtureRequest) -> dict[str, str]:
    """Host names of the actors and where they are (`host:port`); none without `--eulogin-names`."""
    if not request.config.getoption("eulogin_names"):
        return {}
    return netlocs(request.getfixturevalue("eulogin_harness"))


@pytest.fixture(scope="session")
def _eulogin_addresses(request: pytest.FixtureRequest, _eulogin_names: dict[str, str]) -> dict[str, str]:
    """Settings that give a world addresses by these names."""
    if not _eulogin_names:
        return {}
    return settings(request.getfixturevalue("eulogin_harness"))
