"""What the contract page says: its tables, and the code spans in them."""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
TEXT = (DOCS / "reference" / "contract.md").read_text(encoding="utf-8")
SECTIONS = {  # of each actor; the first one has its table of pages
    "world": ["Every page"],
    "idp": [
        "EU Login: pages",
        "EU Login: other addresses",
        "Verification methods",
        "CAS",
        "CAS: validation",
        "OpenID Connect",
        "Login transactions and proxies",
        "The app's interface",
    ],
    "phone": ["Phones"],
    "cpms": ["CPMS 2.0 and the search tool", "The search tool's JSON"],
    "desk": ["Desk", "Control API"],
}
Row = dict[str, str]


@cache
def sections() -> dict[str, str]:
    parts = re.split(r"^#{2,3} (.+)$", TEXT, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(section: str, column: str) -> list[Row]:
    """The table of a section whose first column is called `column`."""
    for table in re.findall(r"(?:^\|.*\n)+", sections()[section], flags=re.MULTILINE):
        head, _, *lines = ([cell.strip() for cell in line[1:-1].split("|")] for line in table.splitlines())
        if head[0].strip("`") == column:
            return [dict(zip((name.strip("`") for name in head), line, strict=True)) for line in lines]
    raise LookupError(f"section {section} has no table with the first column {column}")


def codes(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def labels(text: str) -> set[str]:
    return set(re.findall(r'"([^"]+)"', text))


def all_codes(actor: str) -> list[str]:
    return [code for section in SECTIONS[actor] for code in codes(sections()[section])]


def column(actor: str, name: str) -> str:
    """A column of the actor's table of pages, in one."""
    return "\n".join(row[name] for row in rows(SECTIONS[actor][0], "data-page"))
