"""Finds out how an application signs people in: what it speaks, where it asks, how it shows who is signed in."""

import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from eulogin_harness.grade.application import (
    SIGN_OF_PAGE,
    SIGN_OF_USER,
    SIGN_OUT_WORDS,
    Application,
    Description,
    sign_parts,
)
from eulogin_harness.grade.outcomes import NotDone
from eulogin_harness.grade.trial import Trial
from mock_world.addresses import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from eulogin_harness.grade.people import User
    from eulogin_harness.grade.stand_in import StandIn
    from eulogin_harness.grade.visitor import Visitor

_IN = re.compile(r"sign.?in|log.?in|connexion|connecter|anmeld|einloggen|eu login", re.IGNORECASE)
_USUAL_IN = ("/private", "/login", "/accounts/login/", "/sign-in", "/account", "/profile", "/admin/", "/secure")
_USUAL_SHOWS = ("/", "/api/me", "/me", "/userinfo", "/profile", "/account")
_TIME = 30.0  # seconds that it may take


def find(description: Description, stand_in: "StandIn", browser: "Browser") -> Application:
    """The application as it is. Raises NotDone with what is missing and which option says it."""
    start = Application(description, "cas", "", "", SIGN_OF_PAGE, "", "", (), "", frozenset())
    trial = Trial(start, stand_in, browser, _TIME)
    try:
        trial.application = _with_sign_in(trial)
        trial.application = _with_signs(trial)
        return trial.application
    finally:
        trial.close()


def _with_sign_in(trial: Trial) -> Application:
    """Where it asks for sign-in, and what it asks for."""
    visitor = trial.visitor()
    description = trial.application.description
    tried = []
    for address in [description.sign_in] if description.sign_in else _candidates(visitor, description):
        tried.append(address)
        trial.application = replace(trial.application, sign_in=description.at(address), sign_in_button="")
        with suppress(NotDone):
            return _speaking(trial.application, visitor.begin())
        trial.application = replace(trial.application, sign_in_button=_sign_in_button(visitor))
        with suppress(NotDone):
            if trial.application.sign_in_button:
                return _speaking(trial.application, visitor.begin())
    expected = f"a page of {description.url} that leads to EU Login at {trial.world.addresses.public('idp', '/cas')}"
    raise NotDone(
        f"expected {expected}; tried {', '.join(tried)}, and came to {visitor.page.url}. Say by --sign-in which page "
        "asks for sign-in, and let the application use that address of EU Login"
    )


def _sign_in_button(visitor: "Visitor") -> str:
    """The words on a button of the page shown that offers to sign in; empty where there is none."""
    script: str = "all => all.map(one => one.innerText || one.value || '')"
    words: list[str] = visitor.page.locator("button, input[type=submit]").evaluate_all(script)
    return next((text.strip() for text in words if _IN.search(text)), "")


def _candidates(visitor: "Visitor", description: Description) -> "Iterator[str]":
    seen = visitor.open(description.url)
    if seen.problem:
        raise NotDone(
            f"expected an application at {description.url}; got {seen.problem}. Start it, or mend the address"
        )
    yield description.url
    links = visitor.page.locator("a[href]").evaluate_all("links => links.map(link => [link.innerText, link.href])")
    for text, address in links:
        if _IN.search(text) and split(address).netloc == urlsplit(description.url).netloc:
            yield address
    yield from _USUAL_IN


def _speaking(application: Application, parameters: dict[str, str]) -> Application:
    demand = tuple(parameters.items())
    if "client_id" in parameters:
        service, client = parameters.get("redirect_uri", ""), parameters["client_id"]
        return replace(application, protocol="openid", service=service, client_id=client, demand=demand)
    return replace(application, protocol="cas", service=parameters.get("service", ""), demand=demand)


def _with_signs(trial: Trial) -> Application:
    """How it shows who is signed in, and where it signs out."""
    user = trial.user()
    visitor = trial.visitor(user)
    visitor.arrive()
    landed = visitor.page.url
    if visitor.is_at_eu_login() or visitor.loops():
        raise NotDone(
            f"expected the browser to come back from EU Login to the application signed in; it stands at {landed}. "
            "The journal of EU Login's mock says why: `eulogin-harness explain` or the control room"
        )
    application = _with_sign(trial, visitor, user, landed)
    trial.application = application
    seen = visitor.look()
    if not seen.signed_in:
        raise NotDone(
            f"expected to see at {application.shows} that {user.uid} ({user.name}, {user.email}) is signed in; got "
            f"{seen}. Say by --signed-in how one sees it: text:..., css:..., or json:/path"
        )
    sign_out = application.description.sign_out or _sign_out(visitor)
    return replace(application, sign_out=sign_out, marks=frozenset(user.marks_in(seen.text)))


def _with_sign(trial: Trial, visitor: "Visitor", user: "User", landed: str) -> Application:
    application = trial.application
    said = application.description.signed_in
    if said:
        kind, value = sign_parts(said)
        shows = application.description.at(value) if kind == "json" else _page_that_shows(trial, visitor, landed)
        return replace(application, shows=shows, sign=said)
    for shows in (application.sign_in, _without_ticket(landed), *map(application.description.at, _USUAL_SHOWS)):
        text = _text_at(trial, visitor, shows)
        marks = user.marks_in(text or "")
        if marks:
            sign = SIGN_OF_PAGE if _is_guarded(trial, shows) else SIGN_OF_USER
            return replace(application, shows=shows, sign=sign, marks=frozenset(marks))
    shows = _page_that_shows(trial, visitor, landed)
    if not _is_guarded(trial, shows):
        raise NotDone(
            f"expected a page that shows who is signed in: neither {shows} nor the usual ones name {user.uid}, "
            f"{user.email} or the name. Say by --signed-in how one sees it: text:..., css:..., or json:/path"
        )
    return replace(application, shows=shows, sign=SIGN_OF_PAGE)


def _page_that_shows(trial: Trial, visitor: "Visitor", landed: str) -> str:
    """The page that asked for sign-in, where it is shown afterwards; else the one on which the browser arrived."""
    sign_in = trial.application.sign_in
    return sign_in if _text_at(trial, visitor, sign_in) is not None else _without_ticket(landed)


def _text_at(trial: Trial, visitor: "Visitor", address: str) -> str | None:
    """The text of a page that is shown without EU Login; None where it is not."""
    with trial.eu_login_closed() as stand_in:
        seen = visitor.open(address)
        return None if stand_in.asked_while_closed or not 0 < seen.status < 400 else seen.text  # noqa: PLR2004


def _is_guarded(trial: Trial, address: str) -> bool:
    """Whether a page is shown to nobody who is not signed in."""
    return _text_at(trial, trial.visitor(), address) is None


def _without_ticket(address: str) -> str:
    bare, _ = urldefrag(address)
    parts = urlsplit(bare)
    rows = [row for row in parts.query.split("&") if not re.match(r"(ticket|code|state|iss|session_state)=", row)]
    return parts._replace(query="&".join(rows)).geturl()


def _sign_out(visitor: "Visitor") -> str:
    """The address of a link, or the words on a button; empty where there is none."""
    script: str = "all => all.map(one => [one.innerText || one.value || '', one.getAttribute('href') || ''])"
    controls = visitor.page.locator("a[href], button, input[type=submit]").evaluate_all(script)
    for text, href in controls:
        if SIGN_OUT_WORDS.search(text) or SIGN_OUT_WORDS.search(href):
            return urljoin(visitor.page.url, href) if href else str(text).strip()
    return ""
