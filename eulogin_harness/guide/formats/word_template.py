"""Styles and numbers of a Word document: those that a network's template lacks are added."""

from typing import TYPE_CHECKING, cast

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from eulogin_harness.guide.formats.colours import readable
from eulogin_harness.guide.formats.office import in_theme
from eulogin_harness.guide_text.content import WIDEST, Theme

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle

STEP, NOTE, PICTURE, TERM, LINK, ABOUT = "Step", "Step Note", "Step Picture", "Term", "Hyperlink", "About"
INDENT = 14.0  # millimetres before what belongs to a step
_A4 = (210.0, 297.0)
_MARGIN_TOP, _MARGIN_FOOT = 20.0, 22.0


def set_design(document: "Document", theme: Theme) -> None:
    """Give python-docx's empty document paper, colours and fonts."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(_A4[0]), Mm(_A4[1])
    section.left_margin = section.right_margin = Mm((_A4[0] - WIDEST) / 2)
    section.top_margin, section.bottom_margin, section.footer_distance = Mm(_MARGIN_TOP), Mm(_MARGIN_FOOT), Mm(11)
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:  # a picture of an empty page
            del package.rels[key]
    for part in package.iter_parts():
        if part.partname.startswith("/word/theme/"):
            part._blob = in_theme(part.blob, theme)  # noqa: SLF001 - python-docx sets none
        elif part.partname == "/word/fontTable.xml":
            part._blob = part.blob.replace(b"</w:fonts>", _font(theme.fonts).encode() + b"</w:fonts>")  # noqa: SLF001
    _set_looks(document, theme)


def _font(fonts: tuple[str, ...]) -> str:
    """What Word takes where the first font is missing."""
    others = ",".join(fonts[1:])
    return f'<w:font w:name="{fonts[0]}"><w:altName w:val="{others}"/><w:family w:val="swiss"/></w:font>'


def _set_looks(document: "Document", theme: Theme) -> None:
    primary = readable(theme.primary, theme.ground)
    looks = {
        "Normal": (11, "", 0, 6), "Title": (30, primary, 12, 4), "Subtitle": (15, theme.text, 0, 4),
        "Heading 1": (20, primary, 18, 8), "TOC Heading": (14, primary, 14, 6),
        "Caption": (9, theme.text, 2, 10), "Footer": (9, theme.text, 0, 0), "List Bullet": (11, "", 0, 3),
    }  # fmt: skip
    for name, (size, colour, before, after) in looks.items():
        style = cast("ParagraphStyle", document.styles[name])
        style.font.size, style.font.italic = Pt(size), False
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.line_spacing = 1.15
        style.font.bold = name in {"Title", "Heading 1", "TOC Heading"}
        if colour:
            style.font.color.rgb = RGBColor.from_string(colour[1:])
    for name in ("Title", "Subtitle"):
        for element in list(document.styles[name].element.iter(qn("w:pBdr"), qn("w:kern"))):
            element.getparent().remove(element)
        for space in document.styles[name].element.find(qn("w:rPr")).findall(qn("w:spacing")):
            space.getparent().remove(space)


def add_styles(document: "Document", theme: Theme) -> None:
    """Add the styles of steps, questions and links that a document lacks."""
    there = {style.name for style in document.styles}
    looks = {
        ABOUT: (11, theme.text, 0, 18), STEP: (12, theme.text, 14, 6), NOTE: (10, theme.text, 4, 6),
        PICTURE: (11, theme.text, 0, 6), TERM: (11, theme.text, 8, 2),
    }  # fmt: skip
    for name, (size, colour, before, after) in looks.items():
        if name not in there:
            style = cast("ParagraphStyle", document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
            style.base_style, style.quick_style = document.styles["Normal"], True
            style.font.size, style.font.bold = Pt(size), name == TERM
            style.font.color.rgb = RGBColor.from_string(colour[1:])
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
            if name == NOTE:
                style.element.pPr.find(qn("w:spacing")).addprevious(parse_xml(_bar(theme.accent)))
    if LINK not in there:
        link = document.styles.add_style(LINK, WD_STYLE_TYPE.CHARACTER)
        link.font.underline, link.font.color.rgb = True, RGBColor.from_string(readable(theme.primary, theme.ground)[1:])


def _bar(colour: str) -> str:
    """A line at the left of a paragraph."""
    return f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="18" w:space="8" w:color="{colour[1:]}"/></w:pBdr>'


def add_numbering(document: "Document", theme: Theme) -> int:
    """Add a list whose first level numbers chapters and whose second the steps of each; its number in the document."""
    numbering = document.part.numbering_part.element
    abstract = 1 + max((int(one.get(qn("w:abstractNumId"))) for one in numbering.iter(qn("w:abstractNum"))), default=0)
    number = 1 + max((int(one.get(qn("w:numId"))) for one in numbering.iter(qn("w:num"))), default=0)
    levels = "".join(
        _level(*level, colour=readable(theme.accent, theme.ground)[1:]) for level in ((0, "%1"), (1, "%1.%2"))
    )
    first = next(numbering.iter(qn("w:num")), None)
    new = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract}"><w:multiLevelType w:val="multilevel"/>{levels}'
        "</w:abstractNum>"
    )
    numbering.append(new) if first is None else first.addprevious(new)
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/></w:num>')
    )
    return number


def _level(level: int, text: str, colour: str) -> str:
    indent = round(INDENT / 25.4 * 1440)
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:tabs><w:tab w:val="num" w:pos="{indent}"/></w:tabs>'
        f'<w:ind w:left="{indent}" w:hanging="{indent}"/></w:pPr>'
        f'<w:rPr><w:b/><w:color w:val="{colour}"/></w:rPr></w:lvl>'
    )


def set_language(document: "Document", tag: str) -> None:
    """Set the language in which everything is spelled."""
    for element in (
        *document.styles.element.iter(qn("w:lang")),
        *document.settings.element.iter(qn("w:themeFontLang")),
    ):
        element.set(qn("w:val"), tag)
