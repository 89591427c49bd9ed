"""Worlds of several processes on one PostgreSQL: what one does, the others know at once."""

import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from eulogin_harness.state import dump_state, load_state
from mock_idp.common import settings as s
from mock_world import Refusal, World, Worlds, WorldSpec
from mock_world.database import table_of
from mock_world.database_url import storage_at
from mock_world.events import EventType
from mock_world.mailbox import Mail
from mock_world.post_office import OutgoingMail
from mock_world.settings import StoredSetting
from mock_world.sqlite import SqliteDatabase
from mock_world.storage import StorageError
from mock_world.world import HANDLERS
from mock_world.worlds import DEFAULT
from tests.mock_world.test_storage import next_version  # noqa: F401 - a fixture

from .conftest import Begin

Blue = tuple[World, Callable[[], World]]
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
HELLO = OutgoingMail("ada@hospital.example", "Mock <mock@eulogin.example>", "Hello", "Dear Ada", "<p>Dear Ada</p>")


@pytest.fixture
def both(begin: Begin) -> tuple[Worlds, Worlds]:
    return begin(), begin()


@pytest.fixture
def blue(both: tuple[Worlds, Worlds]) -> Blue:
    """A world as the first process has it, and what asks the second one for it, as a request does."""
    first, second = both
    return first.create("blue", WorldSpec(now=NOON, frozen=True)), lambda: second.get("blue")


def test_worlds_go_on_where_their_processes_left_them(begin: Begin) -> None:
    before = begin()
    world = before.get(DEFAULT)
    world.post_office.send(HELLO)
    secret = world.secret
    before.create("blue", WorldSpec(now=NOON, frozen=True))
    before.close()
    after = begin()
    assert after.taken_up
    assert after.names() == ["blue", "default"]
    assert after.get("blue").clock.now() == NOON
    assert [mail.subject for mail in after.get(DEFAULT).mailbox.mails()] == ["Hello"]
    assert after.get(DEFAULT).secret == secret


def test_what_one_process_changes_the_other_has_at_the_next_request(
    blue: Blue,
) -> None:
    mine, theirs = blue
    assert theirs().settings[s.DEVICE_MAX] == 10
    mine.settings.change({"device.max": 3})
    assert theirs().settings[s.DEVICE_MAX] == 3
    mine.faults.arm("mail.lost")
    assert theirs().faults.is_armed(theirs().faults.known("mail.lost"))
    mine.move_clock(NOON + timedelta(hours=1))
    assert theirs().clock.now() == NOON + timedelta(hours=1)
    theirs().post_office.send(HELLO)
    assert mine.mailbox.mails() == []
    assert [event.type for event in mine.journal.events()][-1] == "fault.struck"


def test_who_waits_in_one_process_is_woken_by_the_other(blue: Blue) -> None:
    mine, theirs = blue
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(theirs().mailbox.wait, to=HELLO.to, seconds=60)
        mine.post_office.send(HELLO)
        assert [mail.subject for mail in waiting.result(timeout=30)] == ["Hello"]


def test_a_reset_is_one_for_both(both: tuple[Worlds, Worlds], blue: Blue) -> None:
    mine, theirs = blue
    theirs().post_office.send(HELLO)
    both[0].reset(mine, WorldSpec(now=NOON.replace(year=2020), frozen=True))
    assert theirs().clock.now().year == 2020
    assert theirs().secret == mine.secret
    assert theirs().mailbox.mails() == []
    theirs().post_office.send(HELLO)
    assert [mail.id for mail in mine.mailbox.mails()] == [1]


def test_a_world_is_made_and_deleted_for_both(both: tuple[Worlds, Worlds]) -> None:
    first, second = both
    first.create("red")
    assert second.get("red").name == "red"
    with pytest.raises(Refusal, match="There is a world called red already"):
        second.create("red")
    second.delete("red")
    with pytest.raises(Refusal, match="There is no world called red"):
        first.get("red")
    first.create("red", WorldSpec(now=NOON, frozen=True))
    assert second.get("red").clock.now() == NOON


