"""Browser and application that loop: noticed after five tickets, explained by the last refusal, and let go on."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import requests

from mock_idp.accounts.model import Account
from mock_idp.common.page_expiry import PAGE_TOO_OLD
from mock_idp.common.strength_names import PASSWORD
from mock_idp.signin import redirect_loops
from mock_idp.signin.redirect_loops import LoopWatch, check_loop, end_round
from mock_idp.signin.sessions import start_session
from mock_world import Refusal, RefusalKind, World
from tests.mock_idp.accounts_pages import link_to
from tests.mock_idp.conftest import Browser
from tests.mock_idp.signed_in import sign_in
from tests.mock_idp.signing_in import SERVICE, answer_page, change, go_on, opened, target, told
from tests.mock_idp.signing_in import sign_in as sign_in_by_pages
from tests.mock_idp.small_application import SmallApplication
from tests.mock_idp.validating import code, ticket, validate
from tools.reference import declared

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
Move = Callable[[float], None]
KINDS = {kind.code: kind for kind in declared(RefusalKind)["mock_idp"]}


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Move:
    """Lets so many seconds of real time go by."""
    now = [NOON]
    monkeypatch.setattr(redirect_loops, "real_now", lambda: now[0])

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


@pytest.mark.parametrize(
    ("mistake", "refusal", "expected", "remedy"),
    [
        ({"other": "?ticket="}, "ticket.invalid_service", "service exactly as at login", "the same service address"),
        (
            {"parameters": {"authenticationLevel": "MEDIUM"}},
            "ticket.insufficient_level",
            "a sign-in of level MEDIUM",
            "send the same authenticationLevel to /cas/login",
        ),
        ({"validation": ""}, None, "a validation of that ticket", "validates the ticket at http"),
    ],
    ids=["another service", "strength too low", "no validation"],
)
def test_a_loop_ends_at_a_page_and_a_line_that_say_why(
    world: World, account: Account, browser: Browser, caplog: pytest.LogCaptureFixture,
    mistake: dict[str, object], refusal: str | None, expected: str, remedy: str,
) -> None:  # fmt: skip
    sign_in(browser, world, account)
    with SmallApplication(browser.base + "/cas/", **mistake) as application:  # type: ignore[arg-type]
        browser.open(application.url)
        assert (browser.at, browser.page.status_code) == (("loop", "ready"), 409)
        assert "sent you back to EU Login 5 times within 10 seconds" in browser.text
        fields = told(world, "signin.loop")
        assert (expected in fields["expected"], remedy in fields["remedy"]) == (True, True)
        for text in (fields["expected"], fields["got"], fields["remedy"], application.url):
            assert text in browser.text
        (line,) = [record.getMessage() for record in caplog.records if "signin.loop" in record.getMessage()]
        assert "\n" not in line
        assert all(text in line for text in (world.name, application.url, expected, fields["got"], remedy))
        (noticed,) = world.journal.events(types=["loop.noticed"])
        assert noticed.person == account.email
        assert noticed.fields == {"service": application.url, "refusal": refusal}
        assert len(world.journal.events(types=["ticket.issued"])) == 5
        application.other, application.parameters, application.validation = "", {}, "laxValidate"  # mended
        browser.open(link_to(browser, "Continue to the application once more"))
        assert browser.page.text == f"signed in: {account.uid}"


def test_the_page_comes_again_where_nothing_was_mended(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account)
    with SmallApplication(browser.base + "/cas/", validation="") as application:
        browser.open(application.url)
        browser.open(link_to(browser, "Continue to the application once more"))
        assert browser.at == ("loop", "ready")
        assert len(world.journal.events(types=["loop.noticed"])) == 2


def test_a_login_request_loops_too(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account)
    with SmallApplication(browser.base + "/cas/", validation="", login={"authenticationLevel": "BASIC"}) as application:
        assert browser.open(application.url).at == ("loop", "ready")


def test_a_lost_cookie_is_left_to_the_browser_and_shows_in_the_journal(
    world: World, account: Account, browser: Browser
) -> None:
    sign_in(browser, world, account)
    with SmallApplication(browser.base + "/cas/", secure=True) as application:
        with pytest.raises(requests.TooManyRedirects):
            browser.open(application.url)
        validated = world.journal.events(types=["ticket.validated"])
        assert len(validated) > 5
        assert {(event.person, event.fields["service"]) for event in validated} == {(account.email, application.url)}
        application.secure = False  # mended
        assert browser.open(application.url).page.text == f"signed in: {account.uid}"
    assert world.journal.events(types=["loop.noticed"]) == []
    (told,) = world.journal.events(types=["signin.not_kept"])
    assert (told.person, told.fields["service"], told.fields["count"]) == (account.email, application.url, 3)
    assert "the application's own session cookie, which the browser does not bring back" in told.fields["cause"]
    assert told.fields["cause"].endswith("(namespace, names of attributes)")


@pytest.mark.parametrize(("pause", "told"), [(5, 1), (5.1, 0)])
def test_three_rounds_within_ten_seconds_are_a_loop_and_a_longer_one_is_told_once(
    world: World, move: Move, pause: float, told: int
) -> None:
    for _ in range(6 if told else 3):
        asks(world)
        end_round(world, "b", SERVICE, "ada@hospital.example")
        move(pause if len(world.journal.events()) == 0 else 0)
    assert len(world.journal.events(types=["signin.not_kept"])) == told


def test_rounds_with_a_page_in_between_and_of_other_applications_do_not_count(world: World, move: Move) -> None:
    for number in range(4):
        end_round(world, "b", SERVICE, "ada@hospital.example")
        asks(world, service=f"http://app.example/{number}")
        end_round(world, "b", f"http://app.example/{number}", "ada@hospital.example")
    assert world.journal.events(types=["signin.not_kept"]) == []


# What counts.


def test_tickets_that_were_validated_do_not_count(world: World, account: Account, browser: Browser) -> None:
    """Tests that share a browser sign in many times a second."""
    sign_in(browser, world, account)
    for _ in range(7):
        for _ in range(4):  # left as they are
            assert target(opened(browser, service=SERVICE))
        number = target(opened(browser, service=SERVICE)).partition("ticket=")[2]
        assert code(validate(browser, service=SERVICE, ticket=number)) is None


def test_tickets_that_were_refused_count_whatever_another_browser_does(
    world: World, account: Account, browser: Browser
) -> None:
    sign_in(browser, world, account)
    for _ in range(5):
        number = target(opened(browser, service=SERVICE)).partition("ticket=")[2]
        assert code(validate(browser, service=SERVICE + "/", ticket=number)) == "INVALID_SERVICE"
        other = ticket(world, account, service=SERVICE)
        assert code(validate(browser, service=SERVICE, ticket=other)) is None
    assert opened(browser, service=SERVICE).at == ("loop", "ready")


def test_the_sixth_ticket_within_ten_seconds_is_one_too_many(world: World, move: Move) -> None:
    for _ in range(5):
        assert asks(world)
        move(2.5)
    assert not asks(world)
    assert asks(world)


@pytest.mark.usefixtures("move")
@pytest.mark.parametrize("count", [1, 7])
def test_the_setting_says_how_many(world: World, count: int) -> None:
    world.settings.change({"loop.tickets": count})
    assert [asks(world) for _ in range(count + 2)] == [True] * count + [False, True]


@pytest.mark.usefixtures("move")
def test_a_lower_setting_counts_at_once_and_none_lets_loops_be(world: World) -> None:
    loop(world)
    world.settings.change({"loop.tickets": 0})
    assert all(asks(world, browser="other") for _ in range(20))
    with world.database.session() as db:
        assert [watch.browser for watch in db.query(LoopWatch)] == ["b"]
    world.settings.change({"loop.tickets": 2})
    assert not asks(world)


@pytest.mark.parametrize(("pause", "loops"), [(2.5, True), (2.51, False)])
def test_five_tickets_count_within_ten_seconds(world: World, move: Move, pause: float, loops: bool) -> None:
    for _ in range(5):
        assert asks(world)
        move(pause)
    assert asks(world) is not loops


@pytest.mark.parametrize(("pause", "loops"), [(10, True), (10.1, False)])
def test_who_comes_back_later_is_let_through(world: World, move: Move, pause: float, loops: bool) -> None:
    for _ in range(5):
        assert asks(world)
    move(pause)
    assert asks(world) is not loops


def test_slow_tickets_of_before_do_not_hide_a_loop(world: World, move: Move) -> None:
    for pause in (9, 9, 9, 1, 1, 1, 1, 1):
        assert asks(world)
        move(pause)
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
def test_two_at_the_same_instant_are_counted_both(world: World) -> None:
    threads = [threading.Thread(target=asks, args=(world,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not asks(world)


def test_the_worlds_clock_does_not_matter(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account)
    for _ in range(5):
        assert target(opened(browser, service=SERVICE))
        world.move_clock(world.clock.now() + timedelta(minutes=10))
    assert opened(browser, service=SERVICE).at == ("loop", "ready")


def test_who_signs_in_anew_each_time_does_not_loop(account: Account, browser: Browser) -> None:
    for _ in range(7):
        assert target(sign_in_by_pages(browser, account, service=SERVICE, renew="true"))


def test_the_ticket_of_a_sign_in_itself_does_not_count(world: World, account: Account, browser: Browser) -> None:
    name = f"eulogin_idp_{world.name}_sso"
    for _ in range(7):
        session = start_session(world, account, PASSWORD, fresh_for=SERVICE)
        browser.http.cookies.set(name, session.id, path=world.prefix, domain="localhost.local")
        assert target(opened(browser, service=SERVICE))


def test_who_sends_a_page_each_time_does_not_loop(world: World, account: Account, browser: Browser) -> None:
    change(world, account, warns=True)
    sign_in(browser, world, account)
    for _ in range(7):
        assert opened(browser, service=SERVICE).at[0] == "warn"
        assert target(answer_page(browser, "warn"))


def test_pages_of_eu_login_itself_do_not_loop(world: World, account: Account, browser: Browser) -> None:
    own = f"{browser.base}/cas/userdata/myAccount.cgi"
    sign_in(browser, world, account)
    for _ in range(7):
        assert browser.open("/cas/login?" + urlencode({"service": own})).at == ("account", "ready")


def test_a_redirect_page_that_goes_on_by_itself_is_no_pause(world: World, account: Account, browser: Browser) -> None:
    world.settings.change({"redirect_page": True})
    sign_in(browser, world, account)
    for _ in range(5):
        assert opened(browser, service=SERVICE).at == ("redirect", "ready")
    assert go_on(opened(browser, service=SERVICE)).at == ("loop", "ready")


# What is named.


def named(world: World, person: str | None = None) -> str:
    """What the loop's refusal says came instead."""
    with pytest.raises(Refusal) as refused:
        check_loop(world, "b", SERVICE, person=person)
    return refused.value.got


