"""What a recording becomes once it holds no secret any more, and what is said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Rows = Sequence[tuple[str, str]]
Outcome = Literal["good", "problem", "unknown", "no-sign-in"]


@dataclass(frozen=True)
class SetCookie:
    """A cookie that an answer sets; attributes in small letters, such as `samesite=strict`."""

    name: str
    attributes: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A request with its answer, in which each secret is a mark such as `[ticket-1]`: the same one for the same secret.

    number: in the file, from 1. origin: `https://host:port`. query, form: decoded once. cookies: names of those that
    were sent. scheme: of Authorization, in small letters. location: where the answer leads, absolute. failure: what
    the browser says where no answer came. at: None where the file has no time.
    """

    number: int
    method: str
    url: str
    origin: str
    path: str
    query: Rows
    form: Rows
    cookies: tuple[str, ...]
    scheme: str
    status: int
    location: str
    content_type: str
    set_cookies: tuple[SetCookie, ...]
    body: str
    failure: str
    at: datetime | None

    @property
    def is_redirect(self) -> bool:
        return self.status in range(300, 400)

    @property
    def is_refused(self) -> bool:
        return self.status in range(400, 600)

    @property
    def is_client_error(self) -> bool:
        return self.status in range(400, 500)

    @property
    def is_server_error(self) -> bool:
        return self.status in range(500, 600)

    def value(self, name: str) -> str:
        """The first value of a parameter, of the form or the query; empty where it was not sent."""
        return next((value for each, value in (*self.form, *self.query) if each == name), "")

    def sent(self, name: str) -> bool:
        return any(each == name for each, _ in (*self.form, *self.query))


@dataclass(frozen=True)
class Recording:
    """The entries of a file without secrets. tokens: claims and header of the JSON Web Tokens in it, by their marks."""

    entries: Sequence[Entry]
    tokens: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Finding:
    """A problem that an entry proves. name: in the catalogue. proof: the very words. got, remedy: where they are known
    better than the proof and the catalogue say."""

    name: str
    entry: Entry
    proof: str
    got: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Explanation:
    """What a recording shows.

    findings: the causing one first. mended: problems after which the sign-in came out well. steps: of the sign-in, in
    short. limits: what the file does not show. candidates: names of problems that would look like this.
    """

    outcome: Outcome
    steps: Sequence[tuple[Entry, str]] = ()
    findings: Sequence[Finding] = ()
    mended: Sequence[Finding] = ()
    limits: Sequence[str] = ()
    candidates: Sequence[str] = ()
