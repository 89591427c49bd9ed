"""A mock that runs for weeks: worlds, events and mails are bounded, and what is dropped is told."""

import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from mock_world import Refusal, Worlds, mailbox
from mock_world.events import EventType
from mock_world.post_office import OutgoingMail

from .conftest import MakeWorld

NOTED = EventType("test.noted", "{number} was noted.")
MakeMail = Callable[..., OutgoingMail]


@pytest.mark.threat("A mock that runs for weeks grows with each event of its journal until its machine ends it")
def test_a_journal_keeps_its_newest_events_and_tells_of_the_others(
    make_world: MakeWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world = make_world(settings={"journal.limit": 100})
    for number in range(250):
        world.journal.record(NOTED, number=number)
        assert len(world.journal.events()) <= 100
    noted = [event.fields["number"] for event in world.journal.events(types=[NOTED.name])]
    assert noted == list(range(noted[0], 250))
    assert len(noted) >= 70
    dropped = world.journal.events(types=["journal.dropped"])[-1]
    assert dropped.is_warning
    assert "oldest events were dropped, since a journal keeps at most 100: raise the setting" in dropped.sentence
    assert dropped.sentence in caplog.text


@pytest.mark.threat("A mock that runs for weeks grows with each mail, or is filled by a few with large attachments")
def test_a_world_keeps_its_newest_mails_and_tells_of_the_others(
    make_world: MakeWorld, make_mail: MakeMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(settings={"mail.limit": 10})
    for number in range(11):
        world.post_office.send(make_mail(subject=str(number)))
    assert [mail.subject for mail in world.mailbox.mails()] == [str(number) for number in range(2, 11)]
    (dropped,) = world.journal.events(types=["mailbox.dropped"])
    assert dropped.sentence.startswith("The 2 oldest mails were dropped, since a world keeps at most 10, of 200 ")
    monkeypatch.setattr(mailbox, "_MOST_BYTES", 2000)
    world.post_office.send(make_mail(subject="large", text="a line\n" * 150))
    assert [mail.subject for mail in world.mailbox.mails()] == ["large"]


def test_mails_of_a_world_that_is_reset_are_counted_anew(
    worlds: Worlds, make_world: MakeWorld, make_mail: MakeMail
) -> None:
    world = make_world(settings={"mail.limit": 10})
    for _ in range(10):
        world.post_office.send(make_mail())
    worlds.reset(world)
    world.settings.change({"mail.limit": 10})
    for _ in range(10):
        world.post_office.send(make_mail())
    assert len(world.mailbox.mails()) == 10


@pytest.mark.threat("Test runs that never delete their worlds fill the memory of a mock that all teams share")
def test_of_too_many_worlds_the_one_that_was_unused_for_longest_is_dropped_and_told(
    worlds: Worlds, make_world: MakeWorld
) -> None:
    default = worlds.get("default")
    default.settings.change({"worlds.limit": 3})
    first, second = make_world(), make_world()
    worlds.note_use(first)
    third = make_world()
    assert {*worlds.names()} == {"default", first.name, third.name}
    assert second.closed
    with pytest.raises(Refusal, match=second.name):
        worlds.get(second.name)
    (dropped,) = default.journal.events(types=["world.dropped"])
    assert (dropped.fields["name"], dropped.is_warning) == (second.name, True)


@pytest.mark.threat("The memory of worlds that were deleted is never given back to the machine")
def test_memory_of_deleted_worlds_is_given_back(make_world: MakeWorld, worlds: Worlds) -> None:
    def after_making_and_deleting(number: int) -> tuple[int, int]:
        made = [make_world() for _ in range(number)]
        most = memory()
        for world in made:
            worlds.delete(world.name)
        return most, memory()

    _, before = after_making_and_deleting(20)
    most, after = after_making_and_deleting(100)
    assert after - before < (most - before) / 2
    assert after_making_and_deleting(100)[1] - after < (most - before) / 4


def memory() -> int:
    """Bytes that this process has."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize()