def loop(world: World) -> None:
    for _ in range(5):
        assert asks(world)


def ticket_refused(world: World, got: str, person: str | None = None) -> None:
    world.refuse(KINDS["ticket.invalid_ticket"], got=got, person=person, minutes=5)


def service_refused(world: World, got: str, service: str) -> None:
    world.refuse(KINDS["ticket.invalid_service"], got=got, service=service, difference="none")


@pytest.mark.usefixtures("move")
def test_the_last_refusal_is_named(world: World) -> None:
    loop(world)
    service_refused(world, "another", SERVICE + "?state=1")
    ticket_refused(world, "the last\none")
    assert named(world) == "the last one"
    assert told(world, "signin.loop")["expected"].endswith("that was not validated before")


@pytest.mark.usefixtures("move")
def test_a_refusal_to_the_same_page_with_a_query_is_named(world: World) -> None:
    for _ in range(5):
        assert asks(world, service=f"{SERVICE}?tab=1")
    service_refused(world, "another", SERVICE + "?tab=2")
    with pytest.raises(Refusal) as refused:
        check_loop(world, "b", f"{SERVICE}?tab=1")
    assert refused.value.got == "another"


@pytest.mark.usefixtures("move")
def test_refusals_of_before_of_other_services_and_of_pages_are_not_named(world: World) -> None:
    ticket_refused(world, "of before")
    loop(world)
    service_refused(world, "of another service", "http://app.example/")
    world.refuse(PAGE_TOO_OLD, got="of a page", minutes=60)
    assert named(world) == "5 tickets, and no ticket.validated: none was validated or refused"


@pytest.mark.usefixtures("move")
def test_refusals_of_other_people_are_not_named(world: World) -> None:
    loop(world)
    ticket_refused(world, "of the same", person="ada@hospital.example")
    ticket_refused(world, "of somebody else", person="bo@hospital.example")
    assert named(world, "ada@hospital.example") == "of the same"
    loop(world)
    ticket_refused(world, "of nobody known")
    assert named(world, "ada@hospital.example") == "of nobody known"
