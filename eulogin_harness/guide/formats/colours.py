"""Colours of a network that can be read on any ground: contrast as WCAG 2.2 defines it."""

LEAST = 4.5  # WCAG 2.2, 1.4.3: contrast of text
_BLACK, _WHITE = "#000000", "#ffffff"
_STEPS = 20
_NEARLY_BLACK = 0.04045  # below it sRGB is linear


def contrast(one: str, other: str) -> float:
    """Of two colours as `#rrggbb`: from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, ground: str, least: float = LEAST) -> str:
    """The colour, or the one nearest to it, lighter or darker, that text on this ground may have."""
    end = on(ground)
    mixed = (mix(colour, end, step / _STEPS) for step in range(_STEPS + 1))
    return next((each for each in mixed if contrast(each, ground) >= least), end)


def on(ground: str) -> str:
    """Black or white, whichever is read better on this ground."""
    return max(_WHITE, _BLACK, key=lambda colour: contrast(colour, ground))


def mix(colour: str, other: str, share: float) -> str:
    """A colour with a share (0 to 1) of another one."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= _NEARLY_BLACK else float(((value + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
