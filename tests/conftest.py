"""Held in all tests: rows that are kept in memory are shared, so nobody changes one that another transaction read."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import event, inspect

from mock_world.database import Base, Database

T = TypeVar("T")

_recall = Database.recall
_shared: set[str] = set()  # names of tables of which rows are kept


def _noting(database: Database, tables: frozenset[str], key: Hashable, read: Callable[[], T]) -> T:
    _shared.update(tables)
    return _recall(database, tables, key, read)


Database.recall = _noting  # type: ignore[method-assign,assignment]


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _guard(model: type[Base], name: str, attribute: Any) -> None:
    def refuse(row: Base, value: object, *_: object) -> object:
        is_shared = row.__tablename__ in _shared and inspect(row).detached
        assert not is_shared, f"{model.__name__}.{name} is changed outside the transaction that read it"
        return value

    event.listen(attribute, "set", refuse, retval=True)


def pytest_configure() -> None:
    """A process has one set of tables: those of all parts are there before the first test makes a world."""
    from eulogin_harness import desk

    desk.create_app(token=None)
