"""Whether a link to the sign-in page can send people to another site."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial
from mock_world.addresses import with_query

if TYPE_CHECKING:
    from playwright.sync_api import Route

_OTHER = "attacker.example"
_USUAL = (
    *("next", "return", "returnTo", "return_to", "return_url", "returnUrl", "redirect", "redirect_uri", "redirect_url"),
    *("url", "target", "continue", "RelayState", "rd"),
)


def forms(origin: str) -> tuple[str, ...]:
    """Addresses of another site, written so that they get past a check that is too simple."""
    own = urlsplit(origin)
    return (
        f"https://{_OTHER}/",
        f"//{_OTHER}/",
        f"/\\{_OTHER}/",
        f"/\t/{_OTHER}/",
        f"{origin}@{_OTHER}/",
        f"{own.scheme}://{own.hostname}.{_OTHER}/",
    )


@check(
    "session.open-redirect",
    title="A link to its sign-in leads to another site",
    done="Somebody opens the page that asks for sign-in with an address of another site to come back to, in several "
    "spellings and in the parameters that are usual for it, and signs in.",
    expected="It comes back to pages of its own only.",
    why="The victim begins at the right address, signs in at the real EU Login, and ends at a page of the attacker's.",
    source="CWE-601, URL redirection to untrusted site; RFC 9700, 4.11.1",
    weight=Weight.MEDIUM,
    remedy="return-addresses",
)
def open_redirect(trial: Trial) -> None:
    user = trial.user()
    page = _page_before_eu_login(trial)
    visitor = trial.visitor(user)
    visitor.context.route(_is_other, _answer)
    for form in forms(trial.application.origin):
        visitor.arrive(_coming_back_to(form, page, trial.application.description.return_to))
        if any(_is_other(address) for address in visitor.addresses):
            raise Unsound(f"with {form!r} as address to come back to, the browser was sent to {_OTHER}")
        visitor.forget()
    trial.check_signed_in(visitor.sign_in(), user)


def _page_before_eu_login(trial: Trial) -> str:
    """The last page of the application on the way: often one of its own that knows where to come back to."""
    visitor = trial.visitor()
    visitor.begin()
    return next(address for address in reversed(visitor.addresses) if not trial.is_eu_login(address))


def _coming_back_to(form: str, page: str, name: str) -> str:
    """A page of sign-in with another address to come back to. name: of that parameter; empty where nobody said it."""
    parts = urlsplit(page)
    rows = parse_qsl(parts.query, keep_blank_values=True)
    names = [name] if name else [*_USUAL, *(each for each, value in rows if value.startswith(("/", "http")))]
    others = {each: value for each, value in rows if each not in names}
    return with_query(parts._replace(query="").geturl(), others | dict.fromkeys(names, form))


def _is_other(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return host == _OTHER or host.endswith(f".{_OTHER}")


def _answer(route: "Route") -> None:
    route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>Another site</title>")
