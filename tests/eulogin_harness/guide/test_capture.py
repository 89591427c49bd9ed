"""What of a page is in a picture."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from eulogin_harness.guide.capture import take

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
OF_THE_MOCK = "http://eulogin.localhost:8401/w/guide/cas/init?1, http://app.localhost/x"
IN_PICTURES = "https://eulogin.example/cas/init?1, http://app.localhost/x"


@pytest.fixture(scope="module")
def page(browser: "Browser") -> "Iterator[Page]":
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("frame", ["<p>{}</p>", "<iframe srcdoc='<p>{}</p>'></iframe>"], ids=["page", "mail"])
def test_addresses_of_the_mock_are_those_of_an_invented_site_in_pictures_alone(page: "Page", frame: str) -> None:
    pictures = []
    for text in (OF_THE_MOCK, IN_PICTURES):
        page.set_content(frame.format(text))
        pictures.append(take(page, None, "page").png)
        assert text in page.frames[-1].locator("body").inner_text()
    assert pictures[0] == pictures[1]


def test_what_is_there_for_screen_readers_alone_keeps_no_mark_away(page: "Page") -> None:
    hidden = "position: absolute; width: 1px; height: 1px; overflow: hidden"
    page.set_content(f"<p><button>Go on</button><span style='{hidden}'>4 digits entered</span></p>")
    shot = take(page, page.get_by_role("button"), "page")
    assert len(shot.lines) == 1
