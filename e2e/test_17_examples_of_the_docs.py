"""The examples of the docs that drive a browser run as they stand there."""

import re
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from e2e.conftest import NewContext
from eulogin_harness.client import World
from eulogin_harness.client.urls import CpmsUrls

DOCS = Path(__file__).parent.parent / "docs"


def example(page: str, word: str) -> dict[str, Any]:
    """What the only example of a page that holds this word defines."""
    codes = re.findall(r"```python[^\n]*\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
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


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("test_a_doctor_signs_in_with_the_phone", "browser.md"),
        ("test_somebody_signs_up", "browser.md"),
        ("test_a_lost_phone_can_be_deleted", "browser.md"),
        ("test_a_security_key_signs_in", "browser.md"),
        ("test_a_new_phone_scans_with_its_camera", "browser.md"),
        ("test_somebody_signs_in_beside_the_crowd", "how-to/load.md"),
    ],
)
def test_those_of_browsers(name: str, text: str, request: pytest.FixtureRequest) -> None:
    test = example(text, f"\ndef {name}(")[name]
    test(*(request.getfixturevalue(fixture) for fixture in signature(test).parameters))
