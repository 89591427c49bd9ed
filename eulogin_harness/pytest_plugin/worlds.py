"""The world of a test or of all tests: how it begins, by ini, fixture and markers."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from eulogin_harness.pytest_plugin.sources import CHECKPOINTS, mock_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from eulogin_harness.client import Harness, World

SCOPES = ("function", "session")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Report wrong values of the ini file before the tests. Raises UsageError."""
    if (scope := config.getini("eulogin_scope")) not in SCOPES:
        raise pytest.UsageError(f"eulogin_scope: expected {' or '.join(SCOPES)}; got {scope!r}")
    if scope == "session" and config.getoption("eulogin_keep"):
        raise pytest.UsageError(
            "--eulogin-keep keeps worlds of single tests; with eulogin_scope = session there are none"
        )
    _ini_settings(config)


def _ini_settings(config: pytest.Config) -> dict[str, str]:
    """Raises UsageError."""
    settings = {}
    for line in config.getini("eulogin_settings"):
        name, sign, value = line.partition("=")
        if not sign:
            raise pytest.UsageError(f"eulogin_settings: expected name = value, such as link.life = PT15M; got {line!r}")
        settings[name.strip()] = value.strip()
    return settings


@pytest.fixture(scope="session")
def _eulogin_defaults(
    request: pytest.FixtureRequest, eulogin_harness: "Harness", _eulogin_addresses: dict[str, str]
) -> dict[str, Any]:
    """Settings that every world of the tests begins with."""
    checkpoints = CHECKPOINTS if mock_of(request.config).url else {}
    written = _ini_settings(request.config)
    lists = _lists(eulogin_harness) if written else set()
    listed = {
        name: [part.strip() for part in written[name].split(",") if part.strip()] for name in written.keys() & lists
    }
    return checkpoints | _eulogin_addresses | written | listed


def _lists(harness: "Harness") -> set[str]:
    """Names of the settings whose values are lists, separated by commas where they are text."""
    return {setting.name for setting in harness.default.settings.list() if isinstance(setting.default, list)}


@pytest.fixture(scope="session")
def eulogin_session_world(eulogin_harness: "Harness", _eulogin_defaults: dict[str, Any]) -> "Iterator[World]":
    """One world for all tests of this process, for an application that is started once; gone after them."""
    with own_world(eulogin_harness, {"settings": _eulogin_defaults}) as world:
        yield world


def marked(item: pytest.Item) -> dict[str, Any]:
    """What the markers `eulogin_world` say, the closest last; their settings are joined."""
    spec: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    for mark in reversed(list(item.iter_markers("eulogin_world"))):
        if mark.args:
            pytest.fail(
                f"the marker eulogin_world takes names, such as frozen=True; got {mark.args[0]!r}", pytrace=False
            )
        settings |= mark.kwargs.get("settings", {})
        spec |= mark.kwargs
    return spec | {"settings": settings}


@contextmanager
def own_world(
    harness: "Harness", spec: "Mapping[str, Any]", keeps: "Callable[[], bool]" = lambda: False
) -> "Iterator[World]":
    """A new world that begins as `spec` says, deleted after the block unless `keeps` says otherwise then."""
    loaded = {key: value for key, value in spec.items() if key != "name"}
    with _refusals_reported():
        world = harness.worlds.create(**({"name": spec.get("name")} if "prepared" in spec else spec))
    try:
        if "prepared" in spec:
            _load(world, loaded)
        yield world
    finally:
        if not keeps():
            world.delete()


def made_as_new(world: "World", spec: "Mapping[str, Any]") -> None:
    """Let a world begin again as `spec` says; its addresses stay."""
    if "name" in spec:
        pytest.fail(
            f"the marker eulogin_world(name={spec['name']!r}) asks for a world of its own, but with eulogin_scope = "
            "session all tests have one: leave the name out, or override the fixture eulogin_session_world",
            pytrace=False,
        )
    if "prepared" in spec:
        _load(world, spec)
    else:
        with _refusals_reported():
            world.reset(**spec)


def _load(world: "World", spec: "Mapping[str, Any]") -> None:
    with _refusals_reported():
        world.prepared.load(spec["prepared"], **{key: value for key, value in spec.items() if key != "prepared"})


@contextmanager
def _refusals_reported() -> "Iterator[None]":
    """What the mock refuses of a world's beginning is a sentence, not a traceback."""
    from eulogin_harness.client.connection import ProblemError

    try:
        yield
    except ProblemError as error:
        raise pytest.fail.Exception(f"The world of this test cannot begin so: {error}", pytrace=False) from None
