"""The address of the database in which worlds are kept."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from mock_world.storage import Storage


def storage_at(url: str) -> Storage:
    """What keeps worlds at an address such as sqlite:///mock.db. Raises ValueError with a sentence."""
    try:
        address = make_url(url)
    except ArgumentError:
        address = URL.create("unknown")
    kind = address.drivername
    if kind in {"postgresql", "postgresql+psycopg"} and address.database:
        return _postgresql(address)
    if kind == "sqlite" and address.database and not address.query:
        from mock_world.file_storage import FileStorage

        return FileStorage(Path(address.database))
    shown = address.render_as_string(hide_password=True) if kind != "unknown" else url
    raise ValueError(
        f"expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE, but got {shown!r}; write such an "
        "address, or leave it out"
    )


def _postgresql(address: URL) -> Storage:
    try:
        from mock_world.postgresql import PostgresqlStorage
    except ImportError as error:
        raise ValueError(
            f"PostgreSQL needs a package that is not here ({error}); pip install 'eulogin-harness[postgresql]'"
        ) from None
    return PostgresqlStorage(address.set(drivername="postgresql+psycopg"))
