"""From approving on the phone to the desktop's page going on, alone and with many who wait at the same time.

Rounds with and without the others take turns, so that what else the machine does meets both. Times begin when the
person presses the button and end when the waiting page is sent on.
"""

import re
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import requests

from benchmarks.crowd import Call, waiting
from benchmarks.desktop import TIMEOUT, Desktop
from benchmarks.results import Results
from eulogin_harness.client import Harness, World
from eulogin_harness.documents.people import Persona
from mock_phone import Phone
from mock_world.server import Site

OTHERS = 100
BLOCKS = 5
ROUNDS = 10  # a block, so 50 of each

Times = defaultdict[str, list[float]]
_TOKEN = re.compile(r'name="csrf_token" type="hidden" value="([^"]+)"')


@dataclass(frozen=True)
class Place:
    """One person with a phone in a world, and the three ways to approve on it."""

    site: Site
    world: World
    person: Persona

    @property
    def pin(self) -> str:
        return self.person.pin or ""

    def by_object(self, request: str) -> None:
        phone = Phone.find(self.site.worlds.get(self.world.name), self.person.phone_id)
        phone.approve(self.pin, request=request)

    def by_api(self, request: str) -> None:
        self.world.phones.get(self.person.phone_id).approve(self.pin, request=request, seconds=0)

    @contextmanager
    def page(self) -> Iterator[Callable[[str], None]]:
        """The phone's page, open at the PIN."""
        base = f"{self.world.addresses.phone}/phones/{self.person.phone_id}"
        with requests.Session() as http:
            token = _TOKEN.findall(http.get(f"{base}/scan", timeout=TIMEOUT).text)[0]

            def press(request: str) -> None:
                fields = {"csrf_token": token, "pin": self.pin}
                http.post(f"{base}/requests/{request}/pin", data=fields, timeout=TIMEOUT, allow_redirects=False)

            yield press


def measure(site: Site, times: Times) -> None:
    """Fill `times`: milliseconds by what was measured; with the others under the same name and "+"."""
    harness = Harness(site.listeners["desk"])
    for number in range(2 * BLOCKS):
        world = harness.worlds.create()
        others = number % 2 == 1
        person = world.personas.create("enrolled")
        crowd = waiting(list(_others(world))) if others else nullcontext()
        with crowd:
            _block(Place(site, world, person), times, "+" if others else "")
        world.delete()  # sends home who still waits


def _others(world: World) -> Iterator[Call]:
    """What 100 people hold: the waiting page on the desktop, and the phone's page, which shows the request."""
    for person in world.personas.create_many(OTHERS):
        with Desktop(world.addresses.idp) as desktop:
            request = desktop.ask_phone(person)
            yield desktop.state_address(request), desktop.cookies
        yield f"{world.addresses.phone}/phones/{person.phone_id}/live?seen={request}", ""


def _block(place: Place, times: Times, mark: str) -> None:
    with place.page() as by_page:
        ways = {"object": place.by_object, "API": place.by_api, "page": by_page}
        for approve in ways.values():
            _approval(place, approve)  # uncounted
        _password(place)
        for _ in range(ROUNDS):
            for name, approve in ways.items():
                times[name + mark].append(_approval(place, approve))
            times["password" + mark].append(_password(place))


def _approval(place: Place, approve: Callable[[str], None]) -> float:
    """Milliseconds from the button to the waiting page's way on."""
    with Desktop(place.world.addresses.idp) as desktop:
        request = desktop.ask_phone(place.person)
        ends: list[float] = []

        def wait() -> None:
            desktop.wait_and_go_on(request)
            ends.append(time.perf_counter())

        page = threading.Thread(target=wait)
        page.start()
        shown = place.world.phones.get(place.person.phone_id).screen.requests
        if [one.id for one in shown] != [request]:
            raise RuntimeError(f"expected the one request, but the phone shows {len(shown)}")
        start = time.perf_counter()
        approve(request)
        page.join()
        return (ends[0] - start) * 1000


def _password(place: Place) -> float:
    """Milliseconds of a sign-in by the password alone."""
    start = time.perf_counter()
    with Desktop(place.world.addresses.idp) as desktop:
        desktop.sign_in(place.person)
    return (time.perf_counter() - start) * 1000


def report(site: Site, results: Results) -> None:
    """Measure, and tell medians."""
    times: Times = defaultdict(list)
    measure(site, times)
    median = {name: statistics.median(found) for name, found in times.items()}
    note = f"median of {BLOCKS * ROUNDS}"
    for name in ("object", "API", "page"):
        what = f"approved by {name}, desktop goes on"
        results.tell(what, median[name], 200, note)
        results.tell(f"{what}, {OTHERS} wait", median[name + "+"], 200)
    results.tell("sign-in by password", median["password"], note=note)
    ratio = median["password+"] / median["password"]
    results.compare(f"sign-in by password, {OTHERS} wait", median["password+"], ratio, 1.1, "that of nobody waiting")
