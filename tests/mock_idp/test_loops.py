"""Browser and application that loop: noticed after five tickets, explained by the last refusal, and let go on."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from eulogin_harness.reference import declared
from mock_idp.accounts.model import Account
from mock_idp.factors import PASSWORD
from mock_idp.signin import loops
from mock_idp.signin.loops import LoopWatch, check_loop
from mock_idp.signin.page_age import PAGE_TOO_OLD
from mock_idp.signin.sessions import start_session
from mock_world import Refusal, RefusalKind, World
from tests.mock_idp.accounts_pages import link_to
from tests.mock_idp.at_once import at_once
from tests.mock_idp.conftest import Browser
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import SERVICE, answer_page, change, opened, target, told
from tests.mock_idp.signing_in import sign_in as sign_in_by_pages
from tests.mock_idp.small_application import SmallApplication

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
Move = Callable[[float], None]
KINDS = {kind.code: kind for kind in declared(RefusalKind)["mock_idp"]}


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Move:
    """Lets so many seconds of real time go by."""
    now = [NOON]
    monkeypatch.setattr(loops, "real_now", lambda: now[0])

    def move(seconds: float) -> None:
        now[0] += timedelta(seconds=seconds)

    return move


def asks(world: World, *, browser: str = "b", service: str = SERVICE) -> bool:
    """Whether an application may go on; else it loops."""
    try:
        check_loop(world, browser, service)
    except Refusal as refusal:
        return refusal.code != "signin.loop"
    return True


# A browser and an application in a real loop.


@pytest.mark.usefixtures("move")
def test_a_loop_ends_at_a_page_and_a_line_that_say_why(
    world: World, account: Account, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(browser, world, account)
    with SmallApplication(browser.base + "/cas/", secure=True) as application:
        browser.open(application.url)
        assert (browser.at, browser.page.status_code) == (("loop", "ready"), 409)
        assert "sent you back to EU Login 5 times within 10 seconds" in browser.text
        fields = told(world, "signin.loop")
        assert ("its own session cookie" in fields["expected"], "Secure on http" in fields["remedy"]) == (True, True)
        (line,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
        assert (world.name in line, "\n" in line) == (True, False)
        texts = (fields["got"], fields["remedy"], application.url)
        assert [text for text in texts if text not in line or text not in browser.text] == []
        assert (fields["expected"] in browser.text, "its own session cookie" in line) == (True, True)
        (noticed,) = world.journal.events(types=["loop.noticed"])
        assert noticed.person == account.email
        assert noticed.fields == {"service": application.url, "refusal": None}
        assert len(world.journal.events(types=["ticket.issued"])) == 5
        assert browser.open(link_to(browser, "Continue to the application once more")).at == ("loop", "ready")
        application.secure = False  # mended
        browser.open(link_to(browser, "Continue to the application once more"))
        assert browser.page.text == f"signed in: {account.uid}"


# What counts.


# Pauses between tickets in seconds, and whether the next one is one too many.
PAUSES = [([2.5] * 5, True), ([2.51] * 5, False), ([9, 9, 9, 1, 1, 1, 1, 1], True)]
PAUSES += [([0, 0, 0, 0, 10], True), ([0, 0, 0, 0, 10.1], False)]


@pytest.mark.parametrize(("pauses", "loops"), PAUSES)
def test_the_sixth_ticket_within_ten_seconds_is_one_too_many(
    world: World, move: Move, pauses: list[float], *, loops: bool
) -> None:
    for pause in pauses:
        assert asks(world)
        move(pause)
    assert asks(world) is not loops
    assert asks(world)


@pytest.mark.usefixtures("move")
def test_the_setting_says_how_many_at_once_and_none_lets_loops_be(world: World) -> None:
    world.settings.change({"loop.tickets": 7})
    assert [asks(world) for _ in range(9)] == [True] * 7 + [False, True]
    loop(world)
    world.settings.change({"loop.tickets": 0})
    assert all(asks(world, browser="other") for _ in range(20))
    with world.database.session() as db:
        assert [watch.browser for watch in db.query(LoopWatch)] == ["b"]
    world.settings.change({"loop.tickets": 1})
    assert not asks(world)


def test_browsers_services_and_queries_are_told_apart_and_fragments_are_not(world: World, move: Move) -> None:
    for number in range(5):
        assert asks(world, service=f"{SERVICE}#part{number}")
        assert asks(world, browser="other")
        assert asks(world, service=f"http://app.example/{number}")
        assert asks(world, service=f"{SERVICE}?tab={number}")
    assert asks(world, service=f"{SERVICE}?tab=0")
    assert asks(world, service="http://app.example/0")
    assert not asks(world)
    assert not asks(world, browser="other")


def test_nothing_is_kept_longer_than_it_counts(world: World, move: Move) -> None:
    for number in range(20):
        asks(world, service=f"http://app.example/{number}")
    move(10.1)
    asks(world)
    with world.database.session() as db:
        assert [(watch.browser, watch.service) for watch in db.query(LoopWatch)] == [("b", SERVICE)]


@pytest.mark.usefixtures("move")
def test_those_at_the_same_instant_are_all_counted(world: World) -> None:
    assert at_once(5, lambda: asks(world)) == [True] * 5
    assert not asks(world)


def test_the_worlds_clock_does_not_matter(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"loop.tickets": 1})
    sign_in(browser, world, account)
    assert target(opened(browser, service=SERVICE))
    world.move_clock(world.clock.now() + timedelta(minutes=10))
    assert opened(browser, service=SERVICE).at == ("loop", "ready")


def test_who_signs_in_or_sends_a_page_each_time_does_not_loop(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"loop.tickets": 2})
    for _ in range(3):
        assert target(sign_in_by_pages(browser, account, service=SERVICE, renew="true"))
    change(world, account, warns=True)
    for _ in range(3):
        assert opened(browser, service=SERVICE).at[0] == "warn"
        assert target(answer_page(browser, "warn"))


def test_the_ticket_of_a_sign_in_itself_does_not_count(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"loop.tickets": 2})
    name = f"eulogin_idp_{world.name}_sso"
    for _ in range(3):
        session = start_session(world, account, PASSWORD, fresh_for=SERVICE)
        browser.http.cookies.set(name, session.id, path=world.prefix, domain="localhost.local")
        assert target(opened(browser, service=SERVICE))


def test_pages_of_eu_login_itself_do_not_loop(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"loop.tickets": 2})
    own = f"{browser.base}/cas/userdata/myAccount.cgi"
    sign_in(browser, world, account)
    for _ in range(3):
        assert browser.open("/cas/login?" + urlencode({"service": own})).at == ("account", "ready")


def test_a_redirect_page_that_goes_on_by_itself_is_no_pause(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"redirect_page": True, "loop.tickets": 1})
    sign_in(browser, world, account)
    assert opened(browser, service=SERVICE).at == ("redirect", "ready")
    assert opened(browser, service=SERVICE).at == ("loop", "ready")


# What is named.


def named(world: World, person: str | None = None, *, service: str = SERVICE) -> str:
    """What the loop's refusal says came instead."""
    with pytest.raises(Refusal) as refused:
        check_loop(world, "b", service, person=person)
    return refused.value.got


