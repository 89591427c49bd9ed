"""What holds for all pages alike, whatever is sent to them."""

import re

import pytest

from mock_idp import create_app
from mock_idp.accounts.model import Account
from mock_idp.common.strength_names import PASSWORD_MOBILE_APP
from mock_idp.factors.devices.enrolment import Enrolled
from mock_idp.factors.devices.rules import devices_of
from mock_idp.signin.sessions import find_session, start_session
from mock_world import World
from tests.mock_idp.conftest import Browser

EVERY_PAGE = sorted(
    str(rule) for rule in create_app().url_map.iter_rules() if "GET" in (rule.methods or ()) and "<" not in str(rule)
)


def happened(world: World) -> list[str]:
    """The journal without refusals."""
    return [event.type for event in world.journal.events() if "expected" not in event.fields]


def test_asking_for_heads_changes_nothing(world: World, browser: Browser, account: Account, device: Enrolled) -> None:
    """HEAD is GET without a body, and a page elsewhere may send it without any token."""
    (phone,) = devices_of(world, account.uid)
    sso = start_session(world, account, PASSWORD_MOBILE_APP)
    browser.http.cookies.set(f"eulogin_idp_{world.name}_sso", sso.id)
    before = happened(world)
    for page in EVERY_PAGE:
        if "/app/" not in page and not page.endswith("/state"):
            answer = browser.http.head(f"{browser.base}{page}?device={phone.id}&key=1", allow_redirects=False)
            assert answer.status_code < 500, page
            assert answer.content == b""
    assert happened(world) == before
    assert find_session(world, sso.id) is not None
    assert [one.name for one in devices_of(world, account.uid)] == ["My phone"]


def test_every_page_has_one_heading(world: World, browser: Browser, account: Account, device: Enrolled) -> None:
    (phone,) = devices_of(world, account.uid)
    sso = start_session(world, account, PASSWORD_MOBILE_APP)
    browser.http.cookies.set(f"eulogin_idp_{world.name}_sso", sso.id)
    for page in EVERY_PAGE:
        if "/app/" not in page and not page.endswith("/state"):
            answer = browser.http.get(f"{browser.base}{page}?device={phone.id}", headers={"Accept": "text/html"})
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                headings = re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text)
                assert len(headings) == 1, page
                assert re.sub(r"<[^>]*>", "", headings[0]), page


@pytest.mark.parametrize("page", ["/cas/login", "/cas/eim/external/register.cgi", "/cas/init/passwordResetRequest.cgi"])
def test_files_and_json_in_place_of_texts_are_as_good_as_nothing(browser: Browser, page: str) -> None:
    token = dict(browser.open(page).hidden)["csrf_token"]
    names = ("username", "password", "firstName", "lastName", "email", "emailConfirm", "captcha")
    parts = dict.fromkeys(names, ("file.txt", b"x"))
    for sent in ({"data": {"csrf_token": token}, "files": parts}, {"json": {name: [1] for name in names}}):
        answer = browser.http.post(browser.base + page, headers={"X-CSRFToken": token}, **sent)
        assert answer.status_code < 500
