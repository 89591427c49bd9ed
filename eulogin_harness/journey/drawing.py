"""A sign-in drawn as a sequence: a lane for each part, an arrow for each message. SVG that stands for itself."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from eulogin_harness.journey.model import LANES, Lane, Step
from mock_world.i18n import ZONE

_LEFT, _TOP, _ROW = 92, 56, 46  # pixels: before the first lane, above the first step, of a step
_WHOLE, _LEAST = 1180, 168  # pixels: of the picture, of a lane at least
_COLOURS = {"wrong": "#b3261e", "mind": "#8a5a00", "good": "#1b6e3c", "": "#2d4a7c"}
_INK, _SOFT = "#1f2733", "#5b6675"
_FONT = "system-ui, sans-serif"
_LONGEST = 42  # characters above an arrow


def drawing(steps: Sequence[Step], names: dict[Lane, str], description: str) -> str:
    """The picture; names: of the lanes, in the page's language. description: for who cannot see it."""
    lanes = used_lanes(steps)
    width, height = _LEFT + round(len(lanes) * _lane_width(lanes)), _TOP + len(steps) * _ROW + 24
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "width": str(width),
            "height": str(height),
            "role": "group",
            "font-family": _FONT,
            "font-size": "12",
        },
    )
    ET.SubElement(root, "title").text = description
    ET.SubElement(root, "rect", {"width": str(width), "height": str(height), "fill": "#ffffff"})
    for lane in lanes:
        _draw_lane(root, names[lane], _x(lanes, lane), height)
    for step in steps:
        _draw_step(root, lanes, step, _TOP + step.number * _ROW - 12)
    return ET.tostring(root, encoding="unicode")


def used_lanes(steps: Sequence[Step]) -> list[Lane]:
    """The lanes between which something happens, in their order."""
    used = {lane for step in steps for lane in (step.sender, step.receiver, step.leads_to)}
    return [lane for lane in LANES if lane in used]


def _lane_width(lanes: Sequence[Lane]) -> float:
    return max(_LEAST, (_WHOLE - _LEFT) / max(len(lanes), 1))


def _x(lanes: Sequence[Lane], lane: Lane) -> float:
    return _LEFT + (lanes.index(lane) + 0.5) * _lane_width(lanes)


def _draw_lane(root: ET.Element, name: str, x: float, height: int) -> None:
    _text(root, x, 22, name, anchor="middle", weight="600")
    line = {
        "x1": f"{x}",
        "x2": f"{x}",
        "y1": "32",
        "y2": f"{height - 8}",
        "stroke": "#c9d1dc",
        "stroke-dasharray": "3 4",
    }
    ET.SubElement(root, "line", line)


def _draw_step(root: ET.Element, lanes: Sequence[Lane], step: Step, y: float) -> None:
    link = ET.SubElement(root, "a", {"href": f"#step-{step.number}"})
    start, end, colour = _x(lanes, step.sender), _x(lanes, step.receiver), _COLOURS[step.verdict]
    _text(link, 8, y + 4, f"{step.number}  {step.at.astimezone(ZONE):%H:%M:%S}", colour=_SOFT)
    if step.sender == step.receiver:
        ET.SubElement(link, "circle", {"cx": f"{end}", "cy": f"{y}", "r": "5", "fill": colour})
        _text(link, end + 10, y + 4, step.title, colour=colour)
        return
    _arrow(link, start, end, y, colour)
    _text(link, (start + end) / 2, y - 6, step.title, anchor="middle", colour=_INK)
    _text(link, (start + end) / 2, y + 14, step.answer, anchor="middle", colour=colour)
    if step.leads_to is not None and step.leads_to != step.sender:
        _arrow(link, end, _x(lanes, step.leads_to), y + 4, colour, dashed=True)


def _arrow(root: ET.Element, start: float, end: float, y: float, colour: str, *, dashed: bool = False) -> None:
    back = 7 if end > start else -7
    line = {
        "x1": f"{start}",
        "x2": f"{end - back}",
        "y1": f"{y}",
        "y2": f"{y}",
        "stroke": colour,
        "stroke-width": "1.5",
    }
    ET.SubElement(root, "line", line | ({"stroke-dasharray": "5 4"} if dashed else {}))
    points = f"{end},{y} {end - back},{y - 4} {end - back},{y + 4}"
    ET.SubElement(root, "polygon", {"points": points, "fill": colour})


def _text(
    root: ET.Element, x: float, y: float, text: str, *, anchor: str = "start", colour: str = _INK, weight: str = "400"
) -> None:
    text = "".join(character for character in text if character.isprintable())  # others XML forbids
    short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    place = {"x": f"{x}", "y": f"{y}", "text-anchor": anchor, "fill": colour, "font-weight": weight}
    ET.SubElement(root, "text", place).text = short
