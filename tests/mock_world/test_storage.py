"""Worlds that outlive their process: in files of SQLite, with the form of each version."""

import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mock_idp.common import settings as s
from mock_world import World, Worlds, WorldSpec, migration
from mock_world.addresses import ACTORS
from mock_world.database_url import storage_at
from mock_world.file_storage import FileStorage
from mock_world.post_office import OutgoingMail
from mock_world.smtp_sink import Sink
from mock_world.sqlite import SqliteDatabase
from mock_world.storage import StorageError

from .conftest import NOON

VERSION = "SELECT version_num FROM alembic_version"
MIGRATION = '''
"""Give each mail a colour."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("world_mail") as table:
        table.add_column(sa.Column("colour", sa.String(), nullable=False, server_default="white"))
        table.alter_column("subject", new_column_name="title")
    {more}
'''


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mock.db"


@contextmanager
def kept_in(file: Path, **options: object) -> Iterator[Worlds]:
    """Worlds of a process that keeps them."""
    worlds: list[Worlds] = []
    sink = Sink(lambda: worlds[0])
    address = sink.start()
    listeners = {actor: f"http://{actor}.test" for actor in ACTORS}
    try:
        storage = FileStorage(file)
        worlds.append(Worlds(listeners, lambda: address, storage=storage, **options))  # type: ignore[arg-type]
        yield worlds[0]
    finally:
        for each in worlds:
            each.close()
        sink.stop()


def sql(file: Path, statement: str) -> list[tuple[object, ...]]:
    """What a statement gives in a file that no process has."""
    with closing(sqlite3.connect(file)) as database, database:
        return database.execute(statement).fetchall()


def mail_to_ada(worlds: Worlds, make_mail: Callable[..., OutgoingMail]) -> World:
    world = worlds.get("default")
    world.post_office.send(make_mail())
    return world


