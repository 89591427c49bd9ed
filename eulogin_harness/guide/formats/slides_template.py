"""The presentation that slides are put into, where a network has no template of its own.

All lengths are pixels of a slide of 1280 x 720.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.shapes.placeholder import LayoutPlaceholder
from pptx.util import Length

from eulogin_harness.guide.formats.colours import mix
from eulogin_harness.guide.formats.office import in_theme
from eulogin_harness.guide_text.content import Theme

if TYPE_CHECKING:
    from pptx.presentation import Presentation as Slides
    from pptx.slide import SlideLayout

TITLE, TEXT, CHAPTER = "Title Slide", "Title and Content", "Section Header"
STEP, SENTENCE = "Picture with Caption", "Content with Caption"  # a step with a picture, and one without
_WIDTH, _HEIGHT = 1280, 720
_NAMESPACES = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_FOOTER, _NUMBER = 11, 12  # places of PowerPoint's own layouts


def px(pixels: float) -> Length:
    """A length of a slide."""
    return Length(round(pixels * 9525))


@dataclass(frozen=True)
class _Place:
    """Where a placeholder stands and how its text looks. colour: of the theme. size: points. anchor: t, ctr or b."""

    left: float
    top: float
    width: float
    height: float
    size: int = 18
    colour: str = "tx1"
    bold: bool = False
    anchor: str = "t"
    align: str = "l"


_PANEL = 480  # where the pictures' ground begins
_PLACES = {
    TITLE: {
        0: _Place(96, 250, 1080, 170, 44, "accent1", bold=True, anchor="b"),
        1: _Place(96, 452, 1080, 160, 22),
    },
    TEXT: {
        0: _Place(64, 40, 1152, 104, 32, "accent1", bold=True, anchor="ctr"),
        1: _Place(64, 168, 1152, 472, 22),
        _FOOTER: _Place(64, 664, 900, 32, 12, "tx2"),
        _NUMBER: _Place(1116, 664, 100, 32, 12, "tx2", align="r"),
    },
    CHAPTER: {
        0: _Place(96, 80, 1088, 300, 44, "bg2", bold=True, anchor="b"),
        1: _Place(96, 456, 1000, 184, 22),
        _FOOTER: _Place(96, 664, 900, 32, 12, "tx2"),
        _NUMBER: _Place(1116, 664, 100, 32, 12, "tx2", align="r"),
    },
    STEP: {
        0: _Place(48, 104, 400, 372, 26),
        1: _Place(_PANEL + 24, 40, 752, 608, 14),
        2: _Place(48, 492, 400, 164, 16),
        _FOOTER: _Place(48, 40, 400, 56, 13, "accent1", bold=True),
        _NUMBER: _Place(1116, 664, 100, 32, 12, "tx2", align="r"),
    },
    SENTENCE: {
        0: _Place(96, 112, 1088, 310, 40, anchor="b"),
        2: _Place(96, 474, 1088, 172, 20),
        _FOOTER: _Place(48, 40, 1088, 56, 13, "accent1", bold=True),
        _NUMBER: _Place(1116, 664, 100, 32, 12, "tx2", align="r"),
    },
}


def iter_placeholders(layout: "SlideLayout") -> Iterator[LayoutPlaceholder]:
    """The placeholders of a layout; what python-pptx says of their types is wrong."""
    return (shape for shape in layout.shapes if isinstance(shape, LayoutPlaceholder))


def default_template(theme: Theme) -> "Slides":
    """An empty presentation of 16:9 with five layouts in the colours and the font of a theme."""
    slides = Presentation()
    for key, relation in slides.part.package._rels.items():  # noqa: SLF001
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:  # a picture of an empty slide
            slides.part.package.drop_rel(key)
            break
    slides.slide_width, slides.slide_height = px(_WIDTH), px(_HEIGHT)
    for shape in slides.slide_master.placeholders:
        shape.left, shape.width = Length(shape.left * 4 // 3), Length(shape.width * 4 // 3)  # it was made for 4:3
    _set_theme(slides, theme)
    for layout in list(slides.slide_layouts):
        if layout.name in _PLACES:
            _arrange(layout)
        else:
            slides.slide_layouts.remove(layout)
    _decorate(slides, theme)
    return slides


def _set_theme(slides: "Slides", theme: Theme) -> None:
    part = slides.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    part.blob = in_theme(part.blob, theme)


def _arrange(layout: "SlideLayout") -> None:
    for shape in list(iter_placeholders(layout)):
        place = _PLACES[layout.name].get(shape.placeholder_format.idx)
        if place is None:
            shape.element.getparent().remove(shape.element)
            continue
        shape.left, shape.top, shape.width, shape.height = map(px, (place.left, place.top, place.width, place.height))
        for old, new in (("bodyPr", _body(place)), ("lstStyle", _style(place))):
            (element,) = shape.element.iter(f"{{*}}{old}")
            element.getparent().replace(element, parse_xml(new))


def _body(place: _Place) -> str:
    return f'<a:bodyPr {_NAMESPACES} lIns="0" tIns="0" rIns="0" bIns="0" anchor="{place.anchor}"/>'


def _style(place: _Place) -> str:
    return (
        f'<a:lstStyle {_NAMESPACES}><a:lvl1pPr marL="0" indent="0" algn="{place.align}">'
        '<a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="900"/></a:spcBef><a:buNone/>'
        f'<a:defRPr sz="{place.size}00" b="{place.bold:d}" cap="none"><a:solidFill>'
        f'<a:schemeClr val="{place.colour}"/></a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle>'
    )


def _decorate(slides: "Slides", theme: Theme) -> None:
    """A bar beside the title, a chapter in the network's colour, a ground behind the pictures."""
    ground = mix(theme.ground, theme.primary, 0.08)
    boxes = {
        TITLE: [((0, 0, 32, _HEIGHT), theme.primary), ((96, 434, 96, 6), theme.accent)],
        CHAPTER: [((0, 0, _WIDTH, 420), theme.primary)],
        STEP: [((_PANEL, 0, _WIDTH - _PANEL, _HEIGHT), ground)],
        SENTENCE: [((0, 0, _WIDTH, _HEIGHT), ground)],
    }
    for layout in slides.slide_layouts:
        for box, colour in boxes.get(layout.name, []):
            _draw(layout, box, colour)


def _draw(layout: "SlideLayout", box: tuple[int, int, int, int], colour: str) -> None:
    """A filled box below all placeholders."""
    left, top, width, height = map(px, box)
    shapes = layout.shapes.element
    number = max(int(shape.get("id")) for shape in shapes.iter("{*}cNvPr")) + 1
    box_xml = (
        f'<p:sp {_NAMESPACES} xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">'
        f'<p:nvSpPr><p:cNvPr id="{number}" name="Box {number}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )
    shapes.insert(2, parse_xml(box_xml))
