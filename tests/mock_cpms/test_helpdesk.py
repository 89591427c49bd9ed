"""The helpdesk's list: what stands first, what a filter keeps, who sees what (guide, G26)."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import escape
from urllib.parse import urlencode

import pytest
from sqlalchemy import event

from mock_cpms.access.model import AccessRequest
from mock_cpms.helpdesk.finding import Filter, find_requests, next_to_decide
from mock_cpms.helpdesk.rules import appoint_helpdesk
from mock_cpms.paging import ON_A_PAGE
from mock_cpms.people import Person, know_person
from mock_world import World
from tests.mock_cpms.asking import put_request
from tests.mock_cpms.visitor import HELGA, Page, Visitor, known

LIST = "/screen/helpdesk"
Asks = Callable[..., AccessRequest]


@pytest.fixture
def helga(world: World) -> Person:
    """Somebody of the helpdesk of PaedCAN."""
    appoint_helpdesk(world, HELGA.uid, "PaedCAN")
    return known(world, HELGA)


@pytest.fixture
def asks(world: World) -> Asks:
    """Somebody called so has asked, so many days ago."""

    def asks(name: str, state: str = "submitted", *, days: float = 0, network: str = "PaedCAN") -> AccessRequest:
        first, last = name.split(" ", 1)
        know_person(world, uid=f"n{name}", email=f"{len(name)}@hospital.example", first_name=first, last_name=last)
        since = world.clock.now() - timedelta(days=days)
        return put_request(world, f"n{name}", network=network, state=state, since=since)

    return asks


def names(world: World, member: Person, page: int = 1, **wanted: str) -> list[str]:
    return [asked.person.full_name for asked in find_requests(world, member, Filter(**wanted), page).part.rows]


def open_list(visitor: Visitor, **query: str) -> Page:
    return visitor.open(f"{LIST}?{urlencode(query)}")


def listed(page: Page, *people: str) -> list[str]:
    """Those of `people` whom the page shows, in its order."""
    return sorted((name for name in people if f">{name}</a>" in page.html), key=page.html.index)


# The order.


def test_overdue_ones_stand_first_then_due_ones_then_waiting_ones_then_decided_ones_the_newest_first(
    world: World, helga: Person, asks: Asks
) -> None:
    for name, state, days in [
        ("Decided Long-Ago", "approved", 9),
        ("Waiting Shorter", "info_requested", 6),
        ("Due Later", "submitted", 0),
        ("Rejected Lately", "rejected", 2),
        ("Overdue Longest", "submitted", 8),
        ("Waiting Longer", "info_requested", 7),
        ("Overdue Less", "submitted", 7),
        ("Withdrawn Between", "withdrawn", 5),
        ("Due Sooner", "submitted", 0.5),
    ]:
        asks(name, state, days=days)
    assert names(world, helga) == [
        "Overdue Longest", "Overdue Less", "Due Sooner", "Due Later", "Waiting Longer", "Waiting Shorter",
        "Rejected Lately", "Withdrawn Between", "Decided Long-Ago",
    ]  # fmt: skip


def test_a_request_is_overdue_one_second_after_its_time_and_never_while_the_person_is_asked(
    world: World, helga: Person, asks: Asks
) -> None:
    asks("Anna Test", "submitted")
    asks("Asked Test", "info_requested")
    world.move_clock(world.clock.now() + timedelta(days=3))  # Friday 17:00 is due Monday 17:00
    assert names(world, helga, state="overdue") == []
    world.move_clock(world.clock.now() + timedelta(seconds=1))
    assert names(world, helga, state="overdue") == ["Anna Test"]


def test_the_next_request_is_the_one_due_first_that_one_may_decide(world: World, helga: Person, asks: Asks) -> None:
    assert next_to_decide(world, helga) is None
    put_request(world, helga.uid, network="PaedCAN", state="submitted", since=world.clock.now() - timedelta(days=9))
    asks("Asked Already", "info_requested", days=8)
    asks("Dora Draft", "draft", days=8)
    asks("Due Later")
    sooner = asks("Due Sooner", days=1)
    asks("Other Network", days=5, network="RITA")
    following = next_to_decide(world, helga)
    assert following
    assert following.id == sooner.id
    assert "Dora Draft" not in names(world, helga)


# Filter.


def test_words_of_name_or_address_are_found_in_any_spelling(world: World, helga: Person, asks: Asks) -> None:
    everybody = ["Zoë Müller", "Mia Ørsted", "Jan Čapek", "Νίκος Παππάς"]
    for name in everybody:
        asks(name)
    found = {
        "": everybody,
        "MUELLER": ["Zoë Müller"],
        "müller zoe": ["Zoë Müller"],
        "orsted": ["Mia Ørsted"],
        "capek": ["Jan Čapek"],
        "παππας": ["Νίκος Παππάς"],
        "hospital.example": everybody,
        "  -  ": everybody,
        "zoe ørsted": [],
        "%": everybody,
    }
    assert {person: names(world, helga, person=person) for person in found} == found


def test_a_state_is_a_link_with_how_many_there_are(visitor: Visitor, helga: Person, asks: Asks) -> None:
    for number in range(3):
        asks(f"Rejected {number}", "rejected")
    asks("Anna Approved", "approved")
    visitor.sign_in(HELGA)
    page = open_list(visitor)
    for words in ("All 4", "Approved 1", "Rejected 3"):
        assert words in page.text
    assert "Expired" not in page.text
    page = open_list(visitor, state="rejected", person="2")
    assert listed(page, "Rejected 1", "Rejected 2", "Anna Approved") == ["Rejected 2"]
    assert "All 1" in page.text
    assert 'name="state" type="hidden" value="rejected"' in page.html


def test_what_nobody_could_choose_filters_nothing(visitor: Visitor, helga: Person, asks: Asks) -> None:
    asks("Anna Test")
    asks("Rita Test", network="RITA")
    visitor.sign_in(HELGA)
    for wrong in ({"state": "draft"}, {"network": "RITA"}):
        page = open_list(visitor, **wrong)
        assert listed(page, "Anna Test", "Rita Test") == ["Anna Test"]
        assert "Show all" not in page.text


def test_who_helps_several_networks_sees_all_of_them_and_filters_by_one(
    visitor: Visitor, world: World, helga: Person, asks: Asks
) -> None:
    appoint_helpdesk(world, helga.uid, "RITA")
    for network in ("PaedCAN", "RITA", "ERN-LUNG"):
        asks(f"Anna {network}", network=network)
    everybody = ("Anna PaedCAN", "Anna RITA", "Anna ERN-LUNG")
    visitor.sign_in(HELGA)
    page = open_list(visitor)
    assert listed(page, *everybody) == ["Anna PaedCAN", "Anna RITA"]
    assert "ERN PaedCan Helpdesk, ERN RITA Helpdesk" in page.text
    assert listed(open_list(visitor, network="RITA"), *everybody) == ["Anna RITA"]


def test_nothing_fits_the_filter_and_all_are_one_link_away(visitor: Visitor, helga: Person, asks: Asks) -> None:
    asks("Anna Test")
    visitor.sign_in(HELGA)
    page = open_list(visitor, person=" <b>anna</b> ")
    assert page.state == "nothing-found"
    assert page.value_of("person") == "<b>anna</b>"
    assert "<b>anna" not in page.html
    assert "Try a shorter part of the name" in page.text
    assert f'{LIST}">Show all</a>' in page.html


def test_the_way_back_keeps_the_filter(visitor: Visitor, helga: Person, asks: Asks) -> None:
    asked = asks("Anna Test")
    query = "state=submitted&person=anna"
    visitor.sign_in(HELGA)
    assert f"{LIST}/{asked.id}?{escape(query)}" in visitor.open(f"{LIST}?{query}").html
    page = visitor.open(f"{LIST}/{asked.id}?{query}")
    assert f'{LIST}?{escape(query)}">Back to all requests</a>' in page.html


# Pages.


def test_a_page_holds_25_and_the_next_the_rest(visitor: Visitor, helga: Person, asks: Asks) -> None:
    assert visitor.sign_in(HELGA).state == "empty"
    for person in range(ON_A_PAGE):
        asks(f"Anna {person:02}")
    assert "Page 1" not in open_list(visitor).text
    asks("Anna Last")
    for wanted, shown, link in (("", 25, ("next", "2")), ("2", 1, ("prev", "1"))):
        page = open_list(visitor, person="anna", page=wanted)
        assert page.html.count('<tr data-network="PaedCAN"') == shown
        assert f"Page {wanted or 1} of 2" in page.text
        assert re.findall(r'rel="(\w+)" href="[^"]*\?person=anna&amp;page=(\d)"', page.html) == [link]


def test_a_list_costs_the_same_queries_whatever_there_is(world: World, helga: Person, asks: Asks) -> None:
    def queries() -> int:
        counted: list[str] = []
        with world.database.session() as db:
            connection = db.connection()
            event.listen(connection, "before_cursor_execute", lambda *told: counted.append(told[2]))
            find_requests(world, helga, Filter(person="anna"))
        return len(counted)

    asks("Anna Alone")
    one = queries()
    for number, network in enumerate(["PaedCAN", "RITA", "ERN-LUNG", "GENTURIS"] * 3):
        appoint_helpdesk(world, helga.uid, network)
        asks(f"Anna {number}", network=network)
    assert queries() == one == 2


# Who belongs to a helpdesk.


@pytest.mark.parametrize("first", ["appointed", "signed in"])
def test_somebody_is_appointed_before_or_after_the_first_sign_in(
    visitor: Visitor, world: World, asks: Asks, first: str
) -> None:
    asks("Anna Test")
    if first == "signed in":
        assert visitor.sign_in(HELGA).name == "complete-profile"
        assert open_list(visitor).status == 403
    appoint_helpdesk(world, HELGA.uid, "PaedCAN")
    page = open_list(visitor) if first == "signed in" else visitor.sign_in(HELGA)
    assert listed(page, "Anna Test") == ["Anna Test"]


def test_who_belongs_to_no_helpdesk_is_told_whose_page_it_is(visitor: Visitor, world: World, asks: Asks) -> None:
    asked = asks("Anna Test")
    visitor.sign_in(HELGA)
    for path in (LIST, f"{LIST}/{asked.id}", f"{LIST}/99"):
        page = visitor.open(path)
        assert (page.status, page.name) == (403, "error")
        assert "Please sign in as somebody of the network's helpdesk" in page.text
        assert "Anna" not in page.text
    (event, *_) = world.journal.events(types=["helpdesk.not_a_member"])
    assert event.fields["expected"] == "a member of the helpdesk of that network"
    assert "appoint this person" in event.fields["remedy"]
