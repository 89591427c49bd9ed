"""The application that is graded: where it is, where it asks for sign-in, how it shows who is signed in."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin, urlsplit

Protocol = Literal["cas", "openid"]


@dataclass(frozen=True)
class Description:
    """What its owner says of an application; what is left out is looked for.

    url: where it is. sign_in: path or address of a page that asks for sign-in. signed_in: how one sees that somebody is
    signed in: `text:Hello`, `css:.user`, or `json:/api/me`, an address that answers JSON about the user. sign_out: path
    or address that signs out by GET, or the words on the link or button that does. return_to: name of the parameter of
    `sign_in` that holds the address to come back to. staff_only: it is for staff, not for people who registered
    themselves.
    """

    url: str
    sign_in: str = ""
    signed_in: str = ""
    sign_out: str = ""
    return_to: str = ""
    staff_only: bool = False

    def at(self, address: str) -> str:
        """The whole address of a path of the application."""
        return urljoin(self.url.rstrip("/") + "/", address)


@dataclass(frozen=True)
class Application:
    """An application as it was found to be.

    protocol: what it speaks to EU Login. sign_in: page that asks for sign-in. shows: page on which one sees who is
    signed in. sign: what is on it then, as in Description, or SIGN_OF_PAGE, SIGN_OF_USER. service: the address to which
    EU Login sends browsers back (`redirect_uri` of OpenID Connect). client_id: empty with CAS. demand: what it asked of
    the sign-in, parameters of CAS's /login or of /authorize. sign_out: as in Description; empty where none was found.
    marks: what of a user it shows: `uid`, `email`, `name`. sign_in_button: words on the button of `sign_in`
    that leads to EU Login; empty where the page leads there by itself.
    """

    description: Description
    protocol: Protocol
    sign_in: str
    shows: str
    sign: str
    service: str
    client_id: str
    demand: tuple[tuple[str, str], ...]
    sign_out: str
    marks: frozenset[str]
    sign_in_button: str = ""

    @property
    def origin(self) -> str:
        """Scheme, host and port of its pages."""
        parts = urlsplit(self.service)
        return f"{parts.scheme}://{parts.netloc}"

    def requested(self, name: str) -> str | None:
        """A parameter that it sends with the browser to EU Login."""
        return next((value for each, value in self.demand if each == name), None)


SIGN_OUT_WORDS = re.compile(r"sign.?out|sign.?off|log.?out|log.?off|déconn|abmeld", re.IGNORECASE)
SIGN_OF_PAGE = "page"  # the page is shown to nobody else
SIGN_OF_USER = "user"  # the page shows something of the user


def sign_parts(sign: str) -> tuple[str, str]:
    """Kind and value of `text:Hello`. Raises ValueError with a sentence."""
    kind, colon, value = sign.partition(":")
    if kind not in {"text", "css", "json"} or not colon or not value.strip():
        raise ValueError(f"expected text:..., css:... or json:/path, how one sees who is signed in; got {sign!r}")
    return kind, value.strip()
