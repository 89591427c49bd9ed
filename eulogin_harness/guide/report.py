"""A page that shows what changed in a guide: sentences word by word, pictures before, after, and their difference."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from eulogin_harness.guide.baseline import Comparison
from eulogin_harness.guide.compare import differing_words
from eulogin_harness.guide.formats.encoding import address
from eulogin_harness.guide_text.errors import GuideError


def write_report(name: str, comparisons: Sequence[Comparison], file: Path) -> None:
    """Write one HTML page that needs no other file. Raises GuideError where it cannot be written."""
    environment = Environment(
        loader=PackageLoader("eulogin_harness.guide"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("comparison.html").render(
        name=name,
        count=counted(sum(len(each.changes) for each in comparisons)),
        comparisons=comparisons,
        words=differing_words,
        address=address,
    )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise GuideError(
            f"expected to write {file}, but got: {error.strerror}; name another file with --report"
        ) from None


def counted(number: int) -> str:
    """A number of changes, in words."""
    return {0: "no change", 1: "1 change"}.get(number, f"{number} changes")
