"""Listens to a browser and to the world behind its pages."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from requests import RequestException

from eulogin_harness.recording.actions import Action, Ended, Entry, MailFollowed
from eulogin_harness.recording.world_listener import WorldListener

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Frame, Page, Request

    from eulogin_harness.client import World

_SCRIPT = Path(__file__).parent / "page_events.js"
_PHONE = re.compile(r"/phones/([\w-]+)")


class Recorder:
    """Follows all windows of a browser context, from before their first page on.

    world: a fresh one, as the scenario's will be. What was done is in `entries`, whatever becomes of the browser.
    """

    def __init__(self, world: "World", context: "BrowserContext") -> None:
        self.entries: list[Entry] = []
        self._world = world
        self._journal = WorldListener(world)
        self._windows: dict[Page | Frame, int] = {}
        self._initial: set[int] = set()
        self._left: set[int] = set()
        self._actors: dict[int, str] = {}  # whose page each window shows
        self._urls: dict[int, str] = {}  # what was asked for last in each window, before it was led elsewhere
        self._bases = {
            "idp": f"{world.addresses.idp}/cas",
            "cpms": world.addresses.cpms,
            "phone": world.addresses.phone,
        }
        context.expose_binding("reportAction", self._receive)
        context.add_init_script(path=_SCRIPT)
        context.on("request", self._note_address)

    def open_window(self, context: "BrowserContext", url: str) -> "Page":
        """A window to begin with; while nobody uses it, the scenario has none like it."""
        page = context.new_page()
        self._initial.add(self._window(page))
        page.goto(url)
        return page

    def end(self) -> list[Entry]:
        """All that was done, with how it ended."""
        with suppress(RequestException):  # the mock was stopped
            newest = {(one.person, one.network): one.state for one in self._world.access_requests.list()}
            requests = tuple((person, network, state) for (person, network), state in newest.items())
            return [*self.entries, *self._journal.news(), Ended(requests)]
        return self.entries

    def _window(self, of: "Page | Frame") -> int:
        return self._windows.setdefault(of, len(self._windows) + 1)

    def _note_address(self, request: "Request") -> None:
        if request.is_navigation_request() and request.redirected_from is None:
            self._urls[self._window_of(request.frame)] = request.url

    def _window_of(self, frame: "Frame") -> int:
        """A window, or a phone's screen within one."""
        return self._window(frame if frame.parent_frame else frame.page)

    def _receive(self, source: Any, report: dict[str, Any]) -> None:
        window = self._window_of(source["frame"])
        action = Action.model_validate({**report, "window": window, "phone": self._phone_of(report["url"])})
        with suppress(RequestException):  # what is done counts, also where the mock is gone
            self.entries += self._journal.news()
        if action.kind == "left":
            self._left.add(window)
        elif action.kind == "shown":
            self._show(action)
        else:
            self._initial.discard(window)
            self.entries.append(action)

    def _show(self, action: Action) -> None:
        window, cause = action.window, action.cause
        url = self._urls.get(window, action.url)
        if cause != "changed" and window in self._left:
            self._left.remove(window)
            cause = "followed"
        if cause == "opened" or self._actors.get(window) == "desk":
            with suppress(RequestException):
                self.entries += self._followed_mail(window, url)
        self._actors[window] = action.actor
        shown = {"cause": cause, "path": self._path(action, url), "initial": window in self._initial}
        self.entries.append(action.model_copy(update=shown))
        self._initial.discard(window)

    def _path(self, action: Action, url: str) -> str:
        """An address below that of its actor, or of its phone."""
        base = self._bases.get(action.actor, "") + (f"/phones/{action.phone}" if action.phone else "")
        return url.removeprefix(base) if url.startswith(base) else action.url.removeprefix(base)

    def _phone_of(self, url: str) -> str:
        phone = _PHONE.search(urlsplit(url).path)
        return phone[1] if phone and url.startswith(self._bases["phone"]) else ""

    def _followed_mail(self, window: int, url: str) -> Iterator[MailFollowed]:
        mails = self._world.mails.list() if url.startswith((self._bases["idp"], self._bases["cpms"])) else []
        for mail in reversed(mails):
            link = next((link for link in mail.links if link.url == url), None)
            if link is not None:
                older = (
                    one.id for one in mails if (one.to, one.subject) == (mail.to, mail.subject) and one.id < mail.id
                )
                yield MailFollowed(window, mail.id, mail.to, mail.subject, link.text, tuple(older))
                return
