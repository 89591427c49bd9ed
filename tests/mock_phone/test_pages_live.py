"""Open screens learn what happens to their phone, without being loaded anew by hand."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from html import unescape
from typing import Any

import pytest

from mock_phone import Phone
from mock_world import World
from tests.mock_phone.browser import Browser
from tests.mock_phone.conftest import ANNA, link
from tests.mock_phone.fake_eu_login import FakeEuLogin

SCREENS = ["/home", "/settings", "/system", "/accounts", "/unlink", "/forgot-pin", "/remove", "/store", "/scan"]


def waits_at(at: Browser) -> str:
    """Where the page at hand waits for its news."""
    found = re.search(r'data-live="([^"]+)"', at.page.text)
    assert found
    path = unescape(found[1])
    return path[path.index("/phones/") :]


def news(at: Browser, address: str | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = at.get(address or waits_at(at)).json()
    return answer


def again(answer: dict[str, Any]) -> str:
    address: str = answer["again"]
    return address[address.index("/phones/") :]


@pytest.mark.parametrize("path", SCREENS)
def test_every_screen_hears_of_a_request_and_of_a_change_made_elsewhere(
    at: Browser, ready: Phone, eu_login: FakeEuLogin, path: str
) -> None:
    at.get(f"/phones/{ready.id}{path}")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(news, at)
        assert eu_login.holding.wait(5)
        number = eu_login.ask(ready.world, ANNA)
        answer = waiting.result()
    assert (answer["changed"], answer["new"], answer["phone_changed"]) == (True, [number], False)
    ready.change_settings(screen_lock=False)
    assert news(at, again(answer))["phone_changed"]


def test_it_is_news_whatever_was_done_to_the_phone_elsewhere(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    link(ready, eu_login, "ben@hospital.example")
    at.get(f"/phones/{ready.id}/home")
    told = waits_at(at)
    for deed in (
        partial(ready.change_settings, online=False),
        partial(ready.change_settings, online=True),
        partial(ready.change_settings, biometrics="face"),
        partial(ready.change_settings, auto_approve=True),
        partial(ready.scan, payload=eu_login.sign_in_code(ANNA)),
        ready.forget_scan,
        partial(ready.switch_account, ANNA),
        ready.uninstall,
    ):
        deed()
        answer = news(at, told)
        assert answer["phone_changed"]
        told = again(answer)


@pytest.mark.parametrize("switch", ["online", "notifications"])
def test_without_network_or_notifications_no_request_comes_by_itself(
    at: Browser, ready: Phone, eu_login: FakeEuLogin, switch: str
) -> None:
    off: dict[str, Any] = {switch: False}
    ready.change_settings(**off)
    at.get(f"/phones/{ready.id}/home")
    assert "Refresh" in at.page.text
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(news, at)
        eu_login.ask(ready.world, ANNA)
        ready.change_settings(camera=False)
        answer = waiting.result()
    assert (answer["phone_changed"], answer["requests"]) == (True, [])


@pytest.mark.parametrize("offset", [timedelta(0), timedelta(minutes=-7)])
def test_the_status_bar_goes_with_the_clock(at: Browser, ready: Phone, world: World, offset: timedelta) -> None:
    ready.change_settings(clock_offset=offset)
    at.get(f"/phones/{ready.id}/settings")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(news, at)
        world.advance_clock(timedelta(minutes=7))
        answer = waiting.result()
    assert (answer["changed"], answer["time"]) == (False, "17:07" if not offset else "17:00")


def test_trouble_with_eu_login_is_news_and_so_is_its_end(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    at.get(f"/phones/{ready.id}/home")
    eu_login.broken = True
    answer = news(at)
    assert answer["changed"]
    assert "does not understand" in answer["trouble"]
    at.get(f"/phones/{ready.id}/home")
    assert at.where == ("phone-home", "trouble")
    eu_login.broken = False
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(news, at, again(answer))
        ready.change_settings(camera=False)
        assert waiting.result()["changed"]


def test_a_blocked_phone_does_not_ask_again_and_again(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    next(iter(eu_login.devices.values())).tries_left = 0
    at.get(f"/phones/{ready.id}/home")
    assert at.where == ("phone-home", "blocked")
    told = len(ready.world.journal.events())
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(news, at)
        ready.change_settings(camera=False)
        assert waiting.result()["phone_changed"]
    assert [event.type for event in ready.world.journal.events()[told:]] == ["phone.settings_changed"]


def test_an_open_request_screen_hears_of_another_and_of_each_end(
    at: Browser, ready: Phone, eu_login: FakeEuLogin
) -> None:
    first = eu_login.ask(ready.world, ANNA)
    at.get(f"/phones/{ready.id}/requests/{first}/pin")
    second = eu_login.ask(ready.world, ANNA)
    answer = news(at)
    assert (answer["requests"], answer["new"]) == (sorted([first, second]), [second])
    for ended, left in ((first, [second]), (second, [])):
        eu_login.holding.clear()
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(news, at, again(answer))
            assert eu_login.holding.wait(5)
            ready.deny(request=ended)
            answer = waiting.result()
        assert answer["requests"] == left


@pytest.mark.parametrize("seen", ["", f"?seen=%00{'x,' * 2000}&mark=<b>&time=x&trouble=nothing"])
def test_a_question_that_no_screen_asks_is_answered(at: Browser, ready: Phone, seen: str) -> None:
    ready.change_settings(online=False)
    assert "<b>" not in at.get(f"/phones/{ready.id}/live{seen}").text
    assert at.page.json()["changed"]


def test_the_list_of_phones_says_how_each_of_them_is(at: Browser, ready: Phone, world: World) -> None:
    ready.change_settings(online=False, auto_approve=True)
    Phone.create(world)
    text = at.get("/").text
    assert all(words in text for words in ("Linked", "Offline", "Approves by itself", "App not installed"))
