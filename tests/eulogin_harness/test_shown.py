"""Where a browser is, in words."""

import pytest

from eulogin_harness.browser.shown import in_words

NOTHING = {
    "url": "http://a.example/",
    "title": "",
    "actor": "",
    "name": "",
    "state": "",
    "heading": "",
    "notice": "",
    "text": "",
}


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (
            {"actor": "idp", "name": "sign-in", "state": "ready", "heading": "Sign in", "notice": "Wrong password."},
            "page 'sign-in' of EU Login in state 'ready', headed “Sign in”, which says “Wrong password.”, at http://a.example/",
        ),
        (
            {"title": "Forbidden", "text": "no"},
            "a page that is none of the mock's, headed “Forbidden”, at http://a.example/",
        ),
        ({"text": "Oops"}, "a page that is none of the mock's, which begins “Oops”, at http://a.example/"),
    ],
)
def test_a_page_is_said_in_words(shown: dict[str, str], words: str) -> None:
    assert in_words(NOTHING | shown) == words


@pytest.mark.parametrize(
    ("url", "shortened"),
    [
        (f"http://a.example/in?ticket=ST-12345{'6' * 40}&b=1", "http://a.example/in?ticket=ST-12345…&b=1"),
        (f"http://a.example/cas/link.cgi?{'t' * 64}", "http://a.example/cas/link.cgi?tttttttt…"),
        ("http://a.example/in?service=http%3A%2F%2Fb.example", "http://a.example/in?service=http%3A%2F%2Fb.example"),
    ],
)
def test_an_address_is_shown_without_what_is_good_for_something(url: str, shortened: str) -> None:
    assert in_words(NOTHING | {"url": url}).endswith(f"at {shortened}")
