"""Configuration comes from the how-tos in docs/clients, so that what they show is what was tried."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests_clients.servers import tool

FOLDER = Path(__file__).parents[1] / "docs" / "clients"
PATIENCE = 20  # seconds


def block(page: str, begins: str, places: Mapping[str, str]) -> str:
    """The code block of a page whose first line begins so, with each of `places` replaced by what holds in this test.

    Raises ValueError where the page says nothing of a place: it would then be left as it is, and try nothing.
    """
    text = (FOLDER / page).read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    (found,) = [code for code in blocks if code.startswith(begins)]
    for place, here in places.items():
        if place not in found:
            raise ValueError(f"expected {place} in the block {begins!r} of {page}")
        found = found.replace(place, here)
    return found


def told(command: str, authority: Path | None) -> dict[str, Any]:
    """What a command of a page answers with: a JSON document. authority: PEM file that curl is to trust."""
    variables = os.environ | ({"CURL_CA_BUNDLE": str(authority)} if authority else {})
    shell = [tool("sh"), "-c", command]
    run = subprocess.run(shell, env=variables, capture_output=True, text=True, check=True, timeout=PATIENCE)
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer
