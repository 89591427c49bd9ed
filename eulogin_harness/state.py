"""The whole world as one document, and back again: every table of every actor, secrets included."""

import base64
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python
from sqlalchemy import JSON, Column, MetaData, Table, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from mock_world.database import Base, UtcDateTime

if TYPE_CHECKING:
    from mock_world import World

Rows = list[dict[str, Any]]
FORMAT = 1


@cache
def _tables() -> dict[str, Table]:
    """All tables by name, with JSON left as it is stored, whatever an actor makes of it."""
    return {
        table.name: Table(
            table.name, MetaData(), *(Column(c.name, _plain(c), primary_key=c.primary_key) for c in table.columns)
        )
        for table in Base.metadata.sorted_tables
    }


def _plain(column: Column[Any]) -> Any:
    stored = getattr(column.type, "impl_instance", column.type)
    return JSON() if isinstance(stored, JSON) else column.type


def dump_state(world: "World") -> dict[str, Any]:
    """All rows of all tables as JSON: times and durations ISO 8601, bytes base64."""
    with world.database.session() as db:
        tables = {
            name: [_dump_row(dict(row)) for row in db.execute(select(table)).mappings()]
            for name, table in _tables().items()
        }
    return {"format": FORMAT, "tables": tables}


def _dump_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: to_jsonable_python(_bytes_as_text(value)) for name, value in row.items()}


def _bytes_as_text(value: object) -> object:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def load_state(world: "World", state: dict[str, Any]) -> None:
    """Replace everything by a document of `dump_state`.

    Raises ValueError with a sentence; then nothing was changed.
    """
    tables = _checked(state)
    try:
        _replace(world, tables)
    except SQLAlchemyError as error:
        raise ValueError(f"rows that do not fit their tables ({type(error).__name__})") from None
    world.load()
    world.signals.wake_all()
    world.clock_changed()


def _checked(state: dict[str, Any]) -> dict[str, Rows]:
    tables: dict[str, Rows] = state["tables"]
    if state["format"] != FORMAT:
        raise ValueError(f"format {state['format']}, where this version reads {FORMAT}")
    if unknown := tables.keys() - _tables().keys():
        raise ValueError(f"the unknown tables {', '.join(sorted(unknown))}")
    if len(tables.get("world", [])) != 1:
        raise ValueError("a table world that has not exactly one row")
    return {name: [_load_row(_tables()[name], row) for row in rows] for name, rows in tables.items()}


def _load_row(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    if odd := row.keys() ^ set(table.columns.keys()):
        raise ValueError(f"a row of table {table.name} with columns missing or unknown: {', '.join(sorted(odd))}")
    return {name: _load_value(table.columns[name], value) for name, value in row.items()}


def _load_value(column: Column[Any], value: Any) -> Any:
    if value is None or isinstance(column.type, JSON):
        return value
    kind: type = datetime if isinstance(column.type, UtcDateTime) else column.type.python_type
    try:
        return base64.b64decode(value) if kind is bytes else _adapter(kind).validate_python(value)
    except (ValidationError, ValueError, TypeError):
        raise ValueError(f"a value of {column.table.name}.{column.name} that is no {kind.__name__}") from None


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _replace(world: "World", tables: dict[str, Rows]) -> None:
    with world.database.session() as db:
        for name, table in reversed(_tables().items()):
            db.execute(delete(table))
            if rows := tables.get(name):
                db.execute(insert(table), rows)
