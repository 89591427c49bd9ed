"""A browser with script, as far as prepared worlds need one: it follows the way to the problem."""

import re
from html import unescape
from typing import NamedTuple
from urllib.parse import urljoin

import requests

from eulogin_harness.client import World
from eulogin_harness.documents.prepared_worlds import LoadedAnswer

_PAGE = re.compile(r'<body[^>]* data-page="([^"]*)" data-state="([^"]*)"')
_FIELD = re.compile(r'<input[^>]* name="([^"]*)"[^>]* value="([^"]*)"')


class Shown(NamedTuple):
    """A page with its state; text: without tags."""

    page: str
    state: str
    text: str
    html: str
    url: str


class PreparedBrowser:
    """One browser; `at` is the page that it shows."""

    def __init__(self) -> None:
        self.http = requests.Session()
        self.http.headers["Accept"] = "text/html"
        self.at = Shown("", "", "", "", "")

    def open(self, url: str, **query: str) -> Shown:
        return self._show(self.http.get(url, params=query, timeout=10))

    def send(self, form_id: str = "", **fields: str) -> Shown:
        """Send a form of the page, the first one in its main part where none is named, with these fields."""
        main = self.at.html.partition('<main id="main"')[2]
        forms = re.findall(r"<form([^>]*)>(.*?)</form>", main, re.DOTALL)
        attributes, inner = next(form for form in forms if form_id in form[0])
        action = re.search(r'action="([^"]*)"', attributes)
        hidden = {unescape(name): unescape(value) for name, value in _FIELD.findall(inner)}
        target = urljoin(self.at.url, unescape(action[1]) if action else "")
        return self._show(self.http.post(target, data=hidden | fields, timeout=10))

    def _show(self, answer: requests.Response) -> Shown:
        page, state = match.groups() if (match := _PAGE.search(answer.text)) else ("", "")
        main = answer.text.partition('<main id="main"')[2]
        text = " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())
        self.at = Shown(page, state, text, answer.text, answer.url)
        return self.send('id="backToApplication"') if page == "prepared" else self.at


def opened(world: World, name: str) -> tuple[LoadedAnswer, PreparedBrowser]:
    """A world that is loaded, and a browser in which its problem shows."""
    loaded, browser = world.prepared.load(name), PreparedBrowser()
    browser.open(loaded.url)
    return loaded, browser
