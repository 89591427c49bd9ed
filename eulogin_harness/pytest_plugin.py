"""Fixtures for a test suite: each test gets a world of its own, and leaves a bundle of it where it fails.

Without options the mock runs inside the test process; `--eulogin-url` uses one that runs already.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from eulogin_harness.client import Harness, Phone, World
    from eulogin_harness.client.events import Clock, Events, Mails
    from eulogin_harness.client.faults import Faults
    from eulogin_harness.client.urls import CpmsUrls, EuLoginUrls
    from eulogin_harness.documents.people import Persona

_WORLD: "pytest.StashKey[World]" = pytest.StashKey()
_BUNDLE = pytest.StashKey[Path]()
_CHECKPOINTS = {"bundle.checkpoints": 50}  # a test that fails can be replayed from each of its newest requests
_LONGEST = 120  # characters of a folder's name
_NAMES = {"desk": "desk", "idp": "eulogin", "cpms": "cpms", "phone": "phone"}


class MakePersona(Protocol):
    """Makes a person at a stage: `persona("enrolled", language="fr")`."""

    def __call__(self, stage: str = "enrolled", **fields: Any) -> "Persona": ...


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("eulogin", "mock EU Login, phone and CPMS 2.0")
    group.addoption(
        "--eulogin-url",
        metavar="URL",
        help="use the mock whose desk is at this address; without it, one is started in the test process",
    )
    group.addoption(
        "--eulogin-port",
        type=int,
        default=0,
        metavar="N",
        help="first port of the mock that is started in the test process; 0, the default, takes free ones",
    )
    group.addoption(
        "--eulogin-tls",
        action="store_true",
        help="the mock that is started in the test process speaks https; fixture eulogin_ca is the file with its "
        "authority's certificate",
    )
    group.addoption(
        "--eulogin-ca",
        metavar="FILE",
        help="certificate (PEM) of the authority to trust, with --eulogin-url; without it, EULOGIN_CA",
    )
    group.addoption(
        "--eulogin-names",
        action="store_true",
        help="addresses without ports (http://eulogin.localhost/), for pictures that are to stay alike; the "
        "browser must be told where these names are: fixture _eulogin_names",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "eulogin_world(**spec): how the test's world begins: now, frozen, seed, profile, settings, prepared",
    )


@pytest.fixture(scope="session")
def _eulogin_harness(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Harness]":
    """The mock that all tests of this process use."""
    from eulogin_harness.client import Harness

    url = request.config.getoption("eulogin_url")
    if url:
        harness = Harness(url, ca=request.config.getoption("eulogin_ca"))
        harness.wait_until_ready()
        yield harness
        return
    from eulogin_harness.site import open_site

    tls = request.config.getoption("eulogin_tls")
    with open_site(port=request.config.getoption("eulogin_port"), tls=tls, defaults=_CHECKPOINTS) as site:
        ca = None
        if site.authority:
            ca = tmp_path_factory.mktemp("eulogin") / "ca.pem"
            ca.write_text(site.authority.pem, encoding="ascii")
        yield Harness(site.listeners["desk"], ca=ca)


@pytest.fixture(scope="session")
def eulogin_ca(_eulogin_harness: "Harness") -> "Path | None":
    """PEM file of the authority that the application under test is to trust; None where nothing speaks https."""
    return _eulogin_harness.ca


@pytest.fixture(scope="session")
def _eulogin_names(request: pytest.FixtureRequest) -> dict[str, str]:
    """Host names of the actors and where they are (`host:port`); none without `--eulogin-names`."""
    if not request.config.getoption("eulogin_names"):
        return {}
    harness: Harness = request.getfixturevalue("_eulogin_harness")
    ports = harness.wait_until_ready().ports
    host = urlsplit(harness.url).hostname
    return {f"{name}.localhost": f"{host}:{ports[actor]}" for actor, name in _NAMES.items()}


@pytest.fixture(scope="session")
def _eulogin_addresses(request: pytest.FixtureRequest, _eulogin_names: dict[str, str]) -> dict[str, str]:
    """Settings that give a world addresses by these names."""
    settings = {}
    scheme = "https" if request.config.getoption("eulogin_tls") else "http"
    for actor, name in _NAMES.items():
        if place := _eulogin_names.get(f"{name}.localhost"):
            settings[f"{actor}.public_url"] = f"{scheme}://{name}.localhost"
            settings[f"{actor}.internal_url"] = f"{scheme}://{place}"
    return settings


@pytest.fixture
def world(
    request: pytest.FixtureRequest, _eulogin_harness: "Harness", _eulogin_addresses: dict[str, str]
) -> "Iterator[World]":
    """A fresh world, gone after the test."""
    mark = request.node.get_closest_marker("eulogin_world")
    spec = dict(mark.kwargs) if mark is not None else {}
    checkpoints = _CHECKPOINTS if request.config.getoption("eulogin_url") else {}
    spec["settings"] = checkpoints | _eulogin_addresses | spec.get("settings", {})
    prepared = spec.pop("prepared", None)
    world = _eulogin_harness.worlds.create(**({} if prepared else spec))
    request.node.stash[_WORLD] = world
    try:
        if prepared:
            world.prepared.load(prepared, **spec)
        yield world
    finally:
        world.delete()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> "Generator[None, pytest.TestReport, pytest.TestReport]":
    """Leave the bundle of a world whose test failed, while its browser is still open; its traces come at the end."""
    report = yield
    if report.failed and call.when in {"setup", "call"} and (world := item.stash.get(_WORLD, None)):
        report.sections.append(("eulogin-harness", _left_bundle(item, world, call)))
    if call.when == "teardown" and (file := item.stash.get(_BUNDLE, None)):
        _complete(file, report)
    return report


def _left_bundle(item: pytest.Item, world: "World", call: pytest.CallInfo[None]) -> str:
    """Write it, and what to say of it; a test must not fail in another way because of it."""
    file = _folder(item) / "world.eulogin.zip"
    failure = f"{call.excinfo.typename}: {call.excinfo.value}" if call.excinfo else ""
    fixtures: dict[str, Any] = getattr(item, "funcargs", {})
    try:
        from eulogin_harness.bundle.of_test import write_bundle

        write_bundle(world, file, item.nodeid, failure, fixtures)
    except Exception as error:  # noqa: BLE001 - whatever it is, the test's own failure counts
        return f"The world could not be written to {file}: {type(error).__name__}: {str(error).partition(chr(10))[0]}"
    item.stash[_BUNDLE] = file
    shown = f"'{file}'" if " " in str(file) else file
    return f"The world of this test, with secrets of the mock, to look at:\neulogin-harness replay {shown}"


def _folder(item: pytest.Item) -> Path:
    """Where pytest-playwright writes what it has of a test; without it a folder of the same kind."""
    known = getattr(item, "funcargs", {}).get("output_path")
    if known:
        return Path(known)
    name = re.sub(r"[^a-z0-9]+", "-", item.nodeid.lower()).strip("-")
    return Path(item.config.getoption("--output", default="test-results")).absolute() / name[:_LONGEST]


def _complete(file: Path, report: pytest.TestReport) -> None:
    from eulogin_harness.bundle.of_test import add_traces

    try:
        add_traces(file)
    except Exception as error:  # noqa: BLE001 - as above
        report.sections.append(("eulogin-harness", f"The trace could not be put into {file}: {type(error).__name__}"))


@pytest.fixture
def eulogin(world: "World") -> "EuLoginUrls":
    """Addresses of EU Login's pages."""
    from eulogin_harness.client.urls import EuLoginUrls

    return EuLoginUrls(f"{world.addresses.idp}/cas")


@pytest.fixture
def cpms(world: "World") -> "CpmsUrls":
    """Addresses of CPMS's pages."""
    from eulogin_harness.client.urls import CpmsUrls

    return CpmsUrls(world.addresses.cpms)


@pytest.fixture
def persona(world: "World") -> MakePersona:
    """Makes people."""
    return world.personas.create


@pytest.fixture
def phone(world: "World") -> "Phone":
    """A new phone with the EU Login app."""
    return world.phones.create()


@pytest.fixture
def mailbox(world: "World") -> "Mails":
    """All mails: `mailbox.wait(to=, subject=)`."""
    return world.mails


@pytest.fixture
def clock(world: "World") -> "Clock":
    """World time: `clock.advance(minutes=5)`."""
    return world.clock


@pytest.fixture
def journal(world: "World") -> "Events":
    """What happened, refusals with their reason."""
    return world.events


@pytest.fixture
def faults(world: "World") -> "Faults":
    """What goes wrong, on demand: `faults.arm("mail.lost")`."""
    return world.faults
