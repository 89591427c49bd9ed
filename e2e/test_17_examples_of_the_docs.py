"""The examples of the docs that drive a browser run as they stand there."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from e2e.conftest import NewContext
from eulogin_harness.client import World
from eulogin_harness.client.urls import CpmsUrls

DOCS = Path(__file__).parent.parent / "docs"


def example(page: str, word: str) -> dict[str, Any]:
    """What the only example of a page that holds this word defines."""
    codes = re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    (code,) = (code for code in codes if word in code)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page
    return names


def test_that_of_the_phone(page: Page, world: World) -> None:
    test = example("phone.md", "def test_a_doctor_signs_in")["test_a_doctor_signs_in"]
    test(world.personas.create, world, page, CpmsUrls(world.addresses.cpms))


def test_that_of_people(world: World, new_context: NewContext) -> None:
    test = example("people.md", "new_context")["test_the_list_of_requests"]
    test(world.personas.create, world, new_context, CpmsUrls(world.addresses.cpms))
