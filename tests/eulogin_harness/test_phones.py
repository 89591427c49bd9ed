"""Phones by the control API."""

import pytest

from eulogin_harness.client import ProblemError, World


def test_a_new_phone_has_the_app_unless_said_otherwise(world: World) -> None:
    assert world.phones.create().screen.installed
    bare = world.phones.create(installed=False, owner="anna@hospital.example", phone_id="phone-anna")
    assert not bare.screen.installed
    assert bare.url == f"{world.addresses.phone}/phones/phone-anna"
    assert "phone-anna" in [line.id for line in world.phones.list()]


def test_switches_are_changed_one_by_one(world: World) -> None:
    phone = world.phones.create()
    screen = phone.change(online=False, biometrics="fingerprint")
    assert (screen.settings.online, screen.settings.biometrics, screen.settings.camera) == (False, "fingerprint", True)


def test_a_refusal_of_the_phone_is_a_problem(world: World) -> None:
    phone = world.phones.create(installed=False)
    with pytest.raises(ProblemError, match="Install the EU Login app") as problem:
        phone.scan(payload="otpauth://totp/x")
    assert problem.value.type == "phone.not_installed"
    assert problem.value.instructions


def test_nothing_to_approve_is_told(world: World) -> None:
    anna = world.personas.create("enrolled")
    with pytest.raises(ProblemError) as problem:
        world.phones.get(anna.phone_id).approve(str(anna.pin), seconds=0.05)
    assert (problem.value.status, problem.value.type) == (404, "nothing-yet")
