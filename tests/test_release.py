"""What `make release` takes from the sources."""

from pathlib import Path

import pytest

from eulogin_harness import VERSION
from tools.release import ReleaseError, notes_of, release

CHANGELOG = """# Changelog

## [Unreleased]

### Added

- Something new.

## [0.2.0] - 2027-01-01

### Fixed

- A mistake.

## [0.1.0] - 2026-12-01

- All.
"""


def test_notes_are_what_the_changelog_says_of_the_version() -> None:
    assert notes_of(CHANGELOG, "0.2.0", final=True) == "# eulogin-harness 0.2.0\n\n### Fixed\n\n- A mistake.\n"
    assert notes_of(CHANGELOG, "0.3.0", final=False) == "# eulogin-harness 0.3.0\n\n### Added\n\n- Something new.\n"


def test_a_version_without_a_section_is_not_published() -> None:
    with pytest.raises(ReleaseError, match=r"expected a section \[0\.3\.0\] in CHANGELOG\.md"):
        notes_of(CHANGELOG, "0.3.0", final=True)


def test_another_tag_than_that_of_the_version_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=rf"expected tag v{VERSION}.*; got v9\.9\.9"):
        release(tmp_path / "dist", "v9.9.9")
    assert not (tmp_path / "dist").exists()