def test_worlds_go_on_where_their_process_left_them(file: Path, make_mail: Callable[..., OutgoingMail]) -> None:
    with kept_in(file) as worlds:
        assert not worlds.taken_up
        world = mail_to_ada(worlds, make_mail)
        world.settings.change({"device.max": 3})
        secret = world.secret
        worlds.create("blue", WorldSpec(now=NOON, frozen=True)).faults.arm("mail.lost")
        worlds.create("red")
        worlds.delete("red")
    with kept_in(file) as worlds:
        world = worlds.get("default")
        assert worlds.taken_up
        assert worlds.names() == ["blue", "default"]
        assert (world.settings[s.DEVICE_MAX], world.secret) == (3, secret)
        assert [mail.subject for mail in world.mailbox.mails()] == ["Your password"]
        assert worlds.get("blue").clock.now() == NOON
        assert [fault.name for fault in worlds.get("blue").faults.armed()] == ["mail.lost"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_a_process_is_started_with_goes_before_what_it_was_started_with_once(file: Path) -> None:
    with kept_in(file, defaults={"device.max": 3, "mail.limit": 12}) as worlds:
        worlds.get("default").settings.change({"mail.limit": 36})
    with kept_in(file, defaults={"device.max": 4, "mail.limit": 13}) as worlds:
        settings = worlds.get("default").settings
        assert (settings.by_name("device.max"), settings.by_name("mail.limit")) == (4, 36)


def test_one_process_at_a_time_has_the_file(file: Path) -> None:
    with (
        kept_in(file),
        pytest.raises(StorageError, match=r"mock.db, .* but got: database is locked; stop the mock that uses it"),
        kept_in(file),
    ):
        pass


@pytest.mark.parametrize("content", [b"Dear diary, " * 1000, b"SQLite format 3\0" + b"x" * 5000])
def test_a_file_of_something_else_is_refused_and_stays(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(StorageError, match=r"file is not a database|malformed"), kept_in(file):
        pass
    assert file.read_bytes() == content


def test_a_database_of_another_application_is_refused_and_stays(file: Path) -> None:
    sql(file, "CREATE TABLE customer (name)")
    with pytest.raises(StorageError, match=r"got one with other tables \(customer\); name another file"), kept_in(file):
        pass
    assert sql(file, "SELECT * FROM customer") == []


def test_a_folder_that_is_not_there_is_said_in_a_sentence(file: Path) -> None:
    with pytest.raises(StorageError, match=r"No such file or directory; mend that, or name"), kept_in(file / "x"):
        pass


def test_a_world_that_was_not_finished_is_made_anew(file: Path) -> None:
    storage = FileStorage(file)
    for name in ("default", "blue"):
        database = storage.new(name)
        assert isinstance(database, SqliteDatabase)
        database.create_tables()
        database.close()
    with kept_in(file) as worlds:
        assert not worlds.taken_up
        assert worlds.names() == ["blue", "default"]


def test_a_reset_that_was_not_finished_is_begun_anew(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept_in(file) as worlds:
        world = worlds.get("default")
        monkeypatch.setattr(World, "load", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            worlds.reset(world)
    monkeypatch.undo()
    with kept_in(file) as worlds:
        assert not worlds.taken_up


def test_a_database_of_a_newer_version_is_refused_and_stays(file: Path) -> None:
    with kept_in(file):
        pass
    sql(file, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match="its version 9999 is not known here; take the version of"), kept_in(file):
        pass
    assert sql(file, VERSION) == [("9999",)]


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Adds a migration to those that are there; `more` is what it does last."""
    folder = tmp_path / "migrations"
    shutil.copytree(migration.SCRIPTS, folder)

    def add(more: str = "") -> None:
        (folder / "versions" / "0002_colour.py").write_text(MIGRATION.format(more=more).strip(), encoding="utf-8")
        migration.scripts.cache_clear()

    monkeypatch.setattr(migration, "SCRIPTS", folder)
    yield add
    migration.scripts.cache_clear()


def test_a_database_of_an_older_version_is_migrated_with_what_is_in_it(
    file: Path, make_mail: Callable[..., OutgoingMail], next_version: Callable[..., None]
) -> None:
    with kept_in(file) as worlds:
        mail_to_ada(worlds, make_mail)
    next_version()
    database = FileStorage(file).open("default")
    assert database is not None
    database.close()
    assert sql(file, "SELECT title, colour FROM world_mail") == [("Your password", "white")]
    assert sql(file, VERSION) == [("0002",)]


def test_a_migration_that_breaks_off_leaves_the_database_as_it_was(
    file: Path, make_mail: Callable[..., OutgoingMail], next_version: Callable[..., None]
) -> None:
    with kept_in(file) as worlds:
        mail_to_ada(worlds, make_mail)
    next_version("raise ArithmeticError")
    with pytest.raises(ArithmeticError):
        FileStorage(file).open("default")
    assert sql(file, "SELECT subject FROM world_mail") == [("Your password",)]
    assert sql(file, VERSION) == [("0001",)]


def test_a_copy_of_a_kept_world_lives_in_memory(file: Path) -> None:
    with kept_in(file) as worlds:
        world = worlds.get("default")
        copy = SqliteDatabase.from_content(world.snapshot().content)
        with copy.session() as db:
            assert db.connection().exec_driver_sql("SELECT secret FROM world").scalar_one() == world.secret
        copy.close()


def test_a_mail_that_is_handed_over_again_after_a_kill_arrives_once(
    world: World, make_mail: Callable[..., OutgoingMail]
) -> None:
    message = b"Subject: Hello\r\n\r\nHello\r\n"
    for delivery in ("1", "1", "2"):
        world.post_office.deliver("ada@hospital.example", message, delivery=delivery)
    world.post_office.hang_up()
    assert len(world.mailbox.mails()) == 2


@pytest.mark.parametrize("url", ["", "mock.db", "sqlite://", "sqlite:///mock.db?mode=ro", "mysql://localhost/x", ":"])
def test_an_address_that_is_none_of_a_database_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="expected sqlite:///FILE or postgresql"):
        storage_at(url)
