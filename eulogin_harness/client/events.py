"""What happens in a world: time, mails, pictures with a code, the journal."""

from datetime import datetime, timedelta
from typing import Any

from eulogin_harness.client.connection import WAIT, Resource, described, given, iso
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.events import Captcha, Event, Folder, Mail
from eulogin_harness.documents.worlds import ClockAnswer


class Clock(Resource):
    """World time. Moments are aware datetimes or ISO 8601."""

    def __repr__(self) -> str:
        return f"<Clock, {described(self._shown)}>"

    def _shown(self) -> str:
        state = self._state()
        return f"{state.now:%Y-%m-%d %H:%M:%S} UTC{', frozen' if state.frozen else ''}"

    def _state(self) -> ClockAnswer:
        return self._connection.ask(ClockAnswer, "GET", "/api/clock")

    def _move(self, **body: Any) -> datetime:
        return self._connection.ask(ClockAnswer, "POST", "/api/clock", json=body).now

    def now(self) -> datetime:
        """World time, in UTC."""
        return self._state().now

    @property
    def frozen(self) -> bool:
        """Whether world time stands still."""
        return self._state().frozen

    def advance(self, duration: timedelta | str | None = None, **units: float) -> datetime:
        """Go forward, by a duration or by units as of timedelta: `advance(minutes=5)`."""
        return self._move(advance=iso(duration or timedelta(**units)))

    def set(self, moment: datetime | str) -> datetime:
        """Go forward to a moment."""
        return self._move(set=iso(moment))

    def freeze(self) -> datetime:
        """Let world time stand still; answers with it."""
        return self._move(freeze=True)

    def run(self) -> datetime:
        """Let world time go on; answers with it."""
        return self._move(freeze=False)


class Mails(Resource):
    """Mails that arrived."""

    def __repr__(self) -> str:
        return f"<Mails, {described(self._newest)}>"

    def _newest(self) -> str:
        mails = self.list()
        return ", ".join([f"{len(mails)} mails", *(f"last: {mail.subject!r} to {mail.to}" for mail in mails[-1:])])

    def list(
        self, *, to: str | None = None, subject: str | None = None, folder: Folder | None = None, after: int = 0
    ) -> list[Mail]:
        """Mails, oldest first; `subject` is a part of it, `after` the id of a mail; all folders unless one is named."""
        query = given(to=to, subject=subject, folder=folder, after=after)
        return self._connection.ask(Items[Mail], "GET", "/api/mails", params=query).items

    def wait(
        self,
        *,
        to: str | None = None,
        subject: str | None = None,
        folder: Folder | None = None,
        after: int = 0,
        seconds: float = WAIT,
    ) -> Mail:
        """The first mail that fits, waiting for it, in whatever folder. Raises ProblemError (`nothing-yet`).

        folder: "inbox" for what a person finds who looks nowhere else.
        """
        query = given(to=to, subject=subject, folder=folder, after=after, wait=seconds)
        answer = self._connection.ask(Items[Mail], "GET", "/api/mails", wait=seconds, params=query)
        return answer.items[0]

    def get(self, mail_id: int) -> Mail:
        """The mail of that id. Raises ProblemError (`not-found`)."""
        return self._connection.ask(Mail, "GET", f"/api/mails/{mail_id}")


class Captchas(Resource):
    """Codes of the pictures that pages showed, with setting `captcha` on."""

    def list(self, *, after: int = 0) -> list[Captcha]:
        """Pictures, oldest first; `after` is the id of a picture (`input[name=captchaId]` of its page)."""
        return self._connection.ask(Items[Captcha], "GET", "/api/captchas", params=given(after=after)).items

    def wait(self, *, after: int = 0, seconds: float = WAIT) -> Captcha:
        """The first picture after that, waiting for it. Raises ProblemError (`nothing-yet`)."""
        query = given(after=after, wait=seconds)
        answer = self._connection.ask(Items[Captcha], "GET", "/api/captchas", wait=seconds, params=query)
        return answer.items[0]

    def get(self, captcha_id: int) -> Captcha:
        """The picture of that id. Raises ProblemError (`not-found`)."""
        return self._connection.ask(Captcha, "GET", f"/api/captchas/{captcha_id}")


class Events(Resource):
    """The journal."""

    def __repr__(self) -> str:
        return f"<Journal, {described(self._newest)}>"

    def _newest(self) -> str:
        """How much there is, and the newest refusal, else the newest event."""
        events = self.list()
        refused = [f"refused last: {event.type}, {event.sentence}" for event in events if event.remedy is not None]
        last = [f"last: {event.type}" for event in events]
        return ", ".join([f"{len(events)} events", *(refused or last)[-1:]])

    def refusals(self, *, person: str | None = None) -> list[Event]:
        """Whatever was refused, with what was expected, what came and what to do."""
        return [event for event in self.list(person=person) if event.remedy is not None]

    def list(
        self,
        *,
        person: str | None = None,
        type: str | None = None,  # noqa: A002
        correlation_id: str | None = None,
        after: int = 0,
    ) -> list[Event]:
        """Events in order; `person`: e-mail address; `correlation_id`: of one sign-in; `after`: id of an event."""
        query = given(**{"for": person}, type=type, correlation_id=correlation_id, after=after)
        return self._connection.ask(Items[Event], "GET", "/api/events", params=query).items

    def wait(
        self,
        *,
        person: str | None = None,
        type: str | None = None,  # noqa: A002
        after: int = 0,
        seconds: float = WAIT,
    ) -> Event:
        """The first event that fits, waiting for it. Raises ProblemError (`nothing-yet`)."""
        query = given(**{"for": person}, type=type, after=after, wait=seconds)
        answer = self._connection.ask(Items[Event], "GET", "/api/events", wait=seconds, params=query)
        return answer.items[0]
