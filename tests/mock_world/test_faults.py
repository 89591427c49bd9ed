"""Faults: armed once, n times or until disarmed, for all or for one; they strike just as often."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mock_world import Refusal, World
from mock_world.fault_types import FAULTS, MAIL_LATE, MAIL_LOST, TICKET_LOST, TOKEN_SLOW, FaultType
from mock_world.post_office import OutgoingMail

from .conftest import NOON, rolled_back

MakeMail = Callable[..., OutgoingMail]
ADA, BOB = "ada@hospital.example", "bob@hospital.example"


def injected(world: World, person: str | None = None, *, times: int = 4, fault: FaultType = MAIL_LOST) -> int:
    """How many of so many occasions a fault takes."""
    return sum(world.faults.inject(fault, person) is not None for _ in range(times))


def happened(world: World) -> list[tuple[str, str | None]]:
    """What the journal says of faults."""
    return [(event.type, event.person) for event in world.journal.events() if event.type.startswith("fault.")]


def test_nothing_armed_never_strikes_and_asks_no_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert world.faults.armed() == []
    with monkeypatch.context() as without:
        without.setattr(world.faults, "_database", None)
        assert injected(world) == 0
        assert not world.faults.is_armed(MAIL_LOST)
    world.faults.arm("mail.lost", times=None, person=BOB)
    monkeypatch.setattr(world.faults, "_database", None)
    assert injected(world, ADA) == 0


@pytest.mark.parametrize(("times", "struck"), [({}, 1), ({"times": 3}, 3), ({"times": None}, 4)])
def test_a_fault_strikes_as_often_as_it_is_armed(world: World, times: dict[str, Any], struck: int) -> None:
    world.faults.arm("mail.lost", **times)
    assert injected(world) == struck
    assert injected(world, fault=MAIL_LATE) == 0
    assert world.faults.is_armed(MAIL_LOST) == (struck == 4)


def test_a_fault_that_never_strikes_is_not_armed(world: World) -> None:
    with pytest.raises(ValueError, match="once at least"):
        world.faults.arm("mail.lost", times=0)
    assert world.faults.armed() == []


def test_a_fault_for_one_person_hits_nobody_else(world: World, make_mail: MakeMail) -> None:
    world.faults.arm("mail.lost", times=None, person=f" {ADA.upper()} ")
    assert [injected(world, person, times=1) for person in (BOB, None, ADA, ADA.title())] == [0, 0, 1, 1]
    for to in (ADA, BOB):
        world.post_office.send(make_mail(to=to))
    assert (arrived(world, ADA), arrived(world, BOB)) == ([], [0])


def test_each_has_a_fault_of_their_own(world: World) -> None:
    world.faults.arm("mail.lost", person=BOB)
    world.faults.arm("mail.lost", person=ADA)
    assert injected(world, ADA) == 1
    assert [fault.person for fault in world.faults.armed()] == [BOB]


@pytest.mark.parametrize("first", [None, ADA])
def test_ones_own_fault_goes_before_that_for_everybody(world: World, first: str | None) -> None:
    world.faults.arm("mail.lost", person=first)
    world.faults.arm("mail.lost", person=None if first else ADA)
    assert injected(world, ADA, times=1) == 1
    assert [fault.person for fault in world.faults.armed()] == [None]
    assert injected(world, ADA) == 1


PORTAL, SHOP = "http://portal.example/app", "http://shop.example/"


def test_a_fault_for_an_application_hits_no_other(world: World) -> None:
    world.faults.arm("ticket.lost", times=None, service="http://Portal.example/app")
    inject = world.faults.inject
    hit = [f"{PORTAL}/cas?x=1", PORTAL, f"{PORTAL}lication", "https://portal.example/app", SHOP, None]
    assert [inject(TICKET_LOST, ADA, service=service) is not None for service in hit] == [True, True, *[False] * 4]
    world.faults.arm("token.slow", times=None, client_id="portal")
    clients = ["portal", "shop", None]
    assert [inject(TOKEN_SLOW, ADA, client_id=client) is not None for client in clients] == [True, False, False]


def test_the_fault_that_names_most_goes_first(world: World) -> None:
    targets: list[dict[str, Any]] = [
        {},
        {"service": "http://portal.example/"},
        {"service": PORTAL},
        {"person": ADA},
        {"person": ADA, "service": "http://portal.example/"},
    ]
    for target in targets:
        world.faults.arm("ticket.lost", **target)
    left = []
    while armed := world.faults.armed():
        left.append(armed[-1])
        assert world.faults.inject(TICKET_LOST, ADA, service=PORTAL) is not None
    named = [event.fields.get("service") for event in world.journal.events(types=["fault.struck"])]
    assert named == ["http://portal.example/", None, PORTAL, "http://portal.example/", None]
    assert [fault.person for fault in left] == [ADA, ADA, None, None, None]


def test_no_fault_costs_seconds_of_real_time_unless_it_is_asked_to() -> None:
    slow = [fault.seconds.default for fault in FAULTS.values() if fault.seconds and fault.seconds.what == "real time"]
    assert len(slow) == 3
    assert max(slow) < 1


def test_a_fault_has_its_own_numbers_or_those_that_it_was_armed_with(world: World) -> None:
    for seconds in (None, 0.25):
        world.faults.arm("token.slow", seconds=seconds)
        injected = world.faults.inject(TOKEN_SLOW)
        assert injected is not None
        assert injected.seconds == (seconds or 0.5)
    assert world.journal.events()[-1].sentence == "The armed fault token.slow happened: 0.25 seconds."


def test_armed_anew_it_counts_from_the_start(world: World) -> None:
    world.faults.arm("mail.lost", times=3)
    world.faults.arm("mail.late", times=3)
    world.faults.arm("mail.lost", times=2, person=ADA)
    world.faults.arm("mail.lost", times=1)
    told = [(fault.name, fault.left, fault.person) for fault in world.faults.armed()]
    assert told == [("mail.late", 3, None), ("mail.lost", 2, ADA), ("mail.lost", 1, None)]


def test_disarmed_it_strikes_nobody_any_more(world: World) -> None:
    world.faults.arm("mail.lost", times=None)
    world.faults.arm("mail.lost", times=2, person=ADA)
    world.faults.arm("mail.late")
    world.faults.disarm("mail.lost")
    assert injected(world, ADA) == 0
    assert [fault.name for fault in world.faults.armed()] == ["mail.late"]


def test_arming_striking_and_disarming_are_in_the_journal(world: World) -> None:
    world.faults.arm("mail.lost", times=2, person=ADA)
    injected(world, ADA, times=1)
    world.faults.disarm("mail.lost")
    world.faults.disarm("mail.lost")
    assert happened(world) == [("fault.armed", ADA), ("fault.struck", ADA), ("fault.disarmed", None)]
    armed, struck, _ = (event.fields for event in world.journal.events())
    assert (armed, struck) == ({"fault": "mail.lost", "times": 2}, {"fault": "mail.lost"})


@pytest.mark.parametrize(
    ("name", "hint"), [("mail_lost", "perhaps mail.lost"), ("ö" * 10_000, "list"), ("{x}\n\x00", "list")]
)
def test_an_unknown_fault_is_refused_with_the_nearest_name(world: World, name: str, hint: str) -> None:
    for ask in (world.faults.arm, world.faults.disarm):
        with pytest.raises(Refusal) as refused:
            ask(name)
        assert refused.value.code == "fault.unknown"
        assert hint in refused.value.remedy
        assert len(refused.value.got) <= 80
        assert all(known in refused.value.expected for known in FAULTS)
    assert world.faults.armed() == []


def test_at_the_same_instant_it_strikes_exactly_as_often_as_armed(world: World) -> None:
    world.faults.arm("mail.lost", times=5)
    start, struck = threading.Barrier(8), Counter[bool]()

    def ask() -> None:
        start.wait()
        for _ in range(5):
            struck[world.faults.inject(MAIL_LOST) is not None] += 1

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert struck[True] == 5
    assert len(world.journal.events(types=["fault.struck"])) == 5


def test_what_is_rolled_back_did_not_strike(world: World, make_mail: MakeMail) -> None:
    world.faults.arm("mail.lost")
    with rolled_back(world):
        assert world.faults.inject(MAIL_LOST)
        assert not world.faults.inject(MAIL_LOST)
    with rolled_back(world):
        world.post_office.send(make_mail())
    assert happened(world) == [("fault.armed", None)]
    assert injected(world) == 1
    with rolled_back(world):
        world.faults.arm("mail.late", times=None)
    assert injected(world, fault=MAIL_LATE) == 0


def test_who_sees_that_a_fault_struck_sees_that_it_is_armed_no_more(world: World) -> None:
    """Which is how banner and panel of a page that waits for the journal stay true."""
    world.faults.arm("mail.lost")
    seen: list[tuple[int, int]] = []

    def look() -> None:
        seen.append((len(world.journal.events(types=["fault.struck"])), len(world.faults.armed())))

    with world.database.session():
        world.database.afterwards(look)
        assert world.faults.inject(MAIL_LOST)
    assert seen == [(1, 0)]


# Mails.


def arrived(world: World, to: str = ADA) -> list[float]:
    """Minutes from the start at which mails came."""
    return [(mail.arrived_at - NOON).total_seconds() / 60 for mail in world.mailbox.mails(to=to)]


@pytest.mark.parametrize(
    ("armed", "at_once", "later"),
    [
        (["mail.lost"], [], []),
        (["mail.late"], [], [10]),
        (["mail.twice"], [0, 0], [0, 0]),
        (["mail.late", "mail.twice"], [], [10, 10]),
        ([], [0], [0]),
    ],
)
def test_mails_suffer(
    world: World, make_mail: MakeMail, armed: list[str], at_once: list[float], later: list[float]
) -> None:
    for name in armed:
        world.faults.arm(name)
    world.post_office.send(make_mail())
    assert arrived(world) == at_once
    world.advance_clock(timedelta(minutes=9, seconds=59))
    assert arrived(world) == at_once
    world.advance_clock(timedelta(seconds=1))
    assert arrived(world) == later
    assert world.faults.armed() == []
    world.post_office.send(make_mail(to=BOB))
    assert arrived(world, BOB) == [10]


def test_a_bounced_mail_is_refused_by_the_mail_server_and_never_arrives(world: World, make_mail: MakeMail) -> None:
    world.faults.arm("mail.bounced", person=ADA)
    for to in (ADA, BOB):
        world.post_office.send(make_mail(to=to))
    assert (arrived(world, ADA), arrived(world, BOB)) == ([], [0])
    (failed,) = world.journal.events(types=["mail.failed"])
    assert (failed.person, failed.fields["reason"]) == (ADA, f"550 5.1.1 {ADA}: no such user here")
    assert [event.person for event in world.journal.events(types=["mail.sent"])] == [BOB]


def test_a_bounced_mail_reaches_no_server_of_the_setting(world: World, make_mail: MakeMail) -> None:
    world.settings.change({"smtp": "127.0.0.1:1"})
    world.faults.arm("mail.bounced")
    world.post_office.send(make_mail())
    assert world.journal.events(types=["mail.failed"])[0].fields["reason"].startswith("550 5.1.1")


def test_a_mail_arrives_in_the_folder_for_spam(world: World, make_mail: MakeMail) -> None:
    world.faults.arm("mail.spam")
    for _ in range(2):
        world.post_office.send(make_mail())
    assert [mail.folder for mail in world.mailbox.mails()] == ["spam", "inbox"]
    assert [mail.id for mail in world.mailbox.mails(folder="inbox")] == [2]
    spam, _ = world.journal.events(types=["mail.arrived"])
    assert f"the mailbox of {ADA}, in the folder spam:" in spam.sentence


def test_a_mail_is_as_late_as_the_fault_says(world: World, make_mail: MakeMail) -> None:
    world.faults.arm("mail.late", seconds=90)
    world.post_office.send(make_mail())
    world.advance_clock(timedelta(minutes=2))
    assert arrived(world) == [1.5]


def test_a_late_mail_is_late_on_top_of_what_mails_take(world: World, make_mail: MakeMail) -> None:
    world.settings.change({"mail.delay": "PT5M"})
    world.faults.arm("mail.late")
    world.post_office.send(make_mail())
    world.advance_clock(timedelta(hours=1))
    assert arrived(world) == [15]


def test_a_lost_mail_uses_up_no_other_fault_and_is_told_in_the_journal(world: World, make_mail: MakeMail) -> None:
    for name in ("mail.lost", "mail.late", "mail.twice"):
        world.faults.arm(name)
    world.post_office.send(make_mail())
    assert [fault.name for fault in world.faults.armed()] == ["mail.late", "mail.twice"]
    (struck,) = world.journal.events(types=["fault.struck"])
    assert (struck.person, struck.fields) == (ADA, {"fault": "mail.lost"})
    assert world.journal.events(types=["mail.sent"]) == []


def test_a_mail_on_its_way_is_not_reached_any_more(world: World, make_mail: MakeMail) -> None:
    world.settings.change({"mail.delay": "PT5M"})
    world.post_office.send(make_mail())
    world.faults.arm("mail.lost")
    world.advance_clock(timedelta(minutes=5))
    assert arrived(world) == [5]
