"""Names are the field's words: a stranger guesses a file and a name right."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("mock_world", "mock_idp", "mock_phone", "mock_cpms", "eulogin_harness")
# Private words, and what the field says for them.
FIELD_WORDS = {
    "kept": "cached",
    "recalled": "cached",
    "tell": "notify",
    "telling": "back_channel",
    "told": "notified",
    "tries": "failed_attempts",
    "flood": "rate_limit",
    "floods": "rate_limit",
    "ageing": "password_expiry",
    "ending": "revocation",
    "leaving": "account_deletion",
    "going_on": "complete_login",
    "go_on": "continue",
    "interruptions": "interstitials",
    "interruption": "interstitial",
    "misread": "invalid_parameters",
    "astray": "unknown_endpoints",
    "differences": "mismatches",
    "forged": "csrf",
    "seal": "sign_value",
    "sealed": "signed_values",
    "due": "scheduler",
    "agenda": "schedule",
    "strikes": "inject",
    "spoil": "inject_fault",
    "putting": "seeding",
    "invention": "fake_data",
    "bringing_in": "importer",
    "way": "onboarding",
    "ways_back": "return_urls",
    "way_back": "return_url",
    "sight": "screen_updates",
    "hears": "receives_requests",
    "ear": "listener",
    "watching": "auto_approve",
    "happenings": "events",
    "places": "urls",
    "letter": "mail",
    "letters": "mails",
    "found": "what it is",
    "asked": "requested",
    "wanted": "what it is",
}
VARIABLES = {"found", "asked", "wanted", "told"}
# Each with its reason.
ALLOWED = {
    "not_found",  # HTTP's name of status 404
    "due_at",  # a helpdesk's due time, as the guide and the API call it
    "due_time",
    "go_on",  # page objects, which users' suites call
    "asked_at",  # a column of a table and of a state document
}


def private_part(name: str) -> str | None:
    """The private word in a name, in whatever case; None where there is none."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).strip("_").lower()
    return next((word for word in FIELD_WORDS if re.search(rf"(^|_){word}(_|$)", words)), None)


def product() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def definitions(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name


def variables(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def test_no_module_function_or_class_has_a_private_name() -> None:
    private = {}
    for file in product():
        names = {file.stem, *definitions(ast.parse(file.read_bytes()))} - ALLOWED
        if bad := {name: FIELD_WORDS[word] for name in names if (word := private_part(name))}:
            private[str(file.relative_to(ROOT))] = bad
    assert private == {}


def test_variables_say_what_they_hold() -> None:
    vague = {}
    for file in product():
        names = {name for name in variables(ast.parse(file.read_bytes())) if name.strip("_") in VARIABLES}
        if names - ALLOWED:
            vague[str(file.relative_to(ROOT))] = sorted(names)
    assert vague == {}


@pytest.mark.parametrize("name", ["way_back", "find_way_back", "WayBack", "_told", "UNTOLD_LETTERS", "kept"])
def test_a_private_name_is_noticed(name: str) -> None:
    assert private_part(name)


@pytest.mark.parametrize("name", ["always", "subway", "foundation", "find_link", "letterhead"])
def test_a_word_is_whole(name: str) -> None:
    assert private_part(name) is None
