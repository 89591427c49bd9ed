"""Until when a guest has access, and times of another zone, as pages and mails say them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mock_cpms.access.deciding import decide
from mock_cpms.access.wording import until
from mock_world import World
from tests.mock_cpms.asking import DESK, EMAIL, asks
from tests.mock_cpms.visitor import HELGA, Visitor

MIDNIGHT = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)  # in Brussels
NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("end", "zone", "words"),
    [
        (MIDNIGHT, "Europe/Brussels", "to the end of Thursday 31 December 2026"),
        (MIDNIGHT - timedelta(minutes=1), "Europe/Brussels", "until Thursday 31 December 2026, 23:59"),
        (MIDNIGHT + timedelta(seconds=1), "Europe/Brussels", "until Friday 1 January 2027, 00:00"),
        (datetime(2026, 7, 31, 22, tzinfo=UTC), "Europe/Brussels", "to the end of Friday 31 July 2026"),
        (MIDNIGHT, NEW_YORK, "until Thursday 31 December 2026, 18:00 (America/New_York)"),
        (MIDNIGHT + timedelta(hours=6), NEW_YORK, "to the end of Thursday 31 December 2026 (America/New_York)"),
    ],
)
def test_an_end_at_midnight_is_said_by_its_last_day(end: datetime, zone: str, words: str) -> None:
    assert until(end, ZoneInfo(zone), "en") == words
    assert "jeudi 31 décembre 2026" in until(MIDNIGHT, ZoneInfo("Europe/Brussels"), "fr")


@pytest.mark.parametrize(
    ("zone", "due", "end"),
    [
        ("Europe/Brussels", "Monday 30 November 2026, 17:00", "until Sunday 29 November 2026, 17:00"),
        (NEW_YORK, "Monday 30 November 2026, 11:00 (America/New_York)", "November 2026, 11:00 (America/New_York)"),
    ],
)
def test_mails_name_a_zone_that_is_not_the_usual_one(world: World, zone: str, due: str, end: str) -> None:
    world.settings.change({"helpdesk.time_zone": zone})
    decide(world, asks(world), decision="approve", guest_until=world.clock.now() + timedelta(days=2), by=DESK)
    received, approved = world.mailbox.mails(to=EMAIL)
    for mail, words in ((received, f"We decide by {due} at the latest"), (approved, f"{end}.")):
        assert words in mail.text
        assert words in str(mail.html)


def test_pages_name_a_zone_that_is_not_the_usual_one(world: World, visitor: Visitor) -> None:
    visitor.ask_for_access()
    assert "(" not in visitor.open("/screen/access-status").text.partition("Decision by")[2].partition("You do not")[0]
    world.settings.change({"helpdesk.time_zone": NEW_YORK})
    page = visitor.open("/screen/access-status")
    assert "Decision by Monday 30 November 2026, 11:00 (America/New_York)" in page.text
    end = world.clock.now() + timedelta(days=2, hours=13)  # midnight in New York
    decide(world, 1, decision="approve", guest_until=end, by=HELGA.email)
    for path in ("access-status", "dashboard"):
        page = visitor.open(f"/screen/{path}")
        assert "to the end of Sunday 29 November 2026 (America/New_York)" in page.text