def test_a_world_that_another_process_uses_is_not_unused(both: tuple[Worlds, Worlds]) -> None:
    first, second = both
    world = first.create(spec=WorldSpec(ttl=timedelta(hours=1)))
    there = second.get(world.name)
    there.used_at -= 3000
    world.use_told_at = -math.inf
    first.note_use(world)
    assert there.signals.wait(lambda: there.life_left > 3500 or None, "use", seconds=10)


def test_two_that_make_a_world_without_a_name_at_once_make_two(both: tuple[Worlds, Worlds]) -> None:
    with ThreadPoolExecutor(2) as pool:
        made = {world.name for world in pool.map(lambda worlds: worlds.create(), both)}
    assert len(made) == 2
    assert {*made, "default"} == {*both[0].names()}


def test_what_is_scheduled_is_done_once(blue: Blue, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    monkeypatch.setitem(HANDLERS, "test.note", lambda _, payload: done.append(payload["number"]))
    mine, theirs = blue
    for number in range(20):
        mine.scheduler.add(NOON + timedelta(seconds=number), "test.note", {"number": number})
    mine.clock.move_to(NOON + timedelta(minutes=1))
    both = [threading.Thread(target=world.scheduler.run) for world in (mine, theirs())]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    theirs().scheduler.run(wait=True)
    assert done == list(range(20))


def test_no_change_of_two_at_once_is_lost(blue: Blue) -> None:
    table = table_of(StoredSetting)
    mine, theirs = blue
    mine.settings.change({"device.max": 1})

    def count(world: World) -> None:
        for _ in range(20):
            with world.database.session() as db:
                row = db.execute(table.select()).one()
                db.execute(table.update().values(value={"value": row.value["value"] + 1}))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, [mine, theirs()] * 2))
    with mine.database.session() as db:
        assert db.execute(table.select()).one().value == {"value": 81}


def test_the_clock_goes_on_by_what_each_process_adds(both: tuple[Worlds, Worlds], blue: Blue) -> None:
    mine, theirs = blue

    def advance(world: World) -> None:
        for _ in range(10):
            world.advance_clock(timedelta(minutes=1))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(advance, (mine, theirs())))
    for worlds in both:
        assert worlds.get("blue").clock.now() == NOON + timedelta(minutes=20)


def test_requests_that_come_at_once_all_have_what_was_changed_before(both: tuple[Worlds, Worlds], blue: Blue) -> None:
    mine, theirs = blue
    theirs()
    for number in range(1, 21):
        mine.settings.change({"device.max": number})
        with ThreadPoolExecutor(6) as pool:
            read = list(pool.map(lambda _: both[1].get("blue").settings[s.DEVICE_MAX], range(6)))
        assert read == [number] * 6


def test_a_world_that_is_made_again_is_another_one_for_both(both: tuple[Worlds, Worlds], blue: Blue) -> None:
    _, theirs = blue
    theirs().settings.change({"device.max": 3})
    both[0].delete("blue")
    again = both[0].create("blue", WorldSpec(now=NOON.replace(year=2020), frozen=True))
    assert theirs().clock.now().year == 2020
    assert theirs().settings[s.DEVICE_MAX] == 10
    assert theirs().secret == again.secret


def test_a_state_that_is_put_back_is_there_for_both(blue: Blue) -> None:
    mine, theirs = blue
    theirs().begin_sign_in()
    mine.settings.change({"device.max": 3})
    state = dump_state(mine)
    mine.settings.change({"device.max": 4})
    theirs().post_office.send(HELLO)
    loads = theirs().loads
    load_state(mine, state)
    assert theirs().settings[s.DEVICE_MAX] == 3
    assert theirs().mailbox.mails() == []
    assert theirs().loads > loads
    theirs().post_office.send(HELLO)
    assert len(mine.mailbox.mails()) == 1


