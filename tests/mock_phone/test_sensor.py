"""Fingerprint and face through WebAuthn: what is asked, and which answers count."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mock_phone import Phone, sensor
from mock_phone.sensor import SensorQuestion
from mock_world.relying_party import origin_of, party_of
from tests.mock_phone.conftest import ANNA, NOW, link, refused
from tests.mock_phone.fake_eu_login import FakeEuLogin
from tests.software_key import SoftwareKey


@pytest.fixture
def finger(phone: Phone) -> SoftwareKey:
    """The sensor of the browser at hand, and a person whom it recognises."""
    party = party_of(phone.world, "phone")
    return SoftwareKey(party.id, party.origin, verifies=True)


@pytest.fixture
def touching(ready: Phone, finger: SoftwareKey) -> Phone:
    """A phone with Anna's account and fingerprint."""
    question = sensor.ask(ready, "fingerprint")
    sensor.enrol(ready, question, finger.create(told(ready, question)))
    return ready


def told(phone: Phone, question: SensorQuestion) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sensor.options(phone, question))
    return found


def answer(phone: Phone, finger: SoftwareKey, request: str) -> None:
    question = sensor.ask(phone, "fingerprint", request=request)
    sensor.approve(phone, question, finger.get(told(phone, question)))


def test_enrolling_asks_this_device_to_verify_the_person(phone: Phone) -> None:
    asked = told(phone, sensor.ask(phone, "face"))
    assert asked["rp"]["id"] == party_of(phone.world, "phone").id
    assert asked["authenticatorSelection"]["authenticatorAttachment"] == "platform"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["timeout"] == 120_000


def test_a_fingerprint_is_enrolled_and_approves(touching: Phone, finger: SoftwareKey, eu_login: FakeEuLogin) -> None:
    assert touching.settings.biometrics == "fingerprint"
    (event,) = touching.world.journal.events(types=["phone.sensor_enrolled"])
    assert event.fields["biometrics"] == "fingerprint"
    assert finger.id not in str(event.fields)
    asked = told(touching, sensor.ask(touching, "fingerprint", request="request-9"))
    assert [one["id"] for one in asked["allowCredentials"]] == [finger.id]
    assert asked["userVerification"] == "required"
    number = eu_login.ask(touching.world, ANNA)
    answer(touching, finger, number)
    assert (eu_login.open[number].state, eu_login.open[number].verified_by) == ("approved", "biometrics")


Spoil = Callable[[SoftwareKey], None]


def not_verified(finger: SoftwareKey) -> None:
    finger.verifies = False


def other_origin(finger: SoftwareKey) -> None:
    finger.origin = "https://elsewhere.example"


def other_party(finger: SoftwareKey) -> None:
    finger.rp_id = "elsewhere.example"


def other_finger(finger: SoftwareKey) -> None:
    finger.credential_id = b"another"


def counter_went_back(finger: SoftwareKey) -> None:
    finger.counter = -1


@pytest.mark.parametrize("spoil", [not_verified, other_origin, other_party])
def test_a_wrong_answer_enrols_nothing(phone: Phone, finger: SoftwareKey, spoil: Spoil) -> None:
    spoil(finger)
    question = sensor.ask(phone, "fingerprint")
    with refused("phone.sensor_wrong", "Try again, or use your PIN", "or approve with the PIN") as no:
        sensor.enrol(phone, question, finger.create(told(phone, question)))
    assert party_of(phone.world, "phone").origin in no.value.expected
    assert (phone.settings.biometrics, phone.sensor) == ("", None)


@pytest.mark.parametrize("spoil", [not_verified, other_origin, other_party, other_finger, counter_went_back])
def test_a_wrong_answer_approves_nothing(
    touching: Phone, finger: SoftwareKey, eu_login: FakeEuLogin, spoil: Spoil
) -> None:
    number = eu_login.ask(touching.world, ANNA)
    answer(touching, finger, eu_login.ask(touching.world, ANNA))
    spoil(finger)
    with refused("phone.sensor_wrong"):
        answer(touching, finger, number)
    assert eu_login.open[number].state == "open"
    touching.approve("1234", request=number)


