"""The entries of a recording by what they are: of EU Login or of an application, and where a sign-in comes back."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from eulogin_harness.explaining.model import Entry, Recording
from eulogin_harness.explaining.pages import Page, page_of
from eulogin_harness.explaining.reading import host_of

Outcome = Literal["accepted", "refused", "unclear", "sent-back", "bounced", "unseen"]

# EU Login's own hosts (facts, hosts), and its path: `cas`, by an older name `ecas`.
_HOSTS = re.compile(r"https?://(?:e?cas[at]?|webgate)(?:\.\w+)*\.(?:ec\.europa\.eu|cec\.eu\.int)(?::\d+)?$")
_PLACE = re.compile(r".*?/e?cas/(.*)$")
_LANDMARKS = re.compile(
    r"login(?:\.cgi|/init)?|logout(?:\.cgi)?|oauth2/(?:authorize|token|keys|logout)"
    r"|oauth2/\.well-known/openid-configuration|eim/external/.*|init/.*\.cgi|change/.*\.cgi|userdata/.*"
    r"|(?:p3/)?(?:service|proxy|lax|sponsor|interinstitutional|strict|saml)?[vV]alidate|mobile|proxy"
)
VALIDATION = re.compile(r"(?:^|/)(?:\w*[vV]alidate|TicketValidationService(?:/.*)?)$")
_SAYS_NO = re.compile(
    r"not (?:be )?(?:signed|logged) in|not known|unknown (?:user|account|person)|refused|denied|forbidden"
    r"|unauthori[sz]ed|not (?:allowed|permitted|authori[sz]ed)|no access|not in group|(?:sign-?in|log-?in|login"
    r"|authentication) (?:has )?failed|could not (?:sign|log) you in|was not begun here|internal server error",
    re.IGNORECASE,
)
_LOOKED_AT = 400  # characters of an application's page
_HOPS = 12
TICKET = re.compile(r"\[ticket-\d+\]|\[ticket\]")


@dataclass(frozen=True)
class Return:
    """A browser that comes back from EU Login. kind: what it brings. shown: the last answer to it, None if unseen."""

    entry: Entry
    kind: Literal["ticket", "code", "error"]
    outcome: Outcome
    shown: Entry | None

    @property
    def page(self) -> Page:
        return page_of(self.shown.body) if self.shown else Page()


class Traffic:
    """A recording, and what its entries are."""

    def __init__(self, recording: Recording) -> None:
        self.entries = recording.entries
        self.tokens = recording.tokens
        self._own = {entry.origin for entry in self.entries if self._is_landmark(entry)}

    def _is_landmark(self, entry: Entry) -> bool:
        if _HOSTS.fullmatch(entry.origin):
            return True
        match = _PLACE.fullmatch(entry.path)
        return (bool(match and _LANDMARKS.fullmatch(match[1])) and not entry.sent("ticket")) or self._validates(entry)

    @staticmethod
    def _validates(entry: Entry) -> bool:
        return bool(VALIDATION.search(entry.path)) and entry.sent("ticket") and entry.sent("service")

    def place(self, entry: Entry) -> str:
        """Where at EU Login, such as `login`; of an address outside `/cas/` the whole path; empty elsewhere."""
        return self._place_of(entry.origin, entry.path)

    def _place_of(self, origin: str, path: str) -> str:
        if origin not in self._own and not _HOSTS.fullmatch(origin):
            return ""
        match = _PLACE.fullmatch(path)
        return match[1] if match else (path if VALIDATION.search(path) or ".well-known" in path else "")

    def leads_to(self, entry: Entry) -> str:
        """Where at EU Login an answer sends the browser; empty elsewhere."""
        address = entry.location
        path = re.sub(r"^\w+://[^/?#]*", "", address).partition("?")[0]
        return self._place_of(host_of(address), path) if address else ""

    def of(self, *places: str) -> list[Entry]:
        """The entries at these places of EU Login."""
        return [entry for entry in self.entries if self.place(entry) in places]

    @cached_property
    def logins(self) -> list[Entry]:
        return self.of("login", "login.cgi")

    @cached_property
    def authorizations(self) -> list[Entry]:
        return self.of("oauth2/authorize")

    @cached_property
    def validations(self) -> list[Entry]:
        return [entry for entry in self.entries if self._validates(entry) or self._is_validation(entry)]

    def _is_validation(self, entry: Entry) -> bool:
        return bool(VALIDATION.search(self.place(entry))) and (entry.sent("ticket") or entry.sent("service"))

    @cached_property
    def token_requests(self) -> list[Entry]:
        return self.of("oauth2/token")

    @cached_property
    def pages(self) -> list[tuple[Entry, Page]]:
        """Pages of EU Login that were shown, in their order."""
        shown = [entry for entry in self.entries if self.place(entry) and entry.body and not self._is_call(entry)]
        return [(entry, page_of(entry.body)) for entry in shown if "<" in entry.body]

    def _is_call(self, entry: Entry) -> bool:
        return "html" not in entry.content_type and not entry.body.lstrip()[:20].lower().startswith(
            ("<!doctype h", "<html")
        )

    @cached_property
    def has_browser(self) -> bool:
        """Whether a browser's part is in the file, not an application's calls alone."""
        places = ("login", "login.cgi", "oauth2/authorize", "logout")
        return bool(self.of(*places) or self.returns or self.pages)

    @cached_property
    def tells_cookies(self) -> bool:
        """Whether cookies are in the file at all: some browsers leave them out."""
        return any(entry.cookies for entry in self.entries)

    @cached_property
    def returns(self) -> list[Return]:
        return [self._return(entry, kind) for entry in self.entries if (kind := self._brings(entry))]

    def _brings(self, entry: Entry) -> Literal["ticket", "code", "error", ""]:
        if self.place(entry) and not entry.path.endswith(".cgi"):
            return ""
        if TICKET.fullmatch(entry.value("ticket")):
            return "ticket"
        if entry.value("code").startswith("[code") and not self._validates(entry):
            return "code"
        back = any(entry.url.startswith(uri) for uri in self._redirect_uris if uri)
        return "error" if entry.value("error") and (back or entry.sent("state")) else ""

    @cached_property
    def _redirect_uris(self) -> set[str]:
        return {entry.value("redirect_uri") for entry in self.authorizations}

    def _return(self, entry: Entry, kind: Literal["ticket", "code", "error"]) -> Return:
        outcome, shown = self._follow(entry)
        return Return(entry, kind, outcome, shown)

    def _follow(self, entry: Entry) -> tuple[Outcome, Entry | None]:
        """What an application does with a browser that came back."""
        current = entry
        for hop in range(_HOPS):
            if not current.is_redirect or not current.location:
                return self._judged(current, first=hop == 0), current
            if self.leads_to(current) in {"login", "login.cgi", "oauth2/authorize", "login/init"}:
                return "sent-back" if hop == 0 else "bounced", current
            following = self._after(current)
            if following is None:
                return "accepted", current
            current = following
        return "unclear", current

    def _after(self, entry: Entry) -> Entry | None:
        """The entry to which an answer led."""
        address = entry.location.partition("#")[0]
        return next((other for other in self.entries if other.number > entry.number and other.url == address), None)

    def _judged(self, entry: Entry, *, first: bool) -> Outcome:
        if entry.is_refused:
            return "refused"
        if not entry.status:
            return "unseen" if not entry.failure else "refused"
        if first and not entry.body:  # some tools leave bodies out
            return "unclear"
        page = page_of(entry.body)
        return "refused" if _SAYS_NO.search(f"{page.title} {page.text}"[:_LOOKED_AT]) else "accepted"

    def before(self, entry: Entry, among: Sequence[Entry]) -> Entry | None:
        """The last of some entries before one."""
        return next((other for other in reversed(among) if other.number < entry.number), None)

    def issued(self, mark: str, name: str) -> Entry | None:
        """Where EU Login gave a ticket or code: the answer that leads back with it."""
        return next((entry for entry in self.entries if f"{name}={mark}" in entry.location), None)

    def login_of(self, ticket: str) -> Entry | None:
        """The request to sign in for which a ticket was given."""
        issued = self.issued(ticket, "ticket")
        if issued is None:
            return None
        with_service = [entry for entry in self.logins if entry.sent("service") and entry.number <= issued.number]
        return with_service[-1] if with_service else None

    def refusing_pages(self) -> Iterator[tuple[Entry, Page]]:
        for entry, page in self.pages:
            if page.errors or entry.is_refused or page.name:
                yield entry, page
