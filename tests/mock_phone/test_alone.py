"""The phone in another process, with `mock_phone` and `mock_world` alone, at a real EU Login of ours in this one."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from eulogin_harness.client import Harness, World
from eulogin_harness.documents.people import Persona
from mock_phone.__main__ import main
from tests.alone import Alone, running
from tests.mock_idp.conftest import Browser as Desktop
from tests.mock_phone.browser import Browser
from tests.qr_codes import picture_on, screenshot

APP = "PASSWORD_MOBILE_APP"
Tell = Callable[..., Any]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Alone:
    return Alone(tmp_path_factory.mktemp("alone"), "mock_phone", Path(__file__).with_name("alone.py"))


@pytest.fixture
def world(eulogin_harness: Harness) -> Iterator[World]:
    """EU Login and all the rest, but no phone."""
    world = eulogin_harness.worlds.create()
    yield world
    world.delete()


@pytest.fixture
def person(world: World) -> Persona:
    """Somebody who has added a device, and whose QR code nobody has scanned."""
    return world.personas.create("device_added")


@pytest.fixture
def desktop(world: World) -> Desktop:
    return Desktop(world.addresses.idp)


@pytest.fixture
def tell(start: Alone) -> Iterator[Tell]:
    """Lets the phone do something, there: `tell("scan", payload=...)`."""
    process = start("runpy.run_module('alone', run_name='__main__')")

    def tell(deed: str, **given: Any) -> Any:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps([deed, given]) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline() or "null")

    yield tell
    assert process.stdin
    with running(process):
        process.stdin.close()
        process.stdin = None
        process.wait(30)


def ask(desktop: Desktop, person: Persona) -> Desktop:
    """Sign in as far as waiting for the phone."""
    desktop.open("/cas/login").send(username=person.email)
    desktop.send(password=person.password or "", loginStrength=APP)
    assert desktop.at == ("waiting", "pending")
    return desktop


@pytest.mark.slow
def test_it_is_initialised_and_answers_requests(tell: Tell, person: Persona, desktop: Desktop) -> None:
    assert tell("initialise", pin=person.pin) == {"refused": "phone.nothing_scanned"}
    tell("scan", payload=person.qr_payload)
    assert tell("initialise", pin="0000" if person.pin != "0000" else "0001") == {"refused": "phone.pin_wrong"}
    assert tell("initialise", pin=person.pin) is None
    assert tell("requests") == []

    ask(desktop, person)
    (shown,) = tell("requests", wait=5)
    assert shown["account"] == person.email
    assert "challenge" not in shown
    tell("approve", pin=person.pin)
    assert desktop.open(desktop.page.url).at == ("successful-login", "ready")


@pytest.mark.slow
def test_another_pin_and_a_one_time_code(tell: Tell, person: Persona, world: World) -> None:
    tell("scan", image=screenshot(person.qr_payload or "").hex())
    tell("initialise", pin=person.pin)
    assert tell("change_pin", password="Not-this-1", pin="9417") == {"refused": "phone.password_wrong"}
    assert tell("change_pin", password=person.password, pin="9417") is None
    desktop = ask(Desktop(world.addresses.idp), person)
    assert tell("approve", pin=person.pin, wait=5) == {"refused": "phone.pin_wrong"}
    tell("approve", pin="9417")
    assert desktop.open(desktop.page.url).at == ("successful-login", "ready")

    desktop = Desktop(world.addresses.idp)
    desktop.open("/cas/login").send(username=person.email)
    desktop.send(password=person.password or "", loginStrength="PASSWORD_SOFTWARE_TOKEN")
    tell("change_settings", online=False)
    tell("scan", image=picture_on(desktop.page.text).hex())
    assert desktop.send(otp=tell("one_time_code")).at == ("successful-login", "ready")


@pytest.mark.slow
def test_its_pages_are_served_alone(start: Alone, person: Persona, desktop: Desktop) -> None:
    with running(start.module("mock_phone", "--port", "0")) as process, requests.Session() as session:
        assert process.stdout
        base = process.stdout.readline().split()[-1].rstrip("/")
        at = Browser(session, base)
        at.get("/")
        at.post("/phones")
        phone = at.page.url.removesuffix("/store").removeprefix(base)
        at.get(f"{phone}/store/eu-login")
        at.post(f"{phone}/store/eu-login")
        for name in ("notifications", "camera"):
            at.get(f"{phone}/permissions/{name}")
            at.post(f"{phone}/permissions/{name}", answer="allow")
        at.get(f"{phone}/scan")
        at.post(f"{phone}/scan", payload=person.qr_payload or "")
        at.post(f"{phone}/pin", pin=person.pin or "")
        assert at.where == ("phone-pin", "configured")
        ask(desktop, person)
        at.get(phone)
        assert at.where == ("phone-request", "ready")
        pin = f"{at.page.url.removeprefix(base)}/pin"
        at.get(pin)
        at.post(pin, pin=person.pin or "")
        assert at.where == ("phone-home", "approved")
    assert desktop.open(desktop.page.url).at == ("successful-login", "ready")


@pytest.mark.parametrize(("port", "words"), [("2", "write 0 or a port from 4 on"), ("x", "'x' is not a valid integer")])
def test_wrong_use_is_told_in_a_sentence(port: str, words: str) -> None:
    done = CliRunner().invoke(main, ["--port", port])
    assert (done.exit_code, isinstance(done.exception, SystemExit)) == (2, True)
    assert words in done.output
