"""The whole world as one document, and back again: every table of every actor, secrets included."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any, get_args, get_type_hints

from pydantic import AwareDatetime, BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python
from sqlalchemy import JSON, Column, MetaData, Table, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from eulogin_harness.documents.events import MailLink
from eulogin_harness.documents.worlds import Origin
from eulogin_harness.settings import known
from mock_cpms.networks import networks
from mock_idp.common import assurance
from mock_idp.oidc.client_metadata import ClientMetadata, first_problem
from mock_idp.signin.strengths import LEVELS
from mock_phone.auto_approve import start_auto_approve
from mock_phone.handset import PERMISSIONS
from mock_phone.model import PhoneSettings
from mock_world import World
from mock_world.clock import EARLIEST, LATEST
from mock_world.database import Base, Database, UtcDateTime
from mock_world.fault_types import FAULTS
from mock_world.mailbox import INBOX, SPAM, Link
from mock_world.world import HANDLERS

Rows = list[dict[str, Any]]
FORMAT = 5
_CENTURY = timedelta(days=36525)  # what a world remembers or awaits may lie beyond its own time
_FIRST, _LAST = EARLIEST - _CENTURY, LATEST + _CENTURY
_IN_JSON: Mapping[Any, Any] = {  # where the document's form is another one than the database's
    bytes: Annotated[bytes, BeforeValidator(lambda text: base64.b64decode(text, validate=True))],
    list[Link]: list[MailLink],
    datetime: Annotated[AwareDatetime, Field(ge=_FIRST, le=_LAST)],
}


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


def dump_state(world: World) -> dict[str, Any]:
    """All rows of all tables as JSON: times and durations ISO 8601, bytes base64."""
    return dump_database(world.database)


def dump_database(database: Database) -> dict[str, Any]:
    """The state of a world by its database alone, such as a copy of it."""
    with database.session() as db:
        tables = {
            name: [_dump_row(dict(row)) for row in db.execute(select(table)).mappings()]
            for name, table in _tables().items()
        }
    return {"format": FORMAT, "tables": tables}


def _dump_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: to_jsonable_python(_bytes_as_text(value)) for name, value in row.items()}


def _bytes_as_text(value: object) -> object:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def load_state(world: World, state: dict[str, Any]) -> None:
    """Replace everything by a document of `dump_state`.

    Raises ValueError with a sentence; then nothing was changed.
    """
    tables = _checked(state)
    with world.replacing:
        _load(world, tables)
        world.begin()
        world.signals.wake_all()
        world.clock_changed()
    start_auto_approve(world)


def _load(world: World, tables: dict[str, Rows]) -> None:
    try:
        with world.database.session():
            _replace(world, tables)
            _take_up(world)
    except (SQLAlchemyError, OverflowError) as error:
        world.load()
        raise ValueError(f"rows that do not fit their tables ({type(error).__name__})") from None
    except ValueError:
        world.load()
        raise


def _take_up(world: World) -> None:
    world.load()
    if not _FIRST <= world.clock.now() <= _LAST:
        raise ValueError("a clock beyond the times that a world can have")


def _checked(state: dict[str, Any]) -> dict[str, Rows]:
    tables: dict[str, Rows] = state["tables"]
    if state["format"] != FORMAT:
        raise ValueError(f"format {state['format']}, where this version reads {FORMAT}")
    if unknown := tables.keys() - _tables().keys():
        raise ValueError(f"the unknown tables {', '.join(sorted(unknown))}")
    if len(tables.get("world", [])) != 1:
        raise ValueError("a table world that has not exactly one row")
    loaded = {name: [_load_row(_tables()[name], row) for row in rows] for name, rows in tables.items()}
    _check_meaning(loaded)
    return loaded


def _check_meaning(tables: dict[str, Rows]) -> None:
    """What the world takes up when it is loaded must be known here."""
    if tables["world"][0]["id"] != 1:
        raise ValueError("a row of table world whose id is not 1")
    for row in tables.get("world_setting", []):
        if row["origin"] not in get_args(Origin) or row["value"].keys() != {"value"}:
            raise ValueError(f"setting {row['name']} with an unknown origin, or without a value")
        known(row["name"]).parse(row["value"]["value"])
    for row in tables.get("phone_phone", []):
        if not _fits_phone(row):
            raise ValueError(f"phone {row['name']} with switches or permissions that do not fit")
    _check_faults(tables.get("world_fault", []))
    _check_applications(tables)
    if strange := {row["network"] for row in tables.get("cpms_access_request", [])} - networks().keys():
        raise ValueError(f"requests to unknown networks: {', '.join(sorted(strange))}")
    if any(row["folder"] not in {INBOX, SPAM} for row in tables.get("world_mail", [])):
        raise ValueError("a mail in a folder that is not known")
    if strange := {row["kind"] for row in tables.get("world_scheduled_job", [])} - HANDLERS.keys():
        raise ValueError(f"an agenda with the unknown kinds {', '.join(sorted(strange))}")


def _check_applications(tables: dict[str, Rows]) -> None:
    for row in tables.get("idp_service", []):
        if row["authentication_level"] not in LEVELS or row["least_assurance_level"] not in assurance.NAMES:
            raise ValueError(f"service {row['name']} with a level that is not known")
    for row in tables.get("idp_oidc_client", []):
        try:
            ClientMetadata.model_validate(row["metadata"])
        except ValidationError as error:
            raise ValueError(
                f"client {row['client_id']} with metadata that do not fit: {first_problem(error)}"
            ) from None


def _check_faults(rows: Rows) -> None:
    for row in rows:
        if row["name"] not in FAULTS or (row["left"] is not None and row["left"] < 1):
            raise ValueError(f"fault {row['name']} that is not known, or strikes less than once")
        if not FAULTS[row["name"]].fits(row):
            raise ValueError(f"fault {row['name']} with a parameter that it does not take, or out of its range")


def _fits_phone(row: dict[str, Any]) -> bool:
    switches: dict[str, Any] = row["settings"]
    try:
        PhoneSettings.model_validate(switches)
    except ValidationError:
        return False
    return switches.keys() == PhoneSettings.model_fields.keys() and {*row["to_ask"]} <= {*PERMISSIONS}


def _load_row(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    if odd := row.keys() ^ set(table.columns.keys()):
        raise ValueError(f"a row of table {table.name} with columns missing or unknown: {', '.join(sorted(odd))}")
    return {name: _load_value(table.columns[name], value) for name, value in row.items()}


def _load_value(column: Column[Any], value: Any) -> Any:
    try:
        loaded = _adapters()[column.table.name, column.name].validate_python(value)
    except ValidationError as error:
        problem = error.errors()[0]["msg"]
        raise ValueError(f"a value of {column.table.name}.{column.name} that does not fit: {problem}") from None
    return value if isinstance(column.type, JSON) else loaded


@cache
def _adapters() -> dict[tuple[str, str], TypeAdapter[Any]]:
    """What may stand in each column, as its table is declared (`Mapped[...]`)."""
    adapters: dict[tuple[str, str], TypeAdapter[Any]] = {}
    for mapper in Base.registry.mappers:
        hints = get_type_hints(mapper.class_, include_extras=True)
        for attribute in mapper.column_attrs:
            (declared,) = get_args(hints[attribute.key])
            column: Any = attribute.columns[0]
            kind = _IN_JSON.get(_python_type(column)) or _IN_JSON.get(declared, declared)
            adapters[column.table.name, column.name] = TypeAdapter(kind | None if column.nullable else kind)
    return adapters


def _python_type(column: Column[Any]) -> type:
    if isinstance(column.type, UtcDateTime):
        return datetime
    return object if isinstance(_plain(column), JSON) else column.type.python_type


def _replace(world: World, tables: dict[str, Rows]) -> None:
    with world.database.session() as db:
        for table in reversed(_tables().values()):
            db.execute(delete(table))
        for name, table in _tables().items():
            if rows := tables.get(name):
                db.execute(insert(table), rows)
        world.database.renumber()