def test_a_reset_that_fails_changes_nothing(
    both: tuple[Worlds, Worlds], blue: Blue, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = blue
    secret = mine.secret
    monkeypatch.setattr(World, "begin", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        both[0].reset(mine, WorldSpec(now=NOON.replace(year=2020), frozen=True))
    assert (mine.secret, theirs().secret) == (secret, secret)
    assert mine.clock.now() == theirs().clock.now() == NOON


def test_a_rollback_leaves_nothing_and_wakes_nobody(blue: Blue) -> None:
    mine, theirs = blue
    with suppress(ZeroDivisionError), mine.database.session():
        mine.settings.change({"device.max": 3})
        raise ZeroDivisionError
    assert theirs().settings[s.DEVICE_MAX] == 10


def test_numbers_of_sign_ins_never_come_twice(blue: Blue) -> None:
    mine, theirs = blue
    numbers = [world.database.next_number(0) for world in (mine, theirs(), mine)]
    assert len({*numbers}) == 3


def test_a_copy_of_a_world_is_one_of_sqlite_with_all_that_is_in_it(blue: Blue) -> None:
    mine, _ = blue
    mine.post_office.send(HELLO)
    copy = SqliteDatabase.from_content(mine.snapshot().content)
    with copy.session() as db, mine.database.session() as original:
        assert db.execute(table_of(Mail).select()).all() == original.execute(table_of(Mail).select()).all() != []
    copy.close()


def test_http_messages_of_both_are_there_for_both_in_their_order(blue: Blue) -> None:
    mine, theirs = blue
    mine.begin_sign_in()
    first, second = mine.messages.begin(), theirs().messages.begin()
    for world, beginning in ((theirs(), second), (mine, first)):
        world.messages.add(
            beginning,
            sender="browser",
            receiver="idp",
            method="POST",
            url=f"http://idp.test/{beginning.number}",
            fields=[("_eventId", "submit")],
            status=200,
            location="",
            content_type="text/plain",
            body=b"\0\xff",
        )
    for world in (mine, theirs()):
        kept = world.messages.all()
        assert [message.number for message in kept] == [first.number, second.number]
        assert (kept[0].body, kept[0].fields) == (b"\0\xff", [("_eventId", "submit")])


def test_both_know_how_a_world_began(blue: Blue) -> None:
    mine, theirs = blue
    mine.post_office.send(HELLO)
    for world in (mine, theirs()):
        assert world.beginning is not None
        copy = SqliteDatabase.from_content(world.beginning.content)
        with copy.session() as db:
            assert db.execute(table_of(Mail).select()).all() == []
        copy.close()


def test_a_text_with_nul_is_kept_without(blue: Blue) -> None:
    mine, _ = blue
    mine.journal.record(EventType("test.noted", "Something was noted."), person="a\0b@hospital.example")
    assert mine.journal.events()[-1].person == "a\N{REPLACEMENT CHARACTER}b@hospital.example"


def test_a_database_of_an_older_version_is_migrated_with_what_is_in_it(
    begin: Begin,
    url: str,
    next_version: Callable[..., None],  # noqa: F811
) -> None:
    worlds = begin()
    worlds.get(DEFAULT).post_office.send(HELLO)
    worlds.close()
    next_version()
    with closing(storage_at(url)) as storage:
        assert storage.open(DEFAULT) is not None
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT title, colour FROM world_default.world_mail").fetchall() == [
            ("Hello", "white")
        ]
        assert connection.execute("SELECT version_num FROM world_default.alembic_version").fetchall() == [("0002",)]


def test_a_restart_of_postgresql_is_got_over(blue: Blue, server: tuple[str, Callable[[], object]]) -> None:
    mine, theirs = blue
    theirs().settings.change({"device.max": 3})
    server[1]()
    assert mine.settings[s.DEVICE_MAX] == 10
    mine.database.mark_stale()
    mine.database.catch_up()
    assert mine.settings[s.DEVICE_MAX] == 3
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(theirs().mailbox.wait, to=HELLO.to, seconds=60)
        mine.post_office.send(HELLO)
        assert [mail.subject for mail in waiting.result(timeout=30)] == ["Hello"]


def test_a_database_of_a_newer_version_is_refused(begin: Begin, url: str) -> None:
    begin().close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE world_default.alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match=r"world default: .* its version 9999 is not known here; take the version"):
        begin()


def test_where_nothing_answers_it_is_said_in_a_sentence() -> None:
    storage = storage_at("postgresql://eulogin:geheim@127.0.0.1:1/eulogin")
    with pytest.raises(
        StorageError, match=r"expected PostgreSQL at .*eulogin:\*\*\*@127.0.0.1:1/eulogin, but got: .*"
    ) as no:
        storage.names()
    assert "geheim" not in str(no.value)