def loop(world: World, service: str = SERVICE) -> None:
    for _ in range(5):
        assert asks(world, service=service)


def ticket_refused(world: World, got: str, person: str | None = None) -> None:
    world.refuse(KINDS["ticket.invalid_ticket"], got=got, person=person, minutes=5)


def service_refused(world: World, got: str, service: str) -> None:
    world.refuse(KINDS["ticket.invalid_service"], got=got, service=service, difference="none")


@pytest.mark.usefixtures("move")
def test_the_last_refusal_to_the_same_page_is_named_whatever_its_query(world: World) -> None:
    page = f"{SERVICE}?tab=1"
    loop(world, page)
    service_refused(world, "another", f"{SERVICE}?tab=2")
    assert named(world, service=page) == "another"
    loop(world)
    ticket_refused(world, "the last\none")
    assert named(world) == "the last one"
    assert told(world, "signin.loop")["expected"].endswith("that was not validated before")


@pytest.mark.usefixtures("move")
def test_refusals_of_before_of_other_services_people_and_pages_are_not_named(world: World) -> None:
    ticket_refused(world, "of before")
    loop(world)
    service_refused(world, "of another service", "http://app.example/")
    world.refuse(PAGE_TOO_OLD, got="of a page", minutes=60)
    assert named(world) == "the same browser again, and no validation was refused"
    loop(world)
    ticket_refused(world, "of the same", person="ada@hospital.example")
    ticket_refused(world, "of somebody else", person="bo@hospital.example")
    assert named(world, "ada@hospital.example") == "of the same"
    loop(world)
    ticket_refused(world, "of nobody known")
    assert named(world, "ada@hospital.example") == "of nobody known"
