"""What documents of Word and PowerPoint share: properties, language, colours, logo."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar
from zipfile import BadZipFile

from babel.core import get_global
from docx.opc.exceptions import OpcError
from pptx.exc import PythonPptxError

from eulogin_harness.guide.formats.colours import mix, on, readable
from eulogin_harness.guide_text.content import Content, Theme
from eulogin_harness.guide_text.errors import GuideError

if TYPE_CHECKING:
    from eulogin_harness.guide.formats import Tools

DECORATION = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><d:decorative '
    'xmlns:d="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
"""Says of a picture that it means nothing: nothing is read to who cannot see it."""
_BRITISH = "en-GB"
_Document = TypeVar("_Document")


class Properties(Protocol):
    """Core properties as python-docx and python-pptx have them."""

    title: str
    subject: str
    author: str
    last_modified_by: str
    comments: str
    keywords: str
    language: str
    version: str
    created: datetime
    modified: datetime
    revision: int


def set_properties(properties: Properties, content: Content) -> None:
    """Title, language and version of a document; its dates are the day of the guide."""
    properties.title, properties.subject = content.title, content.subtitle
    properties.author = properties.last_modified_by = content.network
    properties.comments = properties.keywords = ""
    properties.language, properties.version = language_tag(content.language), content.version
    properties.created = properties.modified = datetime.combine(content.day, time(), UTC)
    properties.revision = 1


def in_theme(part: bytes, theme: Theme) -> bytes:
    """A part of an archive that says colours and fonts of a document, with those of a theme."""
    primary, accent = readable(theme.primary, theme.ground), readable(theme.accent, theme.ground)
    colours = {
        "dk1": theme.text, "lt1": theme.ground, "lt2": on(theme.primary), "accent1": primary, "accent2": accent,
        "dk2": readable(mix(theme.text, theme.ground, 0.35), theme.ground), "hlink": primary, "folHlink": primary,
    }  # fmt: skip
    text = part.decode()
    for name, colour in colours.items():
        text = re.sub(rf"(?s)(<a:{name}>).*?(</a:{name}>)", rf'\1<a:srgbClr val="{colour[1:]}"/>\2', text, count=1)
    return re.sub(r'(<a:m..orFont>\s*<a:latin typeface=)"[^"]*"', rf'\1"{theme.fonts[0]}"', text).encode()


def language_tag(language: str) -> str:
    """A language with the country of its spelling, such as `fr-FR`: Office knows a dictionary for this alone."""
    if language == "en":
        return _BRITISH
    likely = get_global("likely_subtags").get(language, language).split("_")
    return "-".join((likely[0], likely[-1])) if len(likely) > 1 else language


def template_of(open_file: Callable[[str], _Document], file: Path) -> _Document:
    """A network's own template, opened. Raises GuideError where it is no document, or one of another program."""
    try:
        return open_file(str(file))
    except (OpcError, PythonPptxError, BadZipFile, KeyError, ValueError):
        raise GuideError(
            f"expected {file} to be a document of its kind, but it is none, or a damaged one; save it once more"
        ) from None


def logo_image(content: Content, tools: "Tools") -> bytes | None:
    """The network's logo as PNG or JPEG, which Office shows everywhere; one in SVG is drawn by the browser."""
    if content.logo is None:
        return None
    if content.logo.suffix.lower() != ".svg":
        return content.logo.read_bytes()
    page = tools.browser.new_page(device_scale_factor=4)
    try:
        page.goto(content.logo.absolute().as_uri())
        return page.locator("svg").first.screenshot(omit_background=True)
    finally:
        page.close()
