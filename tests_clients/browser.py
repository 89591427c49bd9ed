"""A small browser without script: opens pages, sends their forms, keeps cookies."""

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Self
from urllib.parse import urljoin

import requests

from eulogin_harness.documents.people import Persona

PATIENCE = 20  # seconds for one page


class Browser:
    """Cookies know no ports, as in every browser: all servers on one host see the same ones.

    authority: PEM file to trust.
    """

    def __init__(self, authority: Path | None = None) -> None:
        self.http = requests.Session()
        self.http.trust_env = False
        if authority is not None:
            self.http.verify = str(authority)
        self.page: requests.Response

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def open(self, url: str) -> Self:
        self.page = self.http.get(url, timeout=PATIENCE)
        return self

    def send(self, **fields: str) -> Self:
        """Send the first form of what the page is about: its hidden fields stay as they are unless given."""
        _, _, main = self.page.text.rpartition("<main")
        form = re.search(r'<form[^>]*method="post"[^>]*>.*?</form>', main, re.DOTALL)
        assert form, f"expected a form at {self.page.url}, but the page says: {self.text[:300]}"
        action = re.match(r'<form[^>]*\baction="([^"]*)"', form[0])
        url = urljoin(self.page.url, unescape(action[1])) if action else self.page.url
        return self.post(url, _hidden(form[0]) | fields)

    def post(self, url: str, data: Mapping[str, str]) -> Self:
        """Send fields of a form of the current page."""
        self.page = self.http.post(url, data=data, timeout=PATIENCE)
        return self

    def sign_in(self, person: Persona, strength: str = "PASSWORD") -> Self:
        """From EU Login's first page to what comes after the password."""
        self.send(username=person.email)
        return self.send(password=person.password or "", loginStrength=strength)

    def use_another_account(self) -> Self:
        """By the link of the sign-in page, which remembers who was here."""
        link = re.search(r'<a[^>]*id="anonymize"[^>]*>', self.page.text)
        address = re.search(r'href="([^"]*)"', link[0]) if link else None
        assert address, f"expected a link to sign in as somebody else at {self.page.url}"
        return self.open(urljoin(self.page.url, unescape(address[1])))

    def forget(self, name: str) -> None:
        """Lose the cookies of that name. Raises KeyError where there is none."""
        found = [cookie for cookie in self.http.cookies if cookie.name == name]
        if not found:
            raise KeyError(name)
        for cookie in found:
            self.http.cookies.clear(cookie.domain, cookie.path, cookie.name)

    @property
    def at(self) -> str:
        """Which page of the mock is shown; empty on pages of others."""
        found = re.search(r'data-page="([^"]*)"', self.page.text)
        return found[1] if found else ""

    @property
    def text(self) -> str:
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.page.text)))


def _hidden(form: str) -> dict[str, str]:
    tags = re.findall(r'<input[^>]*type="hidden"[^>]*>', form)
    named = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags]
    return {name[1]: unescape(value[1]) if value else "" for name, value in named if name}
