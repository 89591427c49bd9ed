"""What a browser shows at a step: its pixels, where the element to press is, and where text stands."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Locator, Page

    Crop = str | tuple[Locator, ...]

SIDES, ENDS = 16, 8  # CSS pixels of the page beside what is shown; and above and below, where the next line is near
SCALE = 2  # pixels of a picture for a CSS pixel

# What a reader has no use for: the banner (the picture bears a mark of its own), the way to the control room and to
# other phones, an address of the mock's helpdesk, what stands for a camera where there is none, what concerns guests,
# the last column of a table that is wider than paper, the blinking of a caret, what moves. A phone stands on the ground
# that EU Login's pages have, without a shadow that the picture's edge would cut.
STYLE = """
.mock-banner, .skip-link, .hero__lead, a[href^="http://desk.localhost"] { display: none !important; }
[data-page="phone-scan"] :is([class^="camera__"], #scan-form, [form="scan-form"]) { display: none !important; }
[data-page^="phone-store"] .app-line .muted { display: none !important; }
[data-page="access-status"] form > .muted, [data-page="helpdesk-request"] .field--day { display: none !important; }
[data-page="helpdesk"] .requests :is(th, td):last-child { display: none !important; }
[data-page="phone-settings"] li:has(> [href$="/"]) { display: none !important; }
[data-page="phone-store"] .screen__foot { display: none !important; }
body:has(.phone) { background: #eef3f5 !important; }
.phone { box-shadow: 0 0 0 2px #46545d !important; }
*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important; }
:focus, :focus-visible { outline: none !important; box-shadow: none !important; }
"""
# Addresses of the mock become those of an invented site, since no reader has a localhost. All of the page is drawn in
# one go: what a script showed before or after the first stroke would differ by a hair.
_SETTLED = r"""async (style) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets.push(sheet);
  document.activeElement?.blur?.();
  scrollTo(0, 0);
  document.addressesBefore = [];
  const address = /https?:\/\/(eulogin|cpms|phone)\.localhost(:\d+)?(\/w\/[\w-]+)?/g;
  const rename = (page) => {
    const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode, before = node.data;
      if (node.contentDocument?.body) rename(node.contentDocument);
      if (before?.includes(".localhost")) {
        node.data = before.replace(address, "https://$1.example");
        document.addressesBefore.push([node, before]);
      }
    }
  };
  rename(document);
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const zoom of ["1.25", ""]) {
    document.documentElement.style.zoom = zoom;
    await drawn();
  }
}"""
_AS_BEFORE = """() => {
  document.adoptedStyleSheets.pop();
  document.addressesBefore.forEach(([node, before]) => { node.data = before; });
}"""
_NEAR = """(element, crop) => {
  const around = {
    element: () => element,
    section: () => element.closest("fieldset, section, article, li, tr, form, .field, dialog"),
    card: () => element.closest(".phone, .mail, dialog, .card") ?? document.querySelector(".phone, .mail, main .card"),
    page: () => document.querySelector(".phone, .mail"),
  };
  const found = around[crop]?.() ?? (crop === "page" ? null : around.card());
  const content = document.querySelector("main > .page") ?? document.querySelector("main") ?? document.body;
  const boxes = (found ? [found] : [...content.children]).map((each) => each.getBoundingClientRect());
  const seen = boxes.filter((box) => box.width > 1 && box.height > 1);
  const x = Math.min(...seen.map((box) => box.left)), y = Math.min(...seen.map((box) => box.top));
  const right = Math.max(...seen.map((box) => box.right)), bottom = Math.max(...seen.map((box) => box.bottom));
  return { x, y, width: right - x, height: bottom - y };
}"""
# The element with its label, from its own upper left corner.
_TARGET = """(element) => {
  const own = element.getBoundingClientRect();
  const boxes = [element, ...(element.labels ?? [])].map((each) => each.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left)), top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.right)), bottom = Math.max(...boxes.map((box) => box.bottom));
  return { x: left - own.x, y: top - own.y, width: right - left, height: bottom - top };
}"""
_TEXTS = """() => {
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement, own = parent.getBoundingClientRect();
    if (!node.data.trim() || own.width < 2 || own.height < 2) continue;  // the latter for screen readers alone
    if (!parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    range.selectNodeContents(node);
    for (const { x, y, width, height } of range.getClientRects()) {
      if (width > 1 && height > 1) lines.push([x, y, width, height]);
    }
  }
  return lines;
}"""
# The size of the smallest letters within a rectangle of the page, of a mail in its frame and of fields too; 0 where
# there is no text.
_SMALLEST = """(cut) => {
  const sizes = [];
  const fields = "input:not([type=checkbox], [type=radio], [type=hidden], [type=range]), select, textarea";
  const look = (page, left, top) => {
    const isIn = ({ x, y, width, height }) => width > 1 && height > 1
      && x + left < cut.x + cut.width && x + left + width > cut.x
      && y + top < cut.y + cut.height && y + top + height > cut.y;
    const walker = page.createTreeWalker(page.body);
    const range = page.createRange();
    while (walker.nextNode()) {
      const node = walker.currentNode, isText = node.nodeType === Node.TEXT_NODE;
      if (node.contentDocument?.body) {
        const { x, y } = node.getBoundingClientRect();
        look(node.contentDocument, left + x, top + y);
      }
      if (isText ? !node.data.trim() : !node.matches?.(fields)) continue;
      const element = isText ? node.parentElement : node;
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      range.selectNodeContents(node);
      const places = isText ? [...range.getClientRects()] : [element.getBoundingClientRect()];
      if (places.some(isIn) && isIn(element.getBoundingClientRect())) {
        sizes.push(parseFloat(page.defaultView.getComputedStyle(element).fontSize));
      }
    }
  };
  look(document, 0, 0);
  return sizes.length ? Math.min(...sizes) : 0;
}"""


@dataclass(frozen=True)
class Box:
    """A rectangle in CSS pixels, from the upper left corner of its picture."""

    x: float
    y: float
    width: float
    height: float

    def grown(self, by: float) -> "Box":
        """Larger on all sides."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def moved(self, x: float, y: float) -> "Box":
        """Elsewhere."""
        return Box(self.x + x, self.y + y, self.width, self.height)

    def meets(self, other: "Box") -> bool:
        """Whether the two have a point in common."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@dataclass(frozen=True)
class Shot:
    """A part of a page. png: `SCALE` pixels for a CSS pixel. target: what is pressed. lines: of text.

    is_phone: it shows a phone. letters: CSS pixels of the smallest text, 0 where there is none.
    """

    png: bytes
    width: int
    height: int
    target: Box | None
    lines: tuple[Box, ...]
    is_phone: bool
    blurred: tuple[Box, ...] = ()
    letters: float = 0


def take(page: "Page", show: "Locator | None", crop: "Crop", blur: tuple[str, ...] = ()) -> Shot:
    """Take the picture of a page, cut to what matters.

    show: the element to press, whose place is remembered. crop: `element`, `section`, `card` or `page` around it, or
    elements that are all in the picture, with their labels. blur: CSS selectors of what is to be made unreadable.
    """
    page.mouse.move(0, 0)
    page.evaluate(_SETTLED, STYLE)
    cut = _cut(page, show, crop)
    target = _target(show) if show is not None else None
    lines = (Box(*line).moved(-cut.x, -cut.y) for line in page.evaluate(_TEXTS))
    clip: FloatRect = {"x": cut.x, "y": cut.y, "width": cut.width, "height": cut.height}
    shot = Shot(
        png=page.screenshot(clip=clip, full_page=True, animations="disabled", caret="hide", scale="device"),
        width=int(cut.width),
        height=int(cut.height),
        target=target.moved(-cut.x, -cut.y) if target else None,
        lines=tuple(line for line in lines if line.meets(Box(0, 0, cut.width, cut.height))),
        is_phone=page.locator(".phone").count() > 0,
        blurred=tuple(
            _box(each.bounding_box()).moved(-cut.x, -cut.y)
            for name in blur
            for each in page.locator(f"{name} >> visible=true").all()
        ),
        letters=page.evaluate(_SMALLEST, clip),
    )
    page.evaluate(_AS_BEFORE)
    return shot


def _cut(page: "Page", show: "Locator | None", crop: "Crop") -> Box:
    """Whole pixels, with a margin, within the page."""
    if not isinstance(crop, str):
        box = _around([_target(each) for each in crop])
    else:
        element = page.locator("body") if show is None or _is_framed(show) else show
        box = _box(element.evaluate(_NEAR, crop))
    size: Any = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    left, top = max(0, int(box.x) - SIDES), max(0, int(box.y) - ENDS)
    right = min(size[0], round(box.x + box.width) + SIDES)
    bottom = min(size[1], round(box.y + box.height) + ENDS)
    return Box(left, top, right - left, bottom - top)


def _around(boxes: "list[Box]") -> Box:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)


def _is_framed(element: "Locator") -> bool:
    return bool(element.evaluate("(element) => element.ownerDocument.defaultView !== top"))


def _target(element: "Locator") -> Box:
    """An element with its label."""
    corner = element.bounding_box()
    if corner is None:
        raise AssertionError(f"expected {element} to be seen, but it is hidden")
    return _box(element.evaluate(_TARGET)).moved(corner["x"], corner["y"])


def _box(rectangle: Any) -> Box:
    return Box(rectangle["x"], rectangle["y"], rectangle["width"], rectangle["height"])
