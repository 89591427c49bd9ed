"""The world, the language and the site of the current request."""

from functools import lru_cache
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from babel import negotiate_locale
from flask import Response, g, redirect, request, session
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from mock_world.i18n import DEFAULT, languages, translations
from mock_world.server import SITE_KEY, WORLD_KEY
from mock_world.settings import LANGUAGE

if TYPE_CHECKING:
    from mock_world.server import Site
    from mock_world.world import World

Page = str | Response | tuple[str, int]  # what a view answers
LONG_POLL = 25.0  # seconds a waiting page's question is held
_DIGITS = 16  # more than any number has that the database gave


def current_world() -> "World":
    """The world of this request (chosen by its prefix)."""
    return cast("World", request.environ[WORLD_KEY])


def current_site() -> "Site":
    """The process's listeners and worlds."""
    return cast("Site", request.environ[SITE_KEY])


def current_language() -> str:
    """Chosen on the page, else wished by the application, else that of setting `language`, else the browser's first
    wish that is spoken, else English.

    fr-BE is answered in fr.
    """
    for chosen in (session.get("language"), g.get("wished_language"), current_world().settings[LANGUAGE]):
        if chosen in languages():
            return str(chosen)
    return _best(request.headers.get("Accept-Language", ""))


@lru_cache
def _best(wished: str) -> str:
    codes = list(parse_accept_header(wished, LanguageAccept).values())
    return negotiate_locale(codes, languages(), sep="-") or DEFAULT


def wish_language(code: str | None) -> None:
    """The language in which an application would like this page; what the person chose goes before."""
    g.wished_language = code


def translate(text: str) -> str:
    """A text in the language of this request."""
    return translations(current_language()).ugettext(text)


def translate_number(one: str, many: str, count: int) -> str:
    """A text that depends on a number."""
    return translations(current_language()).ungettext(one, many, count)


def page_url() -> str:
    """This page's own address, with its query: relative to the host."""
    query = request.query_string.decode(errors="replace")
    return quote(request.script_root + request.path) + (f"?{query}" if query else "")


def go_to(address: str) -> Response:
    """Send the browser to another page: with GET, whatever it sent."""
    return cast("Response", redirect(address, 303 if request.method == "POST" else 302))


def number_of(text: str | None) -> int:
    """The number that an address or a form names; 0, which nothing has, where it is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < _DIGITS else 0


def shows_page() -> bool:
    """Whether the browser shows what is answered, in a window or a frame."""
    return "text/html" in request.accept_mimetypes.values()
