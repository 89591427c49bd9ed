"""What a full run of the scenarios must have seen (e2e/covered.py)."""

from types import SimpleNamespace
from typing import cast

import pytest

from e2e.covered import REQUESTS, Covered, _is_full, all_mails
from tests.mock_cpms.test_mails import ALL
from tests.reference.page import ROOT


def test_each_kind_of_mail_is_known_by_its_subject_and_no_other() -> None:
    covered = Covered()
    assert covered.missing()["mail"] == sorted(all_mails())
    for kind, (_, subject, *_) in ALL.items():
        covered.seen["mail"] = {subject}
        assert {*all_mails()} - {*covered.missing()["mail"]} == {kind.partition(" ")[0]}


@pytest.mark.parametrize("page", ["access-status", "helpdesk-request"])
def test_each_state_of_a_request_must_be_seen_on_both_pages(page: str) -> None:
    covered = Covered()
    covered.seen["request"] = set(REQUESTS) - {f"{page} expired"}
    assert covered.missing()["request"] == [f"{page} expired"]
    assert len(REQUESTS) == 12


@pytest.mark.parametrize(
    ("marks", "word", "full"), [("", "", True), ("not slow", "", True), ("slow", "", False), ("not slow", "x", False)]
)
def test_what_is_slow_may_be_missing_of_a_full_run(marks: str, word: str, full: bool) -> None:
    option = SimpleNamespace(keyword=word, markexpr=marks, lf=False, collectonly=False)
    config = SimpleNamespace(option=option, rootpath=ROOT, args=["tests", str(ROOT / "e2e")])
    assert _is_full(cast("pytest.Config", config)) is full
