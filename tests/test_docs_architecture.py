"""The map leads to files that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACES = ("", "mock_idp", "mock_phone", "mock_cpms", "mock_world", "eulogin_harness", "docs")


def test_each_file_of_the_map_is_there() -> None:
    names = set(re.findall(r"`([\w/-]+\.(?:py|md|yaml|po))`", MAP))
    assert len(names) > 100
    assert [name for name in names if not any((ROOT / place / name).exists() for place in PLACES)] == []


def test_twenty_rules_have_their_file() -> None:
    rules = re.findall(r"^\| [^|]+ \| `((?:mock|eulogin)[\w/]+\.py)` \|$", MAP, re.MULTILINE)
    assert len(rules) >= 20
    assert [rule for rule in rules if not (ROOT / rule).exists()] == []


def test_the_rooms_are_those_of_the_import_rules() -> None:
    rooms = re.findall(r"`(mock_idp/\w+)`", MAP.partition("One sign-in, file by file")[0])
    assert {room for room in rooms if (ROOT / room).is_dir()} == {
        f"mock_idp/{folder.name}" for folder in (ROOT / "mock_idp").iterdir() if (folder / "__init__.py").exists()
    }
