"""Where the mock of a run is, or how it is started: command line, environment, pyproject.toml, as for `serve`."""

import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest

from eulogin_harness.api_token import token_for

CHECKPOINTS = {"bundle.checkpoints": 50}  # a test that fails can be replayed from each of its newest requests
_INPUT = "eulogin_mock"  # of a worker of pytest-xdist: the mock as the process that starts it has read it
_OPTIONS = ("url", "ca", "port", "host", "tls", "profile")
_OF_A_START = ("port", "host", "tls")
_LAST_FIRST_PORT = 65532


@dataclass(frozen=True)
class Mock:
    """A mock that runs, by `url`, or one to be started. settings: what each world of a started one begins with."""

    url: str | None = None
    ca: str | None = None
    port: int = 0
    host: str = "localhost"
    tls: bool = False
    profile: str = "guide"
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_fixed_place(self) -> bool:
        """Whether it is to be started at a port or host that was asked for, where only one can be."""
        return not self.url and (self.port, self.host) != (Mock.port, Mock.host)

    @property
    def start(self) -> dict[str, Any]:
        """Options of `open_site`."""
        return {
            "port": self.port,
            "host": self.host,
            "tls": self.tls,
            "profile": self.profile,
            "defaults": CHECKPOINTS | dict(self.settings),
            "token": token_for(self.host, "--eulogin-host"),
        }


_MOCK = pytest.StashKey[Mock]()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Report what is wrong before the tests. Workers of pytest-xdist leave that to the process that starts them."""
    if hasattr(config, "workerinput"):
        return
    mock = mock_of(config)
    if config.getoption("eulogin_keep") and not mock.url:
        raise pytest.UsageError(
            "--eulogin-keep: expected --eulogin-url with a mock that runs on after the tests, but got none; the mock "
            "that is started for the tests ends with them: start one by `eulogin-harness serve`, or replay the bundle "
            "of a test"
        )


def mock_of(config: pytest.Config) -> Mock:
    """The mock that this run uses. Raises UsageError."""
    if _MOCK not in config.stash:
        given = getattr(config, "workerinput", {}).get(_INPUT)
        try:
            config.stash[_MOCK] = Mock(**json.loads(given)) if given else _read(config)
        except ValueError as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[_MOCK]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give a worker of pytest-xdist what was read and checked here, so that warnings come once."""
    node.workerinput[_INPUT] = json.dumps(asdict(mock_of(node.config)))


def _read(config: pytest.Config) -> Mock:
    """Raises ValueError with a sentence."""
    command_line = _command_line(config)
    _check(command_line, config.getoption("eulogin_wait"))
    project = _project(config)
    values = {name: _parsed(name, *source) for name, source in _sources(command_line, project).items()}
    if any(name in command_line for name in _OF_A_START):
        values.pop("url", None)  # of the environment or the project: what the command line says goes first
    mock = Mock(**values)
    if mock.url:
        return mock
    token_for(mock.host, "--eulogin-host")
    return Mock(**values, settings=_settings(config, project))


def _command_line(config: pytest.Config) -> dict[str, Any]:
    given = {name: config.getoption(f"eulogin_{name}", None) for name in _OPTIONS}
    return {name: value for name, value in given.items() if value is not None and value is not False}


def _check(command_line: Mapping[str, Any], wait: float) -> None:
    starting = [f"--eulogin-{name}" for name in _OF_A_START if name in command_line]
    if starting and "url" in command_line:
        raise ValueError(
            f"--eulogin-url uses a mock that runs, {starting[0]} is for one that is started: leave one of them out"
        )
    if not (math.isfinite(wait) and wait >= 0):
        raise ValueError(f"--eulogin-wait: expected a number of seconds, such as 30; got {wait:g}")


def _project(config: pytest.Config) -> dict[str, Any]:
    """The table `[tool.eulogin-harness]` of the folder of the tests; most projects have none, which is seen at once."""
    file = config.rootpath / "pyproject.toml"
    if not file.is_file() or b"eulogin-harness" not in file.read_bytes():
        return {}
    from eulogin_harness.pyproject import from_pyproject

    try:
        return from_pyproject(config.rootpath)
    except ValueError as error:
        raise ValueError(f"[tool.eulogin-harness] of pyproject.toml: {error}") from None


def _sources(command_line: Mapping[str, Any], project: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Each option that is set: what its closest source is called, and the value there."""
    options = {name: (f"{name} in pyproject.toml", project[name]) for name in _OPTIONS if name in project}
    options |= {
        name: (_variable(name), os.environ[_variable(name)]) for name in _OPTIONS if os.environ.get(_variable(name))
    }
    return options | {name: (f"--eulogin-{name}", value) for name, value in command_line.items()}


def _variable(name: str) -> str:
    return f"EULOGIN_{name.upper()}"


def _parsed(name: str, source: str, value: Any) -> Any:
    """The value, read as `serve` reads it. Raises ValueError with a sentence."""
    import click

    kinds = {
        "port": click.IntRange(0, _LAST_FIRST_PORT),
        "tls": click.BOOL,
        "profile": click.Choice(["guide", "today"]),
    }
    try:
        return kinds.get(name, click.STRING).convert(value, None, None)
    except click.BadParameter as error:
        raise ValueError(f"{source}: {error.message}") from None


def _settings(config: pytest.Config, project: Mapping[str, Any]) -> dict[str, Any]:
    """Those of environment and project. Only the server's packages know them: imported where there may be any."""
    from eulogin_harness.pyproject import OPTIONS

    if project.keys() <= OPTIONS and not any(_may_be_settings(OPTIONS)):
        return {}
    try:
        from eulogin_harness.configuration import gather_settings, misspelt
    except ImportError:  # whoever starts a mock is told of the extra `server`; tests that need none may run
        return {}
    for name, meant in misspelt().items():
        warning = pytest.PytestConfigWarning(f"{name} is not known and left aside; did you mean {meant}?")
        config.issue_config_time_warning(warning, stacklevel=2)
    return gather_settings((), project)


def _may_be_settings(options: frozenset[str]) -> Iterator[str]:
    """Variables of the environment that are none of the options of `serve`."""
    others = {_variable(name) for name in (*options, "token", "browser", "ca_file", "world")}
    return (name for name in os.environ if name.startswith("EULOGIN_") and name not in others)
