"""A browser with script, as far as prepared worlds need one: it follows the way to the problem."""

import re
from html import unescape
from urllib.parse import urljoin

import requests

from eulogin_harness.client import World
from eulogin_harness.client.names import PreparedWorldName
from eulogin_harness.documents.prepared_worlds import LoadedAnswer
from tests.mock_idp.conftest import Browser

_FIELD = re.compile(r'<input[^>]* name="([^"]*)"[^>]* value="([^"]*)"')


class PreparedBrowser(Browser):
    """Tells by `shown` the page to which each address and form leads; goes on where a script would."""

    def __init__(self) -> None:
        super().__init__("")
        self.http.headers["Accept"] = "text/html"

    def open(self, path: str, **query: str) -> "PreparedBrowser":
        return self._at(self.http.get(path, params=query))

    def send(self, form_id: str = "", *, follow: bool = True, **fields: str) -> "PreparedBrowser":
        """Send a form of the page, the first one in its main part where none is named, with these fields."""
        forms = re.findall(r"<form([^>]*)>(.*?)</form>", self.main, re.DOTALL)
        attributes, inner = next(form for form in forms if form_id in form[0])
        action = re.search(r'action="([^"]*)"', attributes)
        there = {unescape(name): unescape(value) for name, value in _FIELD.findall(inner)}
        target = urljoin(self.page.url, unescape(action[1]) if action else "")
        return self._at(self.http.post(target, data=there | fields, allow_redirects=follow))

    def _at(self, page: requests.Response) -> "PreparedBrowser":
        self.page = page
        return self.send('id="backToApplication"') if self.shown == "prepared" else self

    @property
    def shown(self) -> str:
        """The page's name."""
        return self.at[0]

    @property
    def main(self) -> str:
        """The page's main part."""
        return self.page.text.partition('<main id="main"')[2]

    @property
    def words(self) -> str:
        """What is read there."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.main)).split())


def opened(world: World, name: PreparedWorldName) -> tuple[LoadedAnswer, PreparedBrowser]:
    """A world that is loaded, and a browser in which its problem shows."""
    loaded = world.prepared.load(name)
    return loaded, PreparedBrowser().open(loaded.url)
