"""Whoever looks at a page of CPMS can tell what is known of the real one: all else stands in `data-invented`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from mock_cpms.helpdesk.rules import appoint_helpdesk
from mock_cpms.networks import networks
from mock_cpms.profile.rules import complete_profile
from mock_world import World
from tests.mock_cpms.asking import put_request
from tests.mock_cpms.fake_eulogin import FakeEuLogin, Somebody
from tests.mock_cpms.visitor import ANSWERS, HELGA, NORA, Page, Visitor, known

# What is known of the real pages, with its source. The heads of pages are not looked at: titles are text.
KNOWN_BUTTONS = {
    "Sign in with EU Login",  # guide, G23
    "Submit Access Request",  # guide, G25; facts, CPMS 4
}
KNOWN_LINKS = {"Patient Record", "Add New Patient", "Meetings"}  # menu's words: facts, CPMS 2
OF_EVERY_MOCK_PAGE = {"page-language", "Change", "error-summary"}  # language picker, summary of errors: no part of CPMS

EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
PARTS = frozenset({"input", "select", "textarea", "button", "table", "ul", "ol", "dl"})


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    @property
    def classes(self) -> list[str]:
        return (self.attributes.get("class") or "").split()

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    @property
    def invented(self) -> bool:
        return "data-invented" in self.attributes or bool(self.parent and self.parent.invented)

    @property
    def hidden(self) -> bool:
        return self.attributes.get("type") == "hidden" or self.attributes.get("aria-hidden") == "true"

    @property
    def part(self) -> bool:
        """Form field, button, table, card or list."""
        return not self.hidden and (self.tag in PARTS or "card" in self.classes) and not self.of_every_mock_page

    @property
    def of_every_mock_page(self) -> bool:
        named = OF_EVERY_MOCK_PAGE & {self.attributes.get("id"), self.words}
        return bool(named or (self.parent and self.parent.of_every_mock_page))

    @property
    def known(self) -> bool:
        if self.tag == "input":  # tick boxes with the codes of the directory: guide, G24; facts, CPMS 4
            return self.attributes.get("name") == "networks" and self.attributes.get("value") in networks()
        return (
            (self.tag == "button" and self.words in KNOWN_BUTTONS)
            or (self.tag in {"a", "h2"} and self.words in KNOWN_LINKS)
            or (self.tag == "li" and self.attributes.get("data-network") in networks())  # facts, CPMS 9
        )

    def all(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            yield from child.all()

    def __str__(self) -> str:
        return f"<{self.tag} {self.attributes}> {self.words[:60]}"


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.at = Element("root", {})
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), self.at)
        self.at.children.append(element)
        if tag not in EMPTY:
            self.at = element

    def handle_endtag(self, tag: str) -> None:
        assert self.at.tag == tag, f"{tag} closes {self.at}"
        assert self.at.parent
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        above: Element | None = self.at
        while above:
            above.text += data
            above = above.parent


def unmarked(html: str) -> list[str]:
    """Parts that are neither known nor marked, and in which nothing known stands."""
    parts = [element for element in Reader(html).root.all() if element.part]
    return [str(one) for one in parts if not one.invented and not any(inner.known for inner in one.all())]


@dataclass(frozen=True)
class Stage:
    """Somebody before CPMS at some stage of the way."""

    world: World
    visitor: Visitor
    eulogin: FakeEuLogin

    def request(self, state: str, network: str = "PaedCAN", **more: Any) -> int:
        known(self.world)
        complete_profile(self.world, NORA.uid, networks=["PaedCAN"], country="AT", hospital="St. Anna")
        now = self.world.clock.now()
        return put_request(self.world, NORA.uid, network=network, state=state, since=now, **more).id

    def signed_in(self, path: str, somebody: Somebody = NORA) -> Page:
        self.visitor.sign_in(somebody)
        return self.visitor.open(path)

    def helpdesk(self, path: str = "") -> Page:
        appoint_helpdesk(self.world, HELGA.uid, "PaedCAN")
        return self.signed_in(f"/screen/helpdesk{path}", HELGA)


def _signed_in_again(stage: Stage) -> Page:
    stage.request("submitted")
    return stage.signed_in("/screen/home")


def _signed_out(stage: Stage) -> Page:
    stage.visitor.sign_in()
    return stage.visitor.sign_out()


def _not_sent(stage: Stage) -> Page:
    stage.visitor.sign_in()
    stage.visitor.sign_out()
    return stage.visitor.send("/screen/access-status/1", reply="Ward 3.")


def _refused(stage: Stage, failure: str = "INVALID_TICKET") -> Page:
    stage.eulogin.failure = failure
    return stage.visitor.sign_in()


def _not_recognised(stage: Stage) -> Page:
    stage.world.settings.change({"recognition.delay": "PT5M"})
    return stage.visitor.sign_in(Somebody(registered_at=stage.world.clock.now()))


def _profile_with_errors(stage: Stage) -> Page:
    stage.visitor.sign_in()
    return stage.visitor.send("/screen/profile", country="XX")


def _profile_as_draft(stage: Stage) -> Page:
    stage.visitor.sign_in()
    stage.visitor.send("/screen/profile", save_draft="yes", specialty="Surgery")
    return stage.visitor.open("/screen/profile")


def _profile_editing(stage: Stage) -> Page:
    stage.request("submitted")
    return stage.signed_in("/screen/profile")


def _ask(stage: Stage) -> Page:
    stage.visitor.sign_in()
    return stage.visitor.send("/screen/profile", **ANSWERS | {"networks": ["PaedCAN", "BOND"]})


def _status(state: str) -> Callable[[Stage], Page]:
    def status(stage: Stage) -> Page:
        stage.request(state, reason="Which ward?")
        return stage.signed_in("/screen/access-status")

    return status


def _several(stage: Stage) -> Page:
    for network, state in (("PaedCAN", "approved"), ("BOND", "submitted"), ("RITA", "info_requested")):
        stage.request(state, network, reason="Which ward?")
    return stage.signed_in("/screen/access-status")


def _dashboard(stage: Stage) -> Page:
    end = stage.world.clock.now() + timedelta(days=9)
    stage.request("approved", guest_until=end)
    stage.request("info_requested", "BOND", reason="Which ward?")
    stage.request("submitted", "RITA")
    return stage.signed_in("/screen/dashboard")


def _helpdesk(stage: Stage) -> Page:
    stage.request("submitted")
    return stage.helpdesk()


def _helpdesk_filtered(stage: Stage) -> Page:
    stage.request("submitted")
    return stage.helpdesk("?person=nobody")


def _helpdesk_request(stage: Stage) -> Page:
    return stage.helpdesk(f"/{stage.request('submitted')}")


def _helpdesk_decided(stage: Stage) -> Page:
    return stage.helpdesk(f"/{stage.request('rejected', reason='No.')}")


def _search(query: str) -> Callable[[Stage], Page]:
    return lambda stage: stage.visitor.open(f"/ernsd/screen/public{query}")


STAGES: dict[str, Callable[[Stage], Page]] = {
    "home": lambda stage: stage.visitor.open("/screen/home"),
    "home of who is signed in": _signed_in_again,
    "home after signing out": _signed_out,
    "home with a text that was not sent": _not_sent,
    "sign-in-refused": _refused,
    "sign-in-refused for a second factor": lambda stage: _refused(stage, "INVALID_STRENGTH"),
    "not-recognised": _not_recognised,
    "complete-profile": lambda stage: stage.signed_in("/screen/profile"),
    "complete-profile with errors": _profile_with_errors,
    "complete-profile as draft": _profile_as_draft,
    "complete-profile again": _profile_editing,
    "access-request": _ask,
    **{
        f"access-status {state}": _status(state)
        for state in ("submitted", "info_requested", "approved", "rejected", "withdrawn", "expired")
    },
    "access-status of several": _several,
    "dashboard": _dashboard,
    "helpdesk": _helpdesk,
    "helpdesk without requests": Stage.helpdesk,
    "helpdesk with a filter": _helpdesk_filtered,
    "helpdesk-request": _helpdesk_request,
    "helpdesk-request decided": _helpdesk_decided,
    "search": _search(""),
    "search found": _search("?hospital="),
    "search nothing": _search("?hospital=tubbingen"),
    "search with errors": _search("?country=XX"),
}


@pytest.mark.parametrize("name", STAGES)
def test_what_is_not_known_is_marked_as_invented(
    world: World, visitor: Visitor, eulogin: FakeEuLogin, name: str
) -> None:
    page = STAGES[name](Stage(world, visitor, eulogin))
    assert page.name == name.partition(" ")[0]
    assert unmarked(page.html) == []


@pytest.mark.parametrize("name", ["home", "complete-profile", "access-request", "dashboard"])
def test_what_is_known_is_not_marked(world: World, visitor: Visitor, eulogin: FakeEuLogin, name: str) -> None:
    page = STAGES[name](Stage(world, visitor, eulogin))
    known = {
        one.words
        for one in Reader(page.html).root.all()
        if not one.invented and (one.known or one.tag == "h1") and not one.hidden
    }
    assert (
        known
        >= {
            "home": {"Sign in with EU Login"},
            "complete-profile": {"Complete Profile"},
            "access-request": {"Submit Access Request"},
            "dashboard": KNOWN_LINKS,
        }[name]
    )


def test_the_boxes_of_networks_are_known_and_all_are_there(visitor: Visitor) -> None:
    visitor.sign_in()
    page = Reader(visitor.open("/screen/profile").html).root
    boxes = [one for one in page.all() if one.tag == "input" and one.known]
    assert [one.attributes["value"] for one in boxes] == [*networks()]
    assert len(boxes) == 24
    assert not any(one.invented for one in boxes)


def test_the_reader_finds_what_is_not_marked() -> None:
    assert unmarked("<ul><li>x</li></ul>")
    assert unmarked('<div class="card"><input name="networks" value="OTHER"></div>')
    assert not unmarked('<div data-invented><ul></ul><table></table><input name="x"></div>')
    assert not unmarked('<div class="card"><button>Submit Access Request</button><input type="hidden" name="x"></div>')
