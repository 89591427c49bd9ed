"""A mail as a mail programme shows it: sender, receiver, subject, time and text, and no control room around them."""

from pathlib import Path
from typing import TYPE_CHECKING

from mock_idp.accounts.mails import SENDER_NAME
from mock_world.fonts import FOLDER
from mock_world.i18n import ZONE, translations, written_out

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Locator, Page, Route

    from eulogin_harness.client import World
    from eulogin_harness.documents.events import Mail

ADDRESS = "http://mail.example/"  # answered by the browser itself
_TEMPLATE = Path(__file__).with_name("templates") / "mail.html"


class MailProgramme:
    """The mails of one person in a browser page, where their links can be followed."""

    def __init__(self, page: "Page", world: "World", language: str) -> None:
        self.page = page
        self._world = world
        self._language = language
        self._mail: Mail | None = None
        page.route(f"{ADDRESS}**", self._answer)

    def open(self, *, to: str, subject: str | None = None, after: int = 0) -> "Mail":
        """Open the first mail to this address, waiting for it; subject: a part of it."""
        self._mail = self._world.mails.wait(to=to, subject=subject, after=after)
        self.page.goto(ADDRESS)
        self.page.locator("body[data-ready]").wait_for()
        return self._mail

    @property
    def _frame(self) -> "FrameLocator":
        return self.page.frame_locator("iframe")

    @property
    def body(self) -> "Locator":
        """The mail itself."""
        return self._frame.locator("body")

    def link(self, name: str) -> "Locator":
        """A link in the mail, by its English text."""
        return self._frame.get_by_role("link", name=translations(self._language).ugettext(name), exact=True)

    def _answer(self, route: "Route") -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if path.endswith(".ttf"):
            route.fulfill(path=FOLDER / path, headers={"Access-Control-Allow-Origin": "*"})
        elif path == "":
            route.fulfill(body=self._document(), content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=404)

    def _document(self) -> str:
        if self._mail is None:
            raise LookupError("expected a mail that was opened, but none was")
        return document_of(self._mail, self._language)


def document_of(mail: "Mail", language: str) -> str:
    """The page of a mail programme that shows a mail, without what says that a mock sent it: each picture says so."""
    from jinja2 import Environment
    from markupsafe import escape

    template = Environment(autoescape=True).from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        mail=mail,
        sender=mail.sender.replace(SENDER_NAME, "EU Login"),
        language=language,
        sent=written_out(mail.arrived_at, ZONE, language),
        font=_FONT,
        body=f'<base target="_top"><style>{_FONT}{_STYLE}</style>{mail.html or escape(mail.text)}',
        say=translations(language).ugettext,
    )


# Small print of 15 pixels has no 8 points on paper.
_STYLE = """body, td, p { font-family: Guide, sans-serif !important; }
.mock { display: none !important; }
.small { font-size: 16px !important; }"""
_FACES = {400: "Regular", 600: "Semibold", 700: "Bold"}
_FONT = "".join(
    f'@font-face {{ font-family: Guide; font-weight: {weight}; src: url("{ADDRESS}SourceSansPro-{name}.ttf"); }} '
    for weight, name in _FACES.items()
)
