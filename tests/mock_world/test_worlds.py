from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from mock_idp.common import settings as s
from mock_world import Refusal, World, Worlds, WorldSpec
from mock_world.post_office import OutgoingMail
from mock_world.sqlite import SqliteDatabase

from .conftest import NOON, MakeWorld


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        action()
    return refused.value.code


def test_the_default_world_is_there_has_no_prefix_and_stays(worlds: Worlds) -> None:
    assert worlds.names() == ["default"]
    assert worlds.get("default").prefix == ""
    assert code_of(lambda: worlds.delete("default")) == "world.default_stays"


def test_worlds_side_by_side_have_their_own_clock_mails_and_settings(
    make_world: MakeWorld, make_mail: Callable[..., OutgoingMail]
) -> None:
    blue, red = make_world("blue"), make_world("red")
    blue.move_clock(NOON.replace(hour=13))
    blue.settings.change({"device.max": 1})
    blue.post_office.send(make_mail())
    blue.faults.arm("mail.lost")
    assert red.clock.now() == NOON
    assert red.settings[s.DEVICE_MAX] == 10
    assert (len(blue.mailbox.mails()), len(red.mailbox.mails())) == (1, 0)
    assert (red.journal.events(), red.faults.armed()) == ([], [])


def test_a_world_without_a_name_gets_one_that_is_free(make_world: MakeWorld) -> None:
    make_world("w1")
    assert make_world().name == "w2"


def test_a_name_that_fits_no_address_is_refused(make_world: MakeWorld) -> None:
    for name in ("", "Blue", "-blue", "a" * 41, "a/b", "blü"):
        assert code_of(partial(make_world, name)) == "world.name_refused"


def test_a_taken_name_is_refused_with_a_way_out(make_world: MakeWorld) -> None:
    make_world("blue")
    with pytest.raises(Refusal, match="There is a world called blue already; take another name"):
        make_world("blue")


def test_a_world_with_a_wrong_setting_does_not_come_to_be(worlds: Worlds, make_world: MakeWorld) -> None:
    with pytest.raises(ValueError, match="no setting"):
        make_world("blue", settings={"colour": "blue"})
    assert worlds.names() == ["default"]


def test_a_reset_makes_the_world_as_new(worlds: Worlds, world: World, make_mail: Callable[..., OutgoingMail]) -> None:
    world.settings.change({"device.max": 1})
    world.post_office.send(make_mail())
    secret = world.secret
    worlds.reset(world, WorldSpec(now=NOON.replace(year=2020), frozen=True))
    assert world.clock.now() == NOON.replace(year=2020)
    assert world.settings[s.DEVICE_MAX] == 10
    assert world.mailbox.mails() == []
    assert world.secret != secret


def test_a_world_answers_while_it_is_reset(worlds: Worlds, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = SqliteDatabase.copy_from

    def copied_and_asked(database: SqliteDatabase, template: SqliteDatabase) -> None:
        copy(database, template)
        world.advance_clock(timedelta(days=1))

    monkeypatch.setattr(SqliteDatabase, "copy_from", copied_and_asked)
    worlds.reset(world, WorldSpec(now=NOON, frozen=True))
    assert world.clock.now() == NOON


def test_a_deleted_world_is_unknown_and_its_name_is_free(worlds: Worlds, make_world: MakeWorld) -> None:
    world = make_world("blue")
    worlds.delete("blue")
    assert world.closed
    with pytest.raises(Refusal, match="no world called blue here") as refused:
        worlds.get("blue")
    assert refused.value.code == "world.unknown"
    assert "GET /api/worlds" in refused.value.remedy
    assert make_world("blue") is not world


def test_a_seed_repeats_everything_random_and_without_one_nothing_repeats(make_world: MakeWorld) -> None:
    for seed in (1, None):
        first, second = make_world(seed=seed), make_world(seed=seed)
        assert (first.secret == second.secret) is (seed == 1)
        assert (first.random.token() == second.random.token()) is (seed == 1)


def test_every_world_begins_with_the_people_of_the_template() -> None:
    seeded = Worlds({}, lambda: ("", 0), seed=lambda world: world.settings.change({"device.max": 2}))
    try:
        assert seeded.create().settings[s.DEVICE_MAX] == 2
    finally:
        seeded.close()
