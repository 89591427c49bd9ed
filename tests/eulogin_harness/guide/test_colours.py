"""Colours of a network on any ground."""

from itertools import product

import pytest

from eulogin_harness.guide.formats.colours import contrast, readable
from eulogin_harness.guide.formats.rendering import colours
from eulogin_harness.guide_text.content import Theme

SOME = ("#000000", "#ffffff", "#ffee00", "#808080", "#0e5a6b", "#ff0000")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


def test_a_colour_that_can_be_read_stays() -> None:
    assert readable("#0e5a6b", "#ffffff") == "#0e5a6b"


@pytest.mark.parametrize("dark", [False, True])
def test_text_in_colours_of_any_network_can_be_read(dark: bool) -> None:
    for primary, accent in product(SOME, SOME):
        all_colours = colours(Theme(primary=primary, accent=accent), dark=dark)
        pairs = [(name, ground) for name in ("primary", "accent", "text", "soft") for ground in ("ground", "surface")]
        for name, ground in (*pairs, ("on-primary", "primary"), ("on-band", "band")):
            assert contrast(all_colours[name], all_colours[ground]) >= 4.5, (primary, accent, name, ground)
