"""What a check tries an application with: people, browsers, answers of EU Login changed on their way."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import requests

from eulogin_harness.grade.application import Application
from eulogin_harness.grade.context import Context
from eulogin_harness.grade.outcomes import NotDone, Unsound
from eulogin_harness.grade.people import User, session_of
from eulogin_harness.grade.stand_in import TOKEN, VALIDATION, Change, StandIn
from eulogin_harness.grade.visitor import Seen, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class Trial(Context):
    """One check of one application, in a world of its own."""

    def __init__(self, application: Application, stand_in: StandIn, browser: "Browser", limit: float) -> None:
        super().__init__(application, stand_in, limit)
        self.visitors: list[Visitor] = []
        self._browser = browser

    def visitor(self, user: User | None = None, strength: str | None = None) -> Visitor:
        """A browser in which that user is signed in at EU Login; None for nobody."""
        state: Any = session_of(self.world, user, strength).storage_state if user else None
        context = self._browser.new_context(storage_state=state, ignore_https_errors=True)
        context.set_default_timeout(self.limit_of_page * 1000)
        visitor = Visitor(self, context, user)
        self.visitors.append(visitor)
        return visitor

    def signed_in(self, user: User | None = None) -> Visitor:
        """A browser in which a user, a new one where None, is signed in at the application. Raises NotDone."""
        user = user or self.user()
        visitor = self.visitor(user)
        self.check_signed_in(visitor.sign_in(), user)
        return visitor

    def check_signed_in(self, seen: Seen, user: User) -> None:
        """Raises NotDone where that user is not signed in: an application that lets nobody in cannot be graded."""
        if not seen.signed_in or (self.application.marks and user not in seen.who):
            raise NotDone(f"expected {user.uid} to be signed in after an ordinary sign-in; got {seen}")

    @staticmethod
    def expect_nobody(seen: Seen, after: str) -> None:
        """Raises Unsound where somebody is signed in. after: what was done, such as "a forged ticket"."""
        if seen.signed_in:
            raise Unsound(f"after {after}: {seen}")

    @staticmethod
    def used_ticket(visitor: Visitor) -> str:
        """The ticket by which a browser signed in. Raises NotDone."""
        for address in reversed(visitor.addresses):
            if ticket := dict(parse_qsl(urlsplit(address).query)).get("ticket"):
                return ticket
        raise NotDone("expected EU Login to send the browser back with a ticket; there was none in any address")

    @property
    def confirming(self) -> str:
        """The endpoint of EU Login that an application asks who signed in: that of validation, or of tokens."""
        return VALIDATION if self.application.protocol == "cas" else TOKEN

    def change(self, endpoint: str, change: Change) -> None:
        """Change the answers of an endpoint of EU Login from now on (`stand_in.VALIDATION` and the like)."""
        self.stand_in.changes[endpoint] = change

    def request(
        self,
        address: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | str = "",
    ) -> requests.Response:
        """A request without a browser and without following redirects. Raises NotDone where no answer comes."""
        self.check_time()
        try:
            return requests.request(
                method,
                self.application_address(address),
                headers=dict(headers or {}),
                data=data,
                allow_redirects=False,
                verify=False,  # noqa: S501 - a certificate of the application's own tests
                timeout=self.limit_of_page,
            )
        except requests.RequestException as error:
            raise NotDone(f"expected an answer of {address}; got {type(error).__name__}") from None

    def close(self) -> None:
        """Close its browsers."""
        for visitor in self.visitors:
            visitor.context.close()
