"""Access to CPMS 2.0 (G01, G24 to G27)."""

import pytest
from playwright.sync_api import expect

from eulogin_harness.guide.scenarios.cpms import access, decision, question
from eulogin_harness.guide.walkthrough import Walkthrough


@pytest.mark.guide("G24", "G25", "G27")
def test_a_doctor_asks_for_access(walkthrough: Walkthrough) -> None:
    access(walkthrough)
    expect(walkthrough.mails.body).to_contain_text("ERN PaedCan Helpdesk")


@pytest.mark.guide("G27")
def test_the_helpdesk_asks_and_the_doctor_answers(walkthrough: Walkthrough) -> None:
    question(walkthrough)
    (asked,) = walkthrough.world.access_requests.list()
    assert asked.state == "submitted"


@pytest.mark.guide("G01", "G26", "G27")
def test_the_helpdesk_approves_and_the_doctor_gets_in(walkthrough: Walkthrough) -> None:
    decision(walkthrough)
