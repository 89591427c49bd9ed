"""What formats made of HTML share: templates, colours, fonts, addresses within a page."""

import mimetypes
import re
from functools import cache
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    select_autoescape,
)
from markupsafe import Markup

from eulogin_harness.guide.formats import Tools
from eulogin_harness.guide.formats.colours import mix, on, readable
from eulogin_harness.guide.formats.encoding import data_uri
from eulogin_harness.guide_text.content import Chapter, Content, Step, Theme
from eulogin_harness.guide_text.errors import GuideError
from mock_world.fonts import FOLDER

OUR_FONT = "Source Sans Pro"
_WEIGHTS = {400: "Regular", 600: "Semibold"}
_DARK = "#12181f"
_OF_CSS = {"serif", "sans-serif", "monospace", "system-ui"}  # names that stand without quotation marks


def rendered(template: str, content: Content, tools: Tools, **values: object) -> str:
    """A page by a template of the package, or by the one of this name in the caller's folder. Raises GuideError."""
    try:
        return _environment(tools.templates).get_template(template).render(content=content, **values)
    except TemplateError as error:
        line = f", line {error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
        raise GuideError(f"expected template {template} to be one of Jinja, but got{line}: {error.message}") from None


def anchor(chapter: Chapter, step: Step) -> str:
    """Where a step is found within a page; other steps do not change it."""
    return step.name if step.name.startswith(f"{chapter.name}.") else f"{chapter.name}.{step.name}"


@cache
def _environment(folder: Path | None) -> Environment:
    ours, own = PackageLoader("eulogin_harness.guide"), [FileSystemLoader(folder)] if folder else []
    environment = Environment(
        loader=ChoiceLoader([*own, ours]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"css_text": css_text, "css_page_number": css_page_number, "font_list": font_list}
    environment.globals |= {"anchor": anchor, "font_faces": font_faces, "colours": colours, "embedded": embedded}
    return environment


def colours(theme: Theme, *, dark: bool = False) -> dict[str, str]:
    """Colours of a page by name, all legible, on the theme's ground or on a dark one."""
    ground = _DARK if dark else theme.ground
    text = readable(theme.text, ground, 12)
    surface = mix(ground, text, 0.04)
    return {
        "ground": ground,
        "surface": surface,
        "text": text,
        "soft": readable(mix(text, ground, 0.35), surface),
        "line": mix(ground, text, 0.16),
        "primary": readable(theme.primary, surface),
        "on-primary": on(readable(theme.primary, surface)),
        "accent": readable(theme.accent, surface),
        "band": theme.primary,
        "on-band": on(theme.primary),
    }


def font_faces(theme: Theme) -> list[tuple[int, str]]:
    """Weight and address of each font file that a page carries; none where the theme names another font first."""
    return [(weight, _font(name)) for weight, name in _WEIGHTS.items()] if theme.fonts[:1] == (OUR_FONT,) else []


@cache
def _font(name: str) -> str:
    return data_uri((FOLDER / f"SourceSansPro-{name}.otf").read_bytes(), "font/otf")


def font_list(fonts: tuple[str, ...]) -> Markup:
    """Names of fonts as CSS has them."""
    return Markup(", ").join(Markup(font) if font in _OF_CSS else css_text(font) for font in fonts)  # noqa: S704


def css_text(text: str) -> Markup:
    """A text as CSS has it, in quotation marks, which ends neither itself nor the style."""
    escaped = "".join(letter if letter not in '"\\<\n' else f"\\{ord(letter):x} " for letter in text)
    return Markup(f'"{escaped}"')  # noqa: S704 - holds nothing any more that means something


def css_page_number(text: str) -> Markup:
    """A text such as "Page {number} of {pages}" as the content of a page's margin."""
    counters = {"{number}": Markup("counter(page)"), "{pages}": Markup("counter(pages)")}
    parts = re.split(r"(\{number\}|\{pages\})", text)
    return Markup(" ").join(counters.get(part) or css_text(part) for part in parts)


def embedded(file: Path) -> str:
    """A file, such as a logo, as an address that holds it."""
    return data_uri(file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream")
