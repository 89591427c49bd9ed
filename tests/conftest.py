"""Held in all tests: rows that are kept in memory are shared, so nobody changes one that another transaction read, and
nothing is kept of a table whose change would be missed. Who says to read alone writes nothing. Events have the values
that their sentences name. Few pairs of RSA keys serve all worlds.
"""

import gc
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from sqlalchemy import Engine, Select, Table, event, inspect
from sqlalchemy.orm import Session
from sqlalchemy.sql.visitors import iterate

import mock_cpms
import mock_idp
import mock_phone
from mock_idp.oidc import keys
from mock_world.correlation import follow_none
from mock_world.database import Base, Database
from mock_world.events import OPTIONAL, EventType, names_in
from mock_world.journal import Journal
from tests.suites import RunSuite

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, RSAKey

T = TypeVar("T")

_recall = Database.cached
_shared: set[str] = set()  # names of tables of which rows are kept
_watched = threading.local()  # tables: those that what is kept was declared to read, while it reads


def _noting(database: Database, tables: frozenset[str], key: Hashable, read: Callable[[], T]) -> T:
    def watched() -> T:
        before, _watched.tables = getattr(_watched, "tables", None), tables
        try:
            return read()
        finally:
            _watched.tables = before

    _shared.update(tables)
    return _recall(database, tables, key, watched)


Database.cached = _noting  # type: ignore[method-assign,assignment]


@contextmanager
def _reading(database: Database) -> Iterator[Session]:
    joins = database.in_transaction
    with database.session() as session:
        yield session
        session.flush()
        assert joins or not database._written, f"{database._written} are written by what was to read alone"


Database.reading = _reading  # type: ignore[method-assign,assignment]


@event.listens_for(Engine, "before_cursor_execute")
def _compare(connection: object, cursor: object, sql: str, parameters: object, context: Any, many: bool) -> None:
    tables = getattr(_watched, "tables", None)
    if tables is not None and isinstance(context.compiled.statement, Select):  # what is pending is written before
        read = {part.name for part in iterate(context.compiled.statement) if isinstance(part, Table)}
        assert read <= tables, f"{read - tables} is read by what is kept, and not declared"


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _guard(model: type[Base], name: str, attribute: Any) -> None:
    def refuse(row: Base, value: object, *_: object) -> object:
        is_shared = row.__tablename__ in _shared and inspect(row).detached
        assert not is_shared, f"{model.__name__}.{name} is changed outside the transaction that read it"
        return value

    event.listen(attribute, "set", refuse, retval=True)


_line = Journal._line


def _with_its_values(journal: Journal, event: EventType, person: str | None, fields: dict[str, Any]) -> dict[str, Any]:
    line = _line(journal, event, person, fields)
    always = set(names_in(OPTIONAL.sub("", event.sentence)))
    assert always <= line["fields"].keys() | {"person"}, f"{event.name} lacks what its sentence names"
    return line


Journal._line = _with_its_values  # type: ignore[method-assign,assignment]


_generate = keys._generate
_FEW = 8
_few: "list[RSAKey | ECKey]" = []
_drawn = count()


def _one_of_few(alg: str) -> "RSAKey | ECKey":
    """To find a pair of RSA takes longer than most tests; of eight in a row none is like another."""
    if alg == "ES256":
        return _generate(alg)
    if len(_few) < _FEW:
        _few.append(_generate(alg))
        return _few[-1]
    return _few[next(_drawn) % _FEW]


keys._generate = _one_of_few
keys._nobodys = cache(_generate)  # which no world may have


def pytest_collection_finish() -> None:
    """What all tests are made of stays to the end: nobody looks through it for garbage again."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup() -> None:
    """Rules that a test calls itself follow sign-ins in its own thread, which no request begins anew."""
    follow_none()


@pytest.fixture
def run_suite(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> RunSuite:
    """Runs the files of `pytester` in a process, as the suite of a user who has these plugins; to load all that are
    installed here takes twice as long as the tests.
    """
    pytester: pytest.Pytester = request.getfixturevalue("pytester")

    def run_suite(*words: str, plugins: tuple[str, ...] = ("eulogin",)) -> pytest.RunResult:
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        loaded = (part for name in plugins for part in ("-p", name))
        return pytester.runpytest_subprocess(*loaded, *words)

    return run_suite


# Worlds of all tests have all tables, whichever runs first.
import_module("eulogin_harness.debugger.model")
for _create_app in (mock_cpms.create_app, mock_idp.create_app, mock_phone.create_app):
    _create_app()
