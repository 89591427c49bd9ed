"""Write the migration to what the models are now: `python -m tools.migration "Add the place of a mail"`.

Look it over before it is committed: a column that gets another name is to Alembic one that went and one that came.
"""

import sqlite3
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.command import revision, upgrade
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from eulogin_harness.site import open_site
from mock_world.database import Base
from mock_world.migration import config_for, scripts

FIRST = Path(__file__).parent.parent / "tests" / "mock_world" / "databases" / "0001.sql"


def connection_to(dump: Path) -> Connection:
    """A database in memory with what was dumped, as `sqlite3 file .dump` does."""
    open_site()  # imports the models of all actors
    kept = sqlite3.connect(":memory:")
    kept.executescript(dump.read_text(encoding="utf-8"))
    return create_engine("sqlite://", poolclass=StaticPool, creator=lambda: kept).connect()


def differences(connection: Connection) -> list[object]:
    """What a database has otherwise than the models say."""
    found: list[object] = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    return found


def main() -> None:
    if len(sys.argv) != 2 or not sys.argv[1].strip():  # noqa: PLR2004
        sys.exit('expected what the migration does, such as: python -m tools.migration "Add the place of a mail"')
    number = len(list(scripts().walk_revisions())) + 1
    with connection_to(FIRST) as connection:
        upgrade(config_for(connection), "heads")
        revision(config_for(connection), sys.argv[1], autogenerate=True, rev_id=f"{number:04}")


if __name__ == "__main__":
    main()
