"""What a browser reads of a page: which one it is, its forms, what it says where it refuses something."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

_TICKS = frozenset({"checkbox", "radio"})
_NO_VALUES = frozenset({"submit", "button", "image", "file", "reset"})
_PAGE = re.compile(r'<body[^>]* data-page="([^"]*)"')
_TITLE = re.compile(r"<title>([^<]*)")
_PROBLEM = re.compile(r'class="(?:[\w -]* )?error(?: [\w -]*)?"[^>]*>(.*?)</(?:p|li|div|span)>', re.DOTALL)
_QR = re.compile(r'id="qr" src="data:image/png;base64,([^"]*)"')
_WAIT = re.compile(r'data-wait="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")

Value = str | list[str]


@dataclass
class Form:
    """A form as the page sent it. action: relative to the page; fields: what is filled in; names: what can be."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    """The forms that are sent by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        elif self._form and tag in {"input", "select", "textarea"} and "name" in given and "form" not in given:
            self._note_field(self._form, tag, given)
        elif self._form and tag == "option" and self._select and "selected" in given:
            self._form.fields[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""

    def _note_field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, kind = given["name"], given.get("type", "")
        form.names.add(name)
        self._select = name if tag == "select" else ""
        is_sent = kind not in _NO_VALUES and (kind not in _TICKS or "checked" in given)
        if tag == "input" and is_sent:
            form.fields[name] = given.get("value", "on" if kind in _TICKS else "")


def forms_of(html: str) -> list[Form]:
    """The forms of a page that are sent by POST, in its order."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms


def page_of(html: str) -> str:
    """Which page of the mock it is; empty where it is none."""
    match = _PAGE.search(html)
    return match[1] if match else ""


def title_of(html: str) -> str:
    match = _TITLE.search(html)
    return _words(match[1]) if match else ""


def problem_of(html: str) -> str:
    """What the page says in its first error box; empty where there is none."""
    match = _PROBLEM.search(html)
    return _words(match[1]) if match else ""


def qr_code_of(html: str) -> str:
    """The picture of the page's QR code, PNG in base64; empty where there is none."""
    match = _QR.search(html)
    return match[1] if match else ""


def wait_address_of(html: str) -> str:
    """Where the page's script asks whether to go on; empty where it does not."""
    match = _WAIT.search(html)
    return unescape(match[1]) if match else ""


def _words(html: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", html)).split())
