"""A person signs in to an example with a bug in it; what browser, control room and log say then."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from html import unescape
from typing import Any, Self, cast
from urllib.parse import urljoin, urlsplit

import pytest

from eulogin_harness.app_process import free_port
from eulogin_harness.client import Harness, World
from eulogin_harness.client.names import FaultName, SettingValues, Strength, WorldFields
from eulogin_harness.documents.clients import ClientAnswer
from mock_world.events import CATALOGUE
from tests_clients.browser import PATIENCE, Browser
from tools.application_bugs import Bug

REDIRECTS = 20  # that a browser follows
LATE = 31  # seconds of the world until a ticket or code counts as not redeemed
_LOGGERS = ("mock_world", "mock_idp")


class CarefulBrowser(Browser):
    """Minds SameSite, and follows no more redirects than browsers do."""

    def open(self, url: str) -> Self:
        """Go to an address that was typed."""
        return self._go("GET", url, urlsplit(url).hostname)

    def post(self, url: str, data: Mapping[str, str]) -> Self:
        return self._go("POST", url, urlsplit(self.page.url).hostname, data=data)

    def _go(self, method: str, url: str, site: str | None, **more: Any) -> Self:
        """site: where the way to the address began."""
        is_foreign = False
        for _ in range(REDIRECTS + 1):
            is_foreign |= urlsplit(url).hostname != site
            with self._held_back() if is_foreign else nullcontext():
                self.page = self.http.request(method, url, allow_redirects=False, timeout=PATIENCE, **more)
            if not self.page.is_redirect:
                break
            url, method, more = urljoin(url, self.page.headers["Location"]), "GET", {}
        return self

    @contextmanager
    def _held_back(self) -> Iterator[None]:
        """Cookies that are for their own site alone stay at home."""
        jar = self.http.cookies
        held = [each for each in jar if str(each.get_nonstandard_attr("SameSite")).lower() == "strict"]
        for each in held:
            jar.clear(each.domain, each.path, each.name)
        yield
        for each in held:
            if jar.get(each.name, domain=each.domain, path=each.path) is None:
                jar.set_cookie(each)

    @property
    def shown(self) -> str:
        """What a person sees."""
        return "too many redirects" if self.page.is_redirect else self.text


Start = Callable[[Bug, Mapping[str, str]], str]  # returns why it does not start, if so


@dataclass(frozen=True)
class Seen:
    """What was to be seen of a bug. shown: by the browser; room: in the control room; events: their types.

    explaining: those of them that say that something is wrong.
    """

    shown: str
    room: str
    log: str
    events: frozenset[str]
    explaining: frozenset[str]
    places: Mapping[str, str]

    def problems(self, bug: Bug) -> list[str]:
        """What is missing, a sentence each."""
        shows = _filled(bug.shows, self.places)
        return [
            *([] if shows in self.shown else [f"the browser shows {self.shown[:400]!r}, not {shows!r}"]),
            *(f"there is no event {name}, but {sorted(self.events)}" for name in bug.events if name not in self.events),
            *(f"the control room lacks {words!r}" for words in self._all(bug.names) if words not in self.room),
            *(f"the log lacks {words!r}" for words in self._all(bug.names) if words not in self.log),
        ]

    def misleading(self, bug: Bug) -> list[str]:
        """What explains a bug wrongly, a sentence each."""
        words = (each for each in self._all(bug.misleads) if each in self.room + self.log)
        return [*(f"{each!r} misleads" for each in words), *sorted(self.explaining - {*bug.events})]

    def _all(self, words: Iterable[str]) -> list[str]:
        return [_filled(each, self.places) for each in words]


def _filled(text: str, places: Mapping[str, str]) -> str:
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def live_through(harness: Harness, bug: Bug, start: Start, caplog: pytest.LogCaptureFixture) -> Seen:
    """Let one person sign in to the application with the bug. start: starts it, by its environment."""
    spec: WorldFields = {"settings": cast("SettingValues", bug.settings)}
    if bug.now:
        spec["now"] = bug.now
    world = harness.worlds.create(**spec)
    try:
        with CarefulBrowser(harness.ca) as browser:
            return _Visit(world, bug, start, browser).seen(caplog)
    finally:
        world.delete()


class _Visit:
    """One person at one application, or two of the same kind where a step goes to the other one."""

    def __init__(self, world: World, bug: Bug, start: Start, browser: CarefulBrowser) -> None:
        self.world, self.bug, self.start, self.browser = world, bug, start, browser
        person = {"stage": "registered", "email": "ada.berg@hospital.example", "first_name": "Ada", "last_name": "Berg"}
        self.person = world.personas.create(**person | dict(bug.person))
        if bug.strength:
            browser.http.cookies.update(
                world.personas.session(self.person, strength=cast("Strength", bug.strength)).cookies()
            )
        self.places = self._running()
        self.other: Mapping[str, str] = {}

    def _running(self) -> dict[str, str]:
        """Start the application; returns its places."""
        host = f"localhost:{free_port()}"
        places = {
            "idp": self.world.addresses.idp,
            "app": f"http://{host}",
            "host": host,
            "number": f"http://127.0.0.1:{host.partition(':')[2]}",
            "email": self.person.email,
            "uid": self.person.uid,
        }
        if self.bug.application == "node-oidc":
            registered = self._register(places)
            places |= {"client_id": registered.client_id, "client_secret": registered.client_secret or ""}
        environment = {
            "EULOGIN_PUBLIC_URL": places["idp"],
            "APP_URL": places["app"],
            "CLIENT_ID": places.get("client_id", ""),
            "CLIENT_SECRET": places.get("client_secret", ""),
        }
        own = {name: _filled(value, places) for name, value in self.bug.environment.items()}
        self.failure = self.start(self.bug, environment | own)
        return places

    def _register(self, places: Mapping[str, str]) -> ClientAnswer:
        own = json.loads(_filled(json.dumps(self.bug.client), places))
        url = places["app"]
        fields = {
            "client_name": "Portal",
            "redirect_uris": [f"{url}/callback"],
            "post_logout_redirect_uris": [f"{url}/"],
        }
        return self.world.clients.create(**fields | own)

    def seen(self, caplog: pytest.LogCaptureFixture) -> Seen:
        for step in self.bug.steps:
            name, _, rest = step.partition(" ")
            _STEPS[name](self, rest)
        shown = self.failure or self.browser.shown
        self.world.clock.advance(seconds=LATE)
        events = self.world.events.list()
        explaining = {each.type for each in events if each.remedy is not None or CATALOGUE[each.type].logged is True}
        joined = sorted({event.correlation_id for event in events if event.correlation_id})
        pages = [self._desk("/"), *(self._desk(f"/journey/{each}") for each in joined)]
        own = f"world {self.world.name}"
        lines = [record.getMessage() for record in caplog.records if record.name.startswith(_LOGGERS)]
        log = "\n".join(line for line in lines if line.startswith((f"{own}:", f"{own} ")))
        return Seen(
            shown, "\n".join(pages), log, frozenset(event.type for event in events), frozenset(explaining), self.places
        )

    def _desk(self, path: str) -> str:
        """The text of a page of the control room, without the messages themselves, which explain nothing."""
        html = self.browser.http.get(self.world.addresses.desk + path, timeout=PATIENCE).text
        bare = re.sub(r"<details>.*?</details>", " ", html, flags=re.DOTALL)
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare)))

    def open(self, path: str) -> None:
        """An address of the application, or of a place in braces; then sign in where EU Login asks."""
        self._through(path if "{" in path else f"{{app}}{path}")

    def open_other(self, path: str) -> None:
        self.other = self.other or self._running()
        self._through(self.other["app"] + path)

    def _through(self, address: str) -> None:
        if self.failure:  # it did not start
            return
        self.browser.open(_filled(address, self.places))
        if self.browser.at == "whoami":
            self.browser.sign_in(self.person)

    def reload(self, _: str) -> None:
        self.browser.open(self.browser.page.url)

    def press(self, _: str) -> None:
        """The button of the application's page, and of EU Login's that asks whether to sign out."""
        self.browser.send()
        if self.browser.at == "logout":
            self.browser.send()

    def form(self, _: str) -> None:
        """Send the form of a page that sends itself by a script."""
        self.browser.send()

    def rotate(self, _: str) -> None:
        self.world.clients.rotate_keys()

    def fault(self, name: str) -> None:
        self.world.faults.arm(cast("FaultName", name))

    def wait(self, event: str) -> None:
        """For what happens behind the scenes."""
        self.world.events.wait(type=event)


_STEPS: Mapping[str, Callable[[_Visit, str], None]] = {
    "open": _Visit.open,
    "other": _Visit.open_other,
    "reload": _Visit.reload,
    "press": _Visit.press,
    "form": _Visit.form,
    "rotate": _Visit.rotate,
    "fault": _Visit.fault,
    "wait": _Visit.wait,
}
