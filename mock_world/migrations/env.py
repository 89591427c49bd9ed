"""How Alembic runs the migrations: on the connection that it is given."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from mock_world.database import Base


def _plain(kind: str, element: Any, _context: Any) -> str | Literal[False]:
    """A migration names what the database holds, whatever the models of its day made of it."""
    return f"sa.{element.impl_instance!r}" if kind == "type" and isinstance(element, TypeDecorator) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=_plain,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
