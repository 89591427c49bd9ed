"""What red tests share: the CAS example as application, a browser without script, and the reasons expected."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask

from eulogin_harness.client import World
from tests.mock_idp.conftest import Browser
from tests.serving import serving

APP = Path(__file__).parents[3] / "examples" / "flask-cas" / "app.py"
APP_URL = "http://localhost:5000"

Application = Callable[..., Flask]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "reason(pattern): of the first line of eulogin in the report of this red test")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        mark = item.get_closest_marker("reason")
        item.user_properties.append(("expected", mark.args[0] if mark else ""))


@pytest.fixture
def application(world: World) -> Application:
    """The example; `application("old", "new", EULOGIN_LEVEL="MEDIUM")` has a line changed, as if mistaken."""

    def application(line: str = "", mistaken: str = "", url: str = APP_URL, **environment: str) -> Flask:
        source = APP.read_text(encoding="utf-8")
        assert line in source
        module = ModuleType("application")
        known = {"EULOGIN_PUBLIC_URL": world.addresses.idp, "APP_URL": url}
        with patch.dict(os.environ, known | environment):
            exec(compile(source.replace(line, mistaken) if line else source, APP, "exec"), module.__dict__)  # noqa: S102
        app: Flask = module.app
        app.logger.disabled = True
        return app

    return application


@pytest.fixture
def served(application: Application) -> Iterator[Callable[..., str]]:
    """The example at an address of this machine: `served(...)` as `application(...)`."""
    with ExitStack() as stack:

        def served(line: str = "", mistaken: str = "", **environment: str) -> str:
            late = _Late()
            url = stack.enter_context(serving(late))
            late.app = application(line, mistaken, url, **environment)
            return url

        yield served


class _Late:
    """An application that is made once its address is known."""

    app: Flask

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)


@pytest.fixture
def script(world: World) -> Browser:
    return Browser(world.addresses.idp)
