"""How far somebody has come in a guide that is played: events of a journal in, steps and help out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from eulogin_harness.guide.scenarios import steps as scenario_steps
from eulogin_harness.play.events import STUCK, TICKED
from eulogin_harness.play.guides import played_guide
from eulogin_harness.play.helping import advice
from eulogin_harness.play.progress import DETOURS, Progress, progress
from eulogin_harness.play.steps import DEEDS, PAGE
from mock_cpms.profile.checks import MISSING
from mock_phone.refusals import PIN_WRONG
from mock_world.events import EventType
from tools.contract import contract
from tools.reference import declared

NOW = datetime(2026, 11, 27, 10, tzinfo=UTC)
OF_THE_PLAY = {"play-mailbox", "play-mail"}
CHAPTER = ["sign-up.open", "sign-up.create", "sign-up.rules", "sign-up.password", "phone.store", "phone.scan"]


@dataclass
class Happened:
    """An event of a journal."""

    type: str
    fields: dict[str, Any] = field(default_factory=dict)
    at: datetime = NOW
    is_refusal: bool = False


def page(name: str, state: str = "ready") -> Happened:
    return Happened(PAGE, {"page": name, "state": state})


def did(event: str, **fields: Any) -> Happened:
    return Happened(event, fields)


def refusal(code: str, **fields: Any) -> Happened:
    return Happened(code, fields, is_refusal=True)


def in_order(*events: Happened) -> Iterator[Happened]:
    """With a minute of their own each."""
    for number, event in enumerate(events, 1):
        event.at = NOW + timedelta(minutes=number)
        yield event


def played(*events: Happened, steps: list[str] = CHAPTER) -> Progress:
    return progress(steps, in_order(*events))


def states(state: Progress) -> list[str]:
    return [step.state for step in state.steps]


def test_the_first_step_is_to_be_done_first() -> None:
    assert states(played()) == ["current", *["open"] * 5]


def test_an_event_ticks_its_step_off_and_the_next_one_is_to_be_done() -> None:
    state = played(page("register"))
    assert states(state)[:2] == ["done", "current"]
    assert state.steps[0].at == NOW + timedelta(minutes=1)
    assert state.current == "sign-up.create"


def test_what_no_event_can_show_is_passed_with_the_next_step() -> None:
    before = played(page("register"), did("account.registered"))
    assert (before.current, before.count) == ("sign-up.rules", 2)
    after = played(page("register"), did("account.registered"), did("password.set"))
    assert states(after)[2:5] == ["passed", "done", "current"]
    assert after.count == 4


def test_what_no_event_can_show_is_ticked_by_hand() -> None:
    state = played(page("register"), did("account.registered"), did(TICKED.name, step="sign-up.rules"))
    assert (states(state)[2], state.current) == ("ticked", "sign-up.password")


def test_a_step_that_was_done_early_counts_and_leaves_out_none_before_it() -> None:
    state = played(did("phone.app_installed"))
    assert (states(state)[4], state.current) == ("done", "sign-up.open")


def test_a_page_in_another_state_does_not_count() -> None:
    steps = ["phone.code"]
    assert played(page("device-qr", "expired"), steps=steps).current == "phone.code"
    assert played(page("device-qr", "waiting"), steps=steps).current is None


def test_a_step_counts_only_after_what_has_to_come_before() -> None:
    steps = ["access.mail", "decision.mail"]
    mail = page("play-mail")
    assert states(played(mail, steps=steps)) == ["current", "open"]
    assert states(played(did("access.requested"), mail, steps=steps)) == ["done", "current"]
    assert states(played(did("access.requested"), did("access.approved"), mail, steps=steps)) == ["done", "done"]
    assert states(played(page("password"), page("home"), steps=["sign-in.email"])) == ["current"]
    assert states(played(page("home"), page("password"), steps=["sign-in.email"])) == ["done"]


def test_a_refusal_is_the_mistake_of_the_current_step_until_one_is_done() -> None:
    wrong = refusal("password.too_weak", length=8, groups=3)
    begun = page("register"), did("account.registered")
    state = played(*begun, wrong)
    assert state.mistake is wrong
    assert [trouble.step for trouble in state.troubles] == ["sign-up.rules"]
    after = played(*begun, wrong, did("password.set"))
    assert after.mistake is None
    assert [trouble.event for trouble in after.troubles] == [wrong]


def test_the_newest_mistake_counts() -> None:
    first, second = refusal("phone.no_code"), refusal("phone.pin_wrong", tries_left=4)
    assert played(first, second).mistake is second


def test_who_asks_for_help_is_stuck_until_a_step_is_done() -> None:
    asked = did(STUCK.name, step="sign-up.open")
    assert played(asked).is_stuck
    assert played(asked).mistake is None
    assert not played(asked, page("register")).is_stuck


def test_a_detour_that_nobody_refused_is_a_mistake_unless_the_guide_asks_for_it() -> None:
    deleted = did("device.deleted")
    assert played(deleted).mistake is deleted
    asked = played(deleted, steps=["phone-again.confirm", "phone-again.add"])
    assert (asked.mistake, asked.current) == (None, "phone-again.add")


def test_a_later_step_that_is_done_early_takes_no_help_away() -> None:
    steps = ["sign-in.pin", "sign-in.done", "app.home", "app.deny"]
    denied = did("phone.denied")
    state = played(denied, page("phone-home"), steps=steps)
    assert states(state) == ["current", "open", "done", "done"]
    assert (state.mistake, state.moved) == (denied, None)


def test_the_current_step_began_with_the_event_that_led_to_it() -> None:
    first, early = page("register"), did("phone.app_installed")
    assert played(first, early).moved is first


def test_help_says_what_the_page_says_in_the_language_of_the_visitor() -> None:
    wrong = refusal("phone.pin_wrong", tries_left=4)
    assert advice(wrong, str) == "Enter your PIN again: that was not the right one. Tries left: 4."
    assert advice(wrong, {PIN_WRONG.message: "Noch {tries_left} Versuche."}.__getitem__) == "Noch 4 Versuche."


def test_help_calls_a_field_as_its_label_is_translated() -> None:
    missing = refusal(MISSING.code, name="hospital", label="Hospital")
    assert advice(missing, lambda text: text.replace("Hospital", "Krankenhaus")) == "Please fill in “Krankenhaus”."


@pytest.mark.parametrize("event", DETOURS)
def test_help_on_a_detour_says_the_way_back(event: str) -> None:
    assert advice(did(event), str.upper) == DETOURS[event].upper()


# What the table of deeds names is there.


def test_every_step_of_the_table_is_one_that_a_guide_can_show() -> None:
    known = {step for steps in scenario_steps().values() for step in steps}
    assert DEEDS.keys() - known == set()


def test_every_event_of_the_table_is_recorded() -> None:
    deeds = [deed for deeds in DEEDS.values() for deed in deeds]
    known = {event.name for events in declared(EventType).values() for event in events}
    named = {deed.event for deed in deeds} | {deed.after for deed in deeds if deed.after} | {*DETOURS}
    assert {name for name in named if not name.startswith("page ")} - known == set()


def test_every_page_of_the_table_is_in_the_contract_with_its_state() -> None:
    known = {each.page: {"", *(each.states or ["ready"])} for pages in contract().pages.values() for each in pages}
    shown = [deed for deeds in DEEDS.values() for deed in deeds if deed.page]
    assert [deed for deed in shown if deed.state not in known.get(deed.page, set())] == []


def test_each_chapter_of_the_shipped_guides_has_a_step_that_an_event_shows_but_those_to_be_read() -> None:
    for name in ("cpms", "hospital-first"):
        content = played_guide(name, "en").content
        read = [chapter.name for chapter in content.chapters if not any(step.name in DEEDS for step in chapter.steps)]
        assert read in (["using-the-app"], ["authorisation"])
