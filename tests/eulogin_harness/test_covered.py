"""What a full run of the scenarios must have seen (e2e/covered.py)."""

import pytest

from e2e.covered import REQUESTS, Covered, all_mails
from tests.mock_cpms.test_mails import ALL


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
