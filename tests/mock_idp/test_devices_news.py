"""A phone that shows a request hears of what happens to it (the app's interface, `seen`)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from mock_idp.accounts.model import Account
from mock_idp.devices import requests as phone_requests
from mock_idp.devices.model import SignInRequest
from mock_idp.devices.rules import Enrolled
from mock_world import World
from tests.mock_idp.conftest import Browser, advance
from tests.mock_idp.test_devices import signed


def send(world: World, account: Account, browser: str = "b") -> SignInRequest:
    return phone_requests.send_request(
        world, account, browser=browser, service="cpms.example", strength="PASSWORD_MOBILE_APP"
    )


def asked(browser: Browser, device: Enrolled, query: str) -> list[str]:
    found = signed("GET", f"{browser.base}/cas/app/requests?{query}", device).json()["items"]
    return [item["id"] for item in found]


@pytest.mark.parametrize(
    ("happens", "left"),
    [
        (lambda world, _, sent: phone_requests.cancel(world, sent), 0),
        (lambda world, account, _: phone_requests.end_requests(world, account.uid), 0),
        (lambda world, account, _: send(world, account), 1),
        (lambda world, account, _: send(world, account, browser="another"), 2),
        (lambda world, *_: advance(world, timedelta(minutes=10)), 0),
    ],
    ids=["cancelled", "all ended", "sent again", "another one", "lapsed"],
)
def test_it_hears_at_once(
    world: World,
    account: Account,
    device: Enrolled,
    browser: Browser,
    is_waiting: threading.Event,
    happens: Callable[[World, Account, SignInRequest], object],
    left: int,
) -> None:
    sent = send(world, account)
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(asked, browser, device, f"wait=30&seen={sent.id}")
        assert is_waiting.wait(5)
        happens(world, account, sent)
        found = asking.result()
    assert (len(found), found == [sent.id]) == (left, False)


@pytest.mark.parametrize("seen", ["", "1", ",,1", "%3Cb%3E", "1" * 10_000])
def test_what_it_did_not_see_is_news(
    world: World, account: Account, device: Enrolled, browser: Browser, seen: str
) -> None:
    sent = send(world, account)
    assert asked(browser, device, f"wait=30&seen={seen}") == [sent.id]


@pytest.fixture
def running(world: World) -> World:
    world.clock.run()
    return world


def test_it_hears_that_a_request_lapses_by_itself(
    running: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    sent = send(running, account)
    running.move_clock(sent.expires_at - timedelta(seconds=0.2))
    assert asked(browser, device, f"wait=4&seen={sent.id}") == []
