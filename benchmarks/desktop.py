"""A person's browser at EU Login, as far as the wire sees it."""

import re
from typing import Self
from urllib.parse import parse_qs, urlsplit

import requests

from eulogin_harness.documents.people import Persona

APP = "PASSWORD_MOBILE_APP"
PASSWORD = "PASSWORD"
TIMEOUT = 60  # seconds
_HIDDEN = re.compile(r'name="(\w+)" type="hidden" value="([^"]*)"')


class Desktop:
    """One browser session. `base`: address of EU Login."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = requests.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def sign_in(self, person: Persona, strength: str = PASSWORD) -> str:
        """From the first page to what the password leads to: its address."""
        page = self._get("/cas/login")
        page = self._send(page, username=person.email)
        page = self._send(page, password=person.password or "", loginStrength=strength)
        return page.headers["Location"]

    def _get(self, path: str) -> requests.Response:
        return self.http.get(self.base + path, timeout=TIMEOUT, allow_redirects=False)

    def _send(self, page: requests.Response, **fields: str) -> requests.Response:
        hidden = dict(_HIDDEN.findall(page.text))
        return self.http.post(page.url, data=hidden | fields, timeout=TIMEOUT, allow_redirects=False)

    def ask_phone(self, person: Persona) -> str:
        """Sign in as far as waiting for the phone: the request's id."""
        (number,) = parse_qs(urlsplit(self.sign_in(person, APP)).query)["request"]
        return number

    def state_address(self, request: str) -> str:
        """What the waiting page asks, and is answered when the phone was."""
        return f"{self.base}/cas/login/state?request={request}"

    def wait_and_go_on(self, request: str) -> str:
        """What the waiting page's script does: wait for the answer, then open the page again, which leads on."""
        state = self.http.get(self.state_address(request), timeout=TIMEOUT).json()["state"]
        page = self._get(f"/cas/login?request={request}")
        if state != "approved" or "Location" not in page.headers:
            raise RuntimeError(
                f"expected an approved request, but it is {state}, and the page answers {page.status_code}"
            )
        return page.headers["Location"]

    @property
    def cookies(self) -> str:
        """As a header."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)
