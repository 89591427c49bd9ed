"""A browser without script for one world's phones."""

import re

import requests


class Browser:
    """Follows links and sends forms of one world's phones."""

    def __init__(self, session: requests.Session, base: str) -> None:
        self._session = session
        self._base = base

    def get(self, path: str) -> requests.Response:
        self.page = self._session.get(self._base + path, timeout=10)
        return self.page

    def post(self, path: str, files: dict[str, tuple[str, bytes]] | None = None, **data: str) -> requests.Response:
        token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', self.page.text)
        assert token
        sent = {"csrf_token": token[1], **data}
        self.page = self._session.post(self._base + path, data=sent, files=files, timeout=10)
        return self.page

    @property
    def where(self) -> tuple[str, str]:
        """`data-page` and `data-state` of the page at hand."""
        found = re.search(r'<body data-page="([^"]*)" data-state="([^"]*)"', self.page.text)
        assert found
        return found[1], found[2]
