"""The form of a kept database: the version that it has, and the way from an older one to today's (Alembic).

A database has a version from the moment at which it is whole; one without was never finished.
"""

from functools import cache
from pathlib import Path

from alembic.command import upgrade
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from mock_world.database import Database
from mock_world.storage import StorageError

SCRIPTS = Path(__file__).with_name("migrations")


def config_for(connection: Connection | None = None) -> Config:
    """What Alembic's commands need to work on a database."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@cache
def scripts() -> ScriptDirectory:
    """The migrations, from the first to the newest."""
    return ScriptDirectory.from_config(config_for())


def stamp(database: Database) -> None:
    """Say that a database has today's form and is whole."""
    with database.session() as db:
        MigrationContext.configure(db.connection()).stamp(scripts(), "head")


def upgraded(database: Database) -> bool:
    """Bring a database to today's form; False where it was never whole. Raises StorageError."""
    try:
        with database.session() as db:
            return _upgraded(db.connection())
    except DatabaseError as error:
        raise StorageError(
            f"expected a database of this mock, but got one that cannot be read ({error.orig}); name another, or "
            "take it away"
        ) from None


def _upgraded(connection: Connection) -> bool:
    versions = MigrationContext.configure(connection).get_current_heads()
    if not versions:
        return False
    if not {*versions} <= {each.revision for each in scripts().walk_revisions()}:
        raise StorageError(
            f"expected a database of this version or an older one, but its version {', '.join(versions)} is not "
            "known here; take the version of eulogin-harness that made it or a newer one, or name another database"
        )
    if {*versions} != {*scripts().get_heads()}:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # sqlite3 begins nothing before it changes tables
        upgrade(config_for(connection), "heads")
    return True
