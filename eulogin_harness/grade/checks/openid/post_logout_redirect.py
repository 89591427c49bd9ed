"""Whether a link to the sign-out can send people to another site."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.outcomes import Unsound
from eulogin_harness.grade.trial import Trial
from mock_world.addresses import with_query

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from eulogin_harness.grade.visitor import Visitor

_OTHER = "attacker.example"
_USUAL = (
    *("next", "return", "returnTo", "return_to", "return_url", "returnUrl", "redirect", "redirect_uri", "redirect_url"),
    *("post_logout_redirect_uri", "url", "target", "continue", "service", "logout", "rd"),
)
_SENT = dict.fromkeys(_USUAL, f"https://{_OTHER}/")
_FORM = "application/x-www-form-urlencoded"


@check(
    "openid.post-logout-redirect",
    title="A link to its sign-out leads to another site",
    done="Somebody signs out, and the address of another site is sent along in the parameters that are usual for where "
    "to go then.",
    expected="It sends the browser to EU Login with one fixed post_logout_redirect_uri, or to pages of its own.",
    why="The victim follows a link to the right address, and ends at a page of the attacker's that looks like the "
    "sign-in.",
    source="CWE-601, URL redirection to untrusted site; OpenID Connect RP-Initiated Logout 1.0, 3",
    weight=Weight.MEDIUM,
    remedy="return-addresses",
)
def post_logout_redirect(trial: Trial) -> None:
    from playwright.sync_api import Error

    visitor = trial.signed_in()
    pages = {trial.application.shows, trial.application.sign_in, trial.application.description.url}

    def send_along(route: "Route") -> None:
        request = route.request
        if not request.is_navigation_request() or request.url in pages:
            route.continue_()
            return
        is_form = request.headers.get("content-type", "").startswith(_FORM)
        form = dict(parse_qsl(request.post_data or "")) | _SENT
        route.continue_(url=with_query(request.url, _SENT), post_data=urlencode(form) if is_form else None)

    visitor.context.route(f"{trial.application.origin}/**", send_along)
    try:
        visitor.sign_out()
    except Error:  # the other site does not exist
        if not _leads_away(visitor):
            raise
    if _leads_away(visitor):
        raise Unsound(f"with https://{_OTHER}/ as address to go to after the sign-out, the browser was sent there")


def _leads_away(visitor: "Visitor") -> bool:
    return any(urlsplit(address).hostname == _OTHER for address in visitor.addresses)
