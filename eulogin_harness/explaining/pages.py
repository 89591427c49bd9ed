"""What a page shows: its text, its messages of errors, its fields, and what our mock says of itself."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

# Parts by their elements; the text of silent ones is not shown.
_PARTS = {"title": "title", "h1": "title", "dd": "fact", "head": "head"} | dict.fromkeys(
    ("script", "style", "noscript", "template"), "silent"
)
_VOID = frozenset(
    {"input", "br", "img", "meta", "link", "hr", "source", "area", "base", "col", "embed", "wbr", "track"}
)
_ERROR_CLASSES = frozenset({"error", "srvErrors"})
# The library takes the square of the time for tags that never end.
_DECLARATION, _NO_TAG = re.compile(r"<![^<>]{0,4000}>"), re.compile(r"<(?![a-zA-Z/][^<>]{0,4000}>)")
_SHOWN, _DEEPEST = 4000, 200  # characters of a page's text, elements within elements


@dataclass
class Page:
    """A page. actor, name, state: of our mock's own pages, else empty. facts: texts behind `expected`, `got`, `remedy`.

    title: what stands in `title` and `h1`. fields: names of its inputs. errors: texts of boxes that EU Login gives the
    class `srvErrors` or `error` (facts, sign-in page 1). requests: states of the requests for access that it lists.
    """

    actor: str = ""
    name: str = ""
    state: str = ""
    title: str = ""
    text: str = ""
    fields: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[tuple[str, str]] = []  # of each element: its tag, and the part that its text belongs to
        self._inside: Counter[str] = Counter()
        self._texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.page.actor = self.page.actor or given.get("data-actor", "")
        if tag == "body":
            self.page.name, self.page.state = given.get("data-page", ""), given.get("data-state", "")
        if "data-network" in given:
            self.page.requests.append(given.get("data-state", ""))
        if tag in {"input", "button", "select"} and given.get("name"):
            self.page.fields.add(given["name"])
        if tag not in _VOID and len(self._open) < _DEEPEST:
            part = self._part(tag, given)
            self._open.append((tag, part))
            self._inside[part] += 1

    def _part(self, tag: str, given: Mapping[str, str]) -> str:
        """The part of the page to which the text of an element belongs."""
        if tag in _PARTS:
            if tag == "dd":
                self.page.facts.append("")
            return _PARTS[tag]
        if _ERROR_CLASSES & set(given.get("class", "").split()):
            self.page.errors.append("")
            return "error"
        return ""

    def handle_endtag(self, tag: str) -> None:
        places = [place for place, (opened, _) in enumerate(self._open) if opened == tag]
        for _, part in self._open[places[-1] :] if places else ():
            self._inside[part] -= 1
        del self._open[places[-1] if places else len(self._open) :]

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text or self._inside["silent"]:
            return
        if self._inside["title"]:
            self.page.title = f"{self.page.title} {text}".strip()
        if not self._inside["head"]:
            self._texts.append(text)
        for part, kept in (("fact", self.page.facts), ("error", self.page.errors)):
            if self._inside[part]:
                kept[-1] = f"{kept[-1]} {text}".strip()

    def done(self) -> Page:
        self.page.text = " ".join(self._texts)[:_SHOWN]
        self.page.errors = [text for text in self.page.errors if text]
        return self.page


@lru_cache(maxsize=512)
def page_of(body: str) -> Page:
    """The page of an answer; one of plain text has a text alone."""
    if "<" not in body:
        return Page(text=" ".join(body.split())[:_SHOWN])
    reader = _Reader()
    reader.feed(_NO_TAG.sub("&lt;", _DECLARATION.sub("", body)))
    reader.close()
    return reader.done()
