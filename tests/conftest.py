"""Held in all tests: rows that are kept in memory are shared, so nobody changes one that another transaction read, and
nothing is kept of a table whose change would be missed.
"""

import threading
from collections.abc import Callable, Hashable
from importlib import import_module
from typing import Any, TypeVar

from sqlalchemy import Engine, Select, Table, event, inspect
from sqlalchemy.sql.visitors import iterate

from mock_world.database import Base, Database

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


import_module("eulogin_harness.debugger.model")  # worlds of all tests have all tables, whichever runs first
