"""Somebody at a browser, without the browser."""

import html
import re
from typing import Any, Self

import requests

from mock_cpms.people import Person, know_person
from mock_world import World
from tests.mock_cpms.fake_eulogin import FakeEuLogin, Somebody
from tests.mock_cpms.fake_openid import FakeOpenId

NORA = Somebody()
HELGA = Somebody("n00helga", "helga.desk@paedcan.ern.example", "Helga", "Desk")

Answer = str | list[str]
ANSWERS: dict[str, Answer] = {
    "country": "AT",
    "hospital": "St. Anna Children's Hospital / CCRI",
    "role": "Physician",
    "specialty": "Paediatric oncology",
    "networks": ["PaedCAN"],
    "terms": "y",
}


def known(world: World, somebody: Somebody = NORA) -> Person:
    """CPMS knows them, as if they had signed in."""
    return know_person(
        world,
        uid=somebody.uid,
        email=somebody.email,
        first_name=somebody.first_name,
        last_name=somebody.last_name,
    )


class Page:
    """What came back: which page it is, and its words."""

    def __init__(self, response: requests.Response) -> None:
        self.status = response.status_code
        self.url = response.url
        self.headers = response.headers
        self.seconds = sum(step.elapsed.total_seconds() for step in [*response.history, response])
        self.came_by = [step.status_code for step in response.history]
        self.html = response.text
        self.name = self._first(r'data-page="([^"]*)"')
        self.state = self._first(r'data-page="[^"]*" data-state="([^"]*)"')
        self.text = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.text)))

    def _first(self, pattern: str) -> str:
        found = re.search(pattern, self.html)
        return html.unescape(found[1]) if found else ""

    @property
    def csrf_token(self) -> str:
        return self._first(r'name="csrf_token"[^>]*value="([^"]*)"')

    def value_of(self, field: str) -> str:
        return self._first(rf'<input [^>]*id="{field}"[^>]*value="([^"]*)"')


class Visitor:
    """Opens pages and sends their forms; signs in through the stand-in for EU Login."""

    def __init__(self, base: str, eulogin: FakeEuLogin | FakeOpenId) -> None:
        self._base = base
        self._eulogin = eulogin
        self._session = requests.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def open(self, path: str, headers: dict[str, str] | None = None) -> Page:
        return Page(self._session.get(self._base + path, headers=headers))

    def send(self, path: str, **fields: Answer) -> Page:
        """Open the page with the form, then send it."""
        token = self.open(path).csrf_token
        return Page(self._session.post(self._base + path, data=fields | {"csrf_token": token}))

    def sign_in(self, somebody: Somebody = NORA) -> Page:
        self._eulogin.somebody = somebody
        return self.open("/screen/signin")

    def sign_out(self, *, everywhere: bool = False) -> Page:
        token = self.open("/screen/home").csrf_token
        return self.post("/screen/signout" + "/eu-login" * everywhere, csrf_token=token)

    def post(self, path: str, **fields: Answer) -> Page:
        """Send a form as it stood on some page before; `csrf_token` is among the fields."""
        return Page(self._session.post(self._base + path, data=fields))

    def time_left(self) -> dict[str, Any]:
        """What the page asks that counts down for a new account."""
        left: dict[str, Any] = self._session.get(self._base + "/screen/signin/time-left").json()
        return left

    def ask_for_access(self, *networks: str) -> Page:
        """The whole way of a newcomer, up to the status page."""
        self.sign_in()
        self.send("/screen/profile", **ANSWERS | {"networks": list(networks) or ["PaedCAN"]})
        return self.send("/screen/access-request", comment="Please.")
