"""Where the documents are, and what is written as code in them."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"


def codes(text: str) -> list[str]:
    """What stands in backticks, in its order."""
    return re.findall(r"`([^`]+)`", text)
