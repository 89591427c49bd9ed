"""Whoever looks at a page of CPMS can tell what is known of the real one: all else stands in `data-invented`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from mock_cpms.helpdesk.rules import appoint_helpdesk
from mock_cpms.networks import networks
from mock_cpms.profile.rules import complete_profile
from mock_world import World
from tests.mock_cpms.asking import put_request
from tests.mock_cpms.conftest import FRIDAY
from tests.mock_cpms.fake_eulogin import FakeEuLogin, Somebody
from tests.mock_cpms.visitor import ANSWERS, HELGA, NORA, Answer, Page, Visitor, known

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
    """Somebody before CPMS: `states` of Nora's requests by network, `who` signs in, perhaps signs `out` again, and
    opens `path` or `sends` its form. failure: what EU Login says.
    """

    path: str = ""
    states: dict[str, str] = field(default_factory=dict)
    who: Somebody | None = NORA
    out: bool = False
    sends: dict[str, Answer] = field(default_factory=dict)
    failure: str | None = None

    def page(self, world: World, visitor: Visitor, eulogin: FakeEuLogin) -> Page:
        self._prepare(world)
        eulogin.failure = self.failure
        page = visitor.sign_in(self.who) if self.who else visitor.open(self.path)
        if self.out:
            page = visitor.sign_out()
        if self.sends:
            return visitor.send(self.path, **self.sends)
        return visitor.open(self.path) if self.path else page

    def _prepare(self, world: World) -> None:
        world.settings.change({"recognition.delay": "PT5M"})
        appoint_helpdesk(world, HELGA.uid, "PaedCAN")
        now = world.clock.now()
        if self.states:
            known(world)
            complete_profile(world, NORA.uid, networks=["PaedCAN"], country="AT", hospital="St. Anna")
        for network, kind in self.states.items():
            state, _, guest = kind.partition(" ")
            until = now + timedelta(days=9) if guest else None
            put_request(world, NORA.uid, network=network, state=state, since=now, guest_until=until, reason="Why?")


PROFILE = "/screen/profile"
STATUS = "/screen/access-status"
HELPDESK = "/screen/helpdesk"
SEARCH = "/ernsd/screen/public"
SUBMITTED = {"PaedCAN": "submitted"}
STAGES = {
    "home": Stage("/screen/home", who=None),
    "home of who is signed in": Stage("/screen/home", SUBMITTED),
    "home after signing out": Stage(out=True),
    "home with a text that was not sent": Stage(f"{STATUS}/1", out=True, sends={"reply": "Ward 3."}),
    "sign-in-refused": Stage(failure="INVALID_TICKET"),
    "sign-in-refused for a second factor": Stage(failure="INVALID_STRENGTH"),
    "not-recognised": Stage(who=Somebody(registered_at=FRIDAY)),
    "complete-profile": Stage(PROFILE),
    "complete-profile with errors": Stage(PROFILE, sends={"country": "XX"}),
    "complete-profile as draft": Stage(PROFILE, sends={"save_draft": "yes", "specialty": "Surgery"}),
    "complete-profile again": Stage(PROFILE, SUBMITTED),
    "access-request": Stage(PROFILE, sends=ANSWERS | {"networks": ["PaedCAN", "BOND"]}),
    **{
        f"access-status {state}": Stage(STATUS, {"PaedCAN": state})
        for state in ("submitted", "info_requested", "approved", "rejected", "withdrawn", "expired")
    },
    "access-status of several": Stage(STATUS, {"PaedCAN": "approved", "BOND": "submitted", "RITA": "info_requested"}),
    "dashboard": Stage(
        "/screen/dashboard", {"PaedCAN": "approved as a guest", "BOND": "info_requested", "RITA": "submitted"}
    ),
    "helpdesk": Stage(HELPDESK, SUBMITTED, HELGA),
    "helpdesk without requests": Stage(HELPDESK, who=HELGA),
    "helpdesk with a filter": Stage(f"{HELPDESK}?person=nobody", SUBMITTED, HELGA),
    "helpdesk-request": Stage(f"{HELPDESK}/1", SUBMITTED, HELGA),
    "helpdesk-request decided": Stage(f"{HELPDESK}/1", {"PaedCAN": "rejected"}, HELGA),
    "search": Stage(SEARCH, who=None),
    "search found": Stage(f"{SEARCH}?hospital=", who=None),
    "search nothing": Stage(f"{SEARCH}?hospital=tubbingen", who=None),
    "search with errors": Stage(f"{SEARCH}?country=XX", who=None),
}


@pytest.mark.parametrize("name", STAGES)
def test_what_is_not_known_is_marked_as_invented(
    world: World, visitor: Visitor, eulogin: FakeEuLogin, name: str
) -> None:
    page = STAGES[name].page(world, visitor, eulogin)
    assert page.name == name.partition(" ")[0]
    assert unmarked(page.html) == []
    shown = {
        one.words
        for one in Reader(page.html).root.all()
        if not one.invented and (one.known or one.tag == "h1") and not one.hidden
    }
    assert shown >= KNOWN.get(name, set())


KNOWN = {
    "home": {"Sign in with EU Login"},
    "complete-profile": {"Complete Profile"},
    "access-request": {"Submit Access Request"},
    "dashboard": KNOWN_LINKS,
}


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
