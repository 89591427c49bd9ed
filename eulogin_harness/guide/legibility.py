"""Whether what a picture says can be read on paper."""

from collections.abc import Iterable, Iterator

from eulogin_harness.guide_text.content import Content

LEAST = 8.0  # points of the smallest text


def hardly_legible(contents: Iterable[Content]) -> Iterator[str]:
    """A sentence for each picture whose text is too small in print."""
    for content in contents:
        for chapter, step in content.steps:
            picture = step.picture
            if picture and 0 < picture.points < LEAST:
                yield (
                    f"{content.language}: chapter {chapter.name}, step {step.name}: expected text of {LEAST:g} points "
                    f"or more in print, but the smallest in this picture, which is {picture.millimetres:.0f} mm wide, "
                    f"has {picture.points:.1f}; show less of the page by `crop`, or make that text larger"
                )
