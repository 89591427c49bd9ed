"""A browser at the application: it opens pages, signs in, and sees whom the application takes it for."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from eulogin_harness.grade.application import SIGN_OF_PAGE, SIGN_OF_USER, SIGN_OUT_WORDS, sign_parts
from eulogin_harness.grade.context import Context
from eulogin_harness.grade.outcomes import NotApplicable, NotDone
from eulogin_harness.grade.people import session_of
from mock_idp.signin.login_requests import service_of_stored
from mock_world.addresses import with_query

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Error, Locator, Request, Response

    from eulogin_harness.grade.people import User

_OF_ALL = {SIGN_OF_PAGE, SIGN_OF_USER}
_LOOPS = 8  # times that a browser comes to EU Login on one way
_SIGN_OUT = 3.0  # seconds that a page may take to come after a click on a sign-out
_CONFIRM = "form[method=post] button.button--main"  # of EU Login's sign-out
_LOOP = "ERR_TOO_MANY_REDIRECTS"
_SIGN_IN_PATHS = ("/cas/login", "/cas/oauth2/authorize")


@dataclass(frozen=True)
class Seen:
    """What a browser shows in the end.

    status: of the page; 0 where none came, and `problem` says why. address: of the page, or the one that did not come.
    signed_in: the application shows somebody as signed in; `who`: those whose marks the page shows.
    """

    status: int
    address: str
    text: str
    problem: str = ""
    signed_in: bool = False
    who: frozenset["User"] = field(default_factory=frozenset)

    def __str__(self) -> str:
        """In words, for reports."""
        if self.problem:
            return f"{self.problem} at {self.address}"
        names = ", ".join(sorted(user.uid for user in self.who))
        person = f"signed in as {names}" if names else "somebody signed in" if self.signed_in else "nobody signed in"
        return f"{person}, status {self.status} at {self.address}"


class Visitor:
    """A browser with cookies of its own. user: who is signed in at EU Login in it; None for nobody."""

    def __init__(self, surroundings: Context, context: "BrowserContext", user: "User | None") -> None:
        self._context = surroundings
        self.context = context
        self.user = user
        self.addresses: list[str] = []  # all that its page asked for as a page, redirects too, oldest first
        self.page = context.new_page()
        self.page.on("request", self._note)

    def _note(self, request: "Request") -> None:
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self.addresses.append(request.url)

    def open(self, address: str, headers: Mapping[str, str] | None = None) -> Seen:
        """Open a page, follow where it leads, and see what is shown; nothing is asked beside it."""
        from playwright.sync_api import Error
        from playwright.sync_api import TimeoutError as PlaywrightTimeout

        self._context.check_time()
        if headers is not None:
            self.page.set_extra_http_headers(dict(headers))
        try:
            response = self.page.goto(self._context.application_address(address), wait_until="load")
        except PlaywrightTimeout:
            self.page.goto("about:blank")  # what comes late would be taken for the next page
            return Seen(0, address, "", f"no answer within {self._context.limit_of_page:g} seconds")
        except Error as error:
            return Seen(0, self.addresses[-1] if self.addresses else address, "", _problem(error))
        return self.seen(response)

    def seen(self, response: "Response | None" = None) -> Seen:
        """What the page shows now."""
        text = self.page.locator("body").inner_text() if self.page.locator("body").count() else ""
        return Seen(response.status if response else 200, self.page.url, text, who=self._context.shown_in(text))

    def sign_in(self) -> Seen:
        """Ask for a page that demands sign-in, come back from EU Login, and look whom the application shows.

        Where EU Login asks for a new sign-in, it gets one, without pages.
        """
        self.arrive()
        return self.look()

    def arrive(self, address: str = "") -> Seen:
        """Ask for a page that demands sign-in, come back from EU Login, and see the page on which that ends.

        address: of the page; the application's `sign_in` where empty.
        """
        seen = self.open(address or self._context.application.sign_in)
        if not self.is_at_eu_login() and not self._press():
            return seen
        self.finish_at_eu_login()
        return self.seen()

    def sign_out(self) -> Seen:
        """Sign out as the application offers it. Raises NotApplicable where it offers nothing.

        Where it takes no cookie away and leads to EU Login, it leaves the rest to EU Login: then it is signed out there
        too, and the application has been notified when this returns.
        """
        words = self._context.application.sign_out
        if not words:
            raise NotApplicable("it offers no sign-out; say by --sign-out where it is, if it does")
        before = self.cookies()
        if words.startswith("/") or urlsplit(words).scheme:
            self.open(words)
        else:
            self._click_sign_out(words)
        if not self.is_at_eu_login() and self.cookies() == before:  # a page of its own asks whether it is meant
            self._click(self.page.get_by_role("button", name=SIGN_OUT_WORDS))
        if self.is_at_eu_login() and self.cookies() == before and self._click(self.page.locator(_CONFIRM)):
            self._context.wait_for_messages()
        return self.seen()

    def _click_sign_out(self, words: str) -> None:
        application = self._context.application
        for address in (application.shows, application.sign_in, application.description.url):
            self.open(address)
            if self._click(self._control(words)):
                return
        raise NotDone(f"expected a link or button {words!r} where somebody is signed in; say by --sign-out where it is")

    def _press(self) -> bool:
        """Press the button that leads to EU Login, where the application has one and the page shows it."""
        words = self._context.application.sign_in_button
        return bool(words) and self._click(self._control(words))

    def _control(self, words: str) -> "Locator":
        """Links and buttons with these words."""
        links = self.page.locator("a, button").filter(has_text=words)
        return links.or_(self.page.locator(f"input[type=submit][value={json.dumps(words)}]"))

    def _click(self, control: "Locator") -> bool:
        """Click the first one, where there is any, and wait for the page that comes."""
        from playwright.sync_api import TimeoutError as PlaywrightTimeout

        if not (control.count() and control.first.is_visible()):
            return False
        with suppress(PlaywrightTimeout), self.page.expect_navigation(timeout=_SIGN_OUT * 1000):
            control.first.click()
        return True

    def finish_at_eu_login(self) -> None:
        """Where the browser stands at EU Login's sign-in page, sign in there without pages, and come back."""
        if self.user is None or not self.is_at_eu_login():
            return
        query = dict(parse_qsl(urlsplit(self.page.url).query))
        service = query.get("service") or service_of_stored(self._context.world, query.get("loginRequestId", ""))
        if self._context.is_eu_login(service):  # OpenID Connect: it goes on there by a new session
            self.take_cookies(session_of(self._context.world, self.user).storage_state["cookies"])
            self.open(service)
        elif service:
            self.open(with_query(service, {"ticket": self._context.ticket(self.user, service)}))

    def is_at_eu_login(self) -> bool:
        """Whether the page shown is EU Login's."""
        return self._context.is_eu_login(self.page.url)

    def begin(self) -> dict[str, str]:
        """Ask for a page that demands sign-in, and go no further: the parameters with which it came to EU Login.

        Raises NotDone where it did not come there.
        """
        before = len(self.addresses)
        with self._context.eu_login_closed():
            self.open(self._context.application.sign_in)
            if not self.is_at_eu_login():
                self._press()
        for address in reversed(self.addresses[before:]):
            if self._context.is_eu_login(address) and urlsplit(address).path.endswith(_SIGN_IN_PATHS):
                return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
        raise NotDone(
            f"expected {self._context.application.sign_in} to lead to EU Login's sign-in; got {self.page.url}"
        )

    def look(self) -> Seen:
        """Whom the application takes this browser for. EU Login lets nobody in meanwhile."""
        application = self._context.application
        kind, value = (application.sign, "") if application.sign in _OF_ALL else sign_parts(application.sign)
        with self._context.eu_login_closed() as stand_in:
            if kind == "json":
                return self._look_at_json(application.shows)
            seen = self.open(application.shows)
            sent_away = stand_in.asked_while_closed
        who = self._context.shown_in(seen.text)
        if kind == SIGN_OF_USER:
            signed_in = bool(who)
        elif kind == SIGN_OF_PAGE:
            signed_in = bool(seen.status) and seen.status < 400 and not sent_away  # noqa: PLR2004
        elif kind == "text":
            signed_in = " ".join(value.split()).casefold() in " ".join(seen.text.split()).casefold()
        else:
            signed_in = bool(seen.status) and self.page.locator(value).first.is_visible()
        who = who if signed_in else frozenset()
        return Seen(seen.status, seen.address, seen.text, seen.problem, signed_in, who)

    def _look_at_json(self, address: str) -> Seen:
        from playwright.sync_api import Error

        try:
            answer = self.context.request.get(self._context.application_address(address), max_redirects=0)
        except Error as error:
            return Seen(0, address, "", _problem(error))
        text = answer.text()
        who = self._context.shown_in(text) if answer.ok else frozenset()
        return Seen(answer.status, answer.url, text, "", bool(who), who)

    def cookies(self) -> list[dict[str, Any]]:
        """The application's cookies, of all its paths, as Playwright gives them."""
        host = urlsplit(self._context.application.origin).hostname or ""
        return [
            dict(cookie)
            for cookie in self.context.cookies()
            if _is_for(host, cookie["domain"]) and not self._context.is_cookie_of_eu_login(cookie["name"])
        ]

    def forget(self) -> None:
        """Drop the application's cookies: it does not know this browser any more, while EU Login does."""
        for cookie in self.cookies():
            self.context.clear_cookies(name=cookie["name"])

    def take_cookies(self, cookies: list[dict[str, Any]]) -> None:
        """Put cookies of another browser into this one."""
        self.context.add_cookies(cookies)  # type: ignore[arg-type]

    def loops(self) -> bool:
        """Whether the browser was sent to EU Login again and again."""
        came = [address for address in self.addresses if urlsplit(address).path.endswith(_SIGN_IN_PATHS)]
        return len(came) >= _LOOPS

    def picture(self) -> bytes:
        """What the page looks like, as JPEG."""
        self.page.set_viewport_size({"width": 1024, "height": 640})
        return self.page.screenshot(type="jpeg", quality=60, timeout=5000)


def _is_for(host: str, domain: str) -> bool:
    """Whether a browser sends a cookie of that domain to a host."""
    return host == domain.removeprefix(".") or (domain.startswith(".") and host.endswith(domain))


def _problem(error: "Error") -> str:
    """What a browser says of a page that does not come."""
    text = error.message
    if _LOOP in text:
        return "the browser was sent round and round"
    word = next((word for word in text.replace("\n", " ").split() if "ERR_" in word), text.partition("\n")[0])
    return f"no page ({word.removeprefix('net::')})"