@pytest.mark.parametrize("rubbish", ["", "{}", "null", "\u0391\u03b8\u03ae\u03bd\u03b1"])
def test_rubbish_is_a_wrong_answer(touching: Phone, rubbish: str) -> None:
    with refused("phone.sensor_wrong"):
        sensor.enrol(touching, sensor.ask(touching, "face"), rubbish)
    with refused("phone.sensor_wrong"):
        sensor.approve(touching, sensor.ask(touching, "fingerprint", request="request-9"), rubbish)
    assert touching.settings.biometrics == "fingerprint"


def test_an_answer_counts_once_and_for_its_request_alone(
    touching: Phone, finger: SoftwareKey, eu_login: FakeEuLogin
) -> None:
    first, second = (eu_login.ask(touching.world, ANNA) for _ in range(2))
    one, other = (sensor.ask(touching, "fingerprint", request=number) for number in (first, second))
    given = finger.get(told(touching, one))
    with refused("phone.sensor_wrong"):
        sensor.approve(touching, other, given)
    assert {eu_login.open[first].state, eu_login.open[second].state} == {"open"}
    sensor.approve(touching, one, given)
    with refused("phone.sensor_over", "Start again", "that makes a new prompt"):
        sensor.approve(touching, one, given)


@pytest.mark.parametrize(("seconds", "late"), [(119, False), (120, True)])
def test_a_prompt_lives_two_minutes(
    touching: Phone, finger: SoftwareKey, eu_login: FakeEuLogin, seconds: int, *, late: bool
) -> None:
    question = sensor.ask(touching, "fingerprint", request=eu_login.ask(touching.world, ANNA))
    given = finger.get(told(touching, question))
    touching.world.move_clock(NOW + timedelta(seconds=seconds))
    new = sensor.ask(touching, "face")  # sweeps up old ones
    with touching.world.database.session() as db:
        assert [db.get(SensorQuestion, one.id) is None for one in (question, new)] == [late, False]
    if not late:
        sensor.approve(touching, question, given)
        return
    with refused("phone.sensor_over", "was open for too long") as no:
        sensor.approve(touching, question, given)
    assert "within 2 minutes" in no.value.expected


def test_another_phone_cannot_answer(touching: Phone, eu_login: FakeEuLogin) -> None:
    question = sensor.ask(touching, "fingerprint", request="request-9")
    other = link(Phone.create(touching.world, installed=True), eu_login, ANNA)
    for phone, prompt in ((other, question.id), (touching, ""), (touching, "<b>")):
        with refused("phone.sensor_over"):
            sensor.question_of(phone, prompt)


@pytest.mark.parametrize(
    ("problem", "code", "words", "remedy"),
    [
        ("NotAllowedError", "phone.sensor_not_recognised", "use your PIN", "in which biometrics were switched on"),
        (sensor.MISSING_HERE, "phone.sensor_missing", "this browser has no fingerprint sensor", "PATCH /api/phones"),
        ("x" * 10_000, "phone.sensor_not_usable", "reported xxx", "open the page at http://"),
    ],
)
def test_a_browser_without_an_answer_says_why_once(
    touching: Phone, problem: str, code: str, words: str, remedy: str
) -> None:
    question = sensor.ask(touching, "fingerprint", request="request-9")
    refusal = sensor.give_up(touching, question, problem)
    assert refusal.code == code
    assert words in refusal.message()
    assert remedy in refusal.remedy
    assert len(refusal.message()) < 200
    with refused("phone.sensor_over"):
        sensor.give_up(touching, question, problem)


def test_biometrics_that_are_switched_off_meanwhile_are_not_asked(touching: Phone) -> None:
    question = sensor.ask(touching, "fingerprint", request="request-9")
    touching.change_settings(biometrics="")
    with refused("phone.biometrics_off", "Enter your PIN"):
        sensor.options(touching, question)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("http://localhost:8403/w/1", "http://localhost:8403"),
        ("https://phones.example:443", "https://phones.example"),
        ("javascript:alert(1)", ""),
        ("//evil.example", ""),
        ("http://a:99999/", ""),
        ("", ""),
    ],
)
def test_origins_are_written_as_browsers_write_them(address: str, origin: str) -> None:
    assert origin_of(address) == origin
