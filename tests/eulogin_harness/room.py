"""The control room without a browser."""

import re
from html import unescape

import requests


class Room:
    """The desk's pages, their forms sent as they stand."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()

    def page(self, path: str = "/") -> str:
        return unescape(self.session.get(self.base + path, timeout=30).text)

    def text(self, path: str = "/") -> str:
        """What a page says, without its tags."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.page(path)))

    def mark(self) -> str:
        """Of the newest line in the journal, as the page has it."""
        match = re.search(r'data-last-event="([^"]+)"', self.page())
        assert match is not None
        return match[1]

    def news(self, seen: str) -> object:
        return self.session.get(f"{self.base}/changes?after={seen}", timeout=5).json()["last"]

    def send(self, path: str, *, page: str | None = None, **fields: str | tuple[str, bytes]) -> str:
        """Send a form of `page` (left out: the one of that path); the page that comes then. A tuple is a file."""
        form = self.page(path if page is None else page)
        hidden = dict(re.findall(r'name="(csrf_token|next)"[^>]* value="([^"]+)"', form))
        files = {name: value for name, value in fields.items() if isinstance(value, tuple)}
        data = hidden | {name: value for name, value in fields.items() if isinstance(value, str)}
        answer = self.session.post(self.base + path, data=data, files=files or None, timeout=30)
        return unescape(answer.text)
