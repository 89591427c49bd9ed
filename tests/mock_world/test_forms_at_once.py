"""Forms of pages that a browser opens at once, and forms that another site forged."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests

from mock_world import World, WorldSpec
from mock_world.server import Site
from tests.mock_world.conftest import NOON
from tests.mock_world.test_web import PAGE, TIMEOUT, small_app, url

FRAMES = 4
SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    apps = {actor: small_app(tmp_path_factory.mktemp(actor), actor) for actor in ("idp", "desk")}
    with Site(apps) as site:
        yield site


@pytest.fixture
def world(site: Site) -> World:
    return site.worlds.create(spec=WorldSpec(now=NOON, frozen=True))


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    with requests.Session() as browser:
        browser.headers.update(PAGE)
        yield browser


def token_of(answer: requests.Response) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', answer.text)
    assert found
    return found[1]


def open_at_once(world: World, browser: requests.Session) -> list[str]:
    """Open several first pages in the same moment, none with a cookie; returns the tokens of their forms."""
    together = Barrier(FRAMES)

    def first_page(_: int) -> requests.Response:
        together.wait(TIMEOUT)
        return requests.get(url(world, "/form"), headers=PAGE, timeout=TIMEOUT)

    with ThreadPoolExecutor(FRAMES) as frames:
        answers = list(frames.map(first_page, range(FRAMES)))
    for answer in answers:
        browser.cookies.update(answer.cookies)  # the last one wins
    return [token_of(answer) for answer in answers]


def send(browser: requests.Session, world: World, token: str, headers: dict[str, str]) -> int:
    data = {"csrf_token": token, "language": "fr", "next": "/"}
    sent = browser.post(url(world, "/language"), data, headers=headers, timeout=TIMEOUT, allow_redirects=False)
    return sent.status_code


def test_the_form_of_each_page_that_was_opened_at_once_counts(world: World, browser: requests.Session) -> None:
    tokens = open_at_once(world, browser)
    assert len(set(tokens)) == FRAMES
    assert [send(browser, world, token, SAME) for token in tokens] == [303] * FRAMES


def test_an_older_browser_says_it_by_the_origin(world: World, browser: requests.Session) -> None:
    own = {"Origin": url(world).removesuffix(f"{world.prefix}/")}
    assert [send(browser, world, token, own) for token in open_at_once(world, browser)] == [303] * FRAMES


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:9"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "own"},
    ],
)
@pytest.mark.threat("A page of another origin, also of another port, sends a form with a token that it fetched itself")
def test_a_form_that_another_site_forged_is_refused(
    world: World, browser: requests.Session, headers: dict[str, str]
) -> None:
    """Even the one whose cookie it planted: browsers share cookies between the ports of a host."""
    own = url(world).removesuffix(f"{world.prefix}/")
    sent = {name: own if value == "own" else value for name, value in headers.items()}
    assert [send(browser, world, token, sent) for token in open_at_once(world, browser)] == [400] * FRAMES


def test_a_script_that_says_nothing_of_where_it_is_has_its_own_forms_alone(
    world: World, browser: requests.Session
) -> None:
    assert [send(browser, world, token, {}) for token in open_at_once(world, browser)] == [400, 400, 400, 303]


def test_a_referer_tells_the_origin_where_nothing_else_does(world: World, browser: requests.Session) -> None:
    token = open_at_once(world, browser)[-1]
    assert send(browser, world, token, {"Referer": url(world, "/form")}) == 303
    assert send(browser, world, token, {"Referer": "http://localhost:9/form"}) == 400


def test_what_is_no_token_is_refused_wherever_it_comes_from(world: World, browser: requests.Session) -> None:
    open_at_once(world, browser)
    for token in ("", "x", "x.y.z", "x" * 10_000, "\u0391\u03b8\u03ae\u03bd\u03b1"):
        assert send(browser, world, token, SAME) == 400


def test_a_page_of_before_is_refused_once_the_session_is_another(world: World, browser: requests.Session) -> None:
    """As after signing in, which clears the session."""
    tokens = open_at_once(world, browser)
    browser.get(url(world, "/clear/ada"), timeout=TIMEOUT)
    assert [send(browser, world, token, SAME) for token in tokens] == [400] * FRAMES


def test_pages_opened_at_once_in_a_session_share_its_token(world: World, browser: requests.Session) -> None:
    open_at_once(world, browser)
    browser.get(url(world, "/clear/ada"), timeout=TIMEOUT)
    cookies = browser.cookies.copy()
    tokens = [token_of(requests.get(url(world, "/form"), cookies=cookies, timeout=TIMEOUT)) for _ in range(2)]
    assert [send(browser, world, token, {}) for token in tokens] == [303, 303]


def test_a_first_page_of_another_world_or_actor_or_before_a_reset_does_not_count(
    site: Site, world: World, browser: requests.Session
) -> None:
    of_other_world = open_at_once(site.worlds.create(spec=WorldSpec(now=NOON, frozen=True)), requests.Session())[0]
    of_other_actor = token_of(requests.get(world.addresses.public("desk", "/form"), headers=PAGE, timeout=TIMEOUT))
    of_before = open_at_once(world, browser)[0]
    site.worlds.reset(world)
    open_at_once(world, browser)
    assert [send(browser, world, one, SAME) for one in (of_other_world, of_other_actor, of_before)] == [400] * 3
