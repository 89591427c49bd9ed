"""docs/phone.md keeps its word: its commands run, its sentences are those of the phone.

Its example for pytest runs in a browser (e2e/test_17_examples_of_the_docs.py).
"""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from benchmarks.desktop import Desktop
from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from mock_phone import refusals
from mock_phone.needs import NEEDS
from mock_world import RefusalKind
from tests.mock_idp.conftest import Browser
from tests.mock_idp.one_time_codes import scanned
from tests.qr_codes import screenshot

TEXT = (Path(__file__).parent.parent / "docs" / "phone.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()]
MAKES, SHOWS, LETS, APPROVES, DENIES = COMMANDS
_, BY_ITSELF, LINKS, PYOTP = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)

BIOMETRICS, WITH_BIOMETRICS, SCANS, CODE = re.findall(r"`(phone\.\w+\([^`]*)`", TEXT)


class Computer:
    """Somebody's browser in the place of Playwright's: a screenshot of it shows a QR code."""

    def __init__(self, qr_code: str) -> None:
        self._qr_code = qr_code

    def screenshot(self) -> bytes:
        return screenshot(self._qr_code)


def run(world: World, command: str, phone: str = "") -> str:
    if shutil.which("curl") is None:
        pytest.fail("expected curl, which docs/phone.md uses, to be installed")
    variables = {"DESK": world.addresses.desk, "PHONE": phone, "PATH": "/usr/bin:/bin"}
    return subprocess.run(["/bin/sh", "-c", command], env=variables, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def ada(world: World) -> Persona:
    return world.personas.create(email="ada@hospital.example", pin="8305")


@pytest.mark.slow
@pytest.mark.parametrize(("command", "state"), [(LETS, "approved"), (APPROVES, "approved"), (DENIES, "denied")])
def test_the_commands_make_somebody_show_the_phone_and_answer_a_sign_in(world: World, command: str, state: str) -> None:
    ada = Persona.model_validate_json(run(world, MAKES))
    assert (ada.email, ada.pin) == ("ada@hospital.example", "8305")
    assert '"ada@hospital.example"' in run(world, SHOWS, ada.phone_id)
    with Desktop(world.addresses.idp) as desktop:
        request = desktop.ask_phone(ada)
        run(world, command, ada.phone_id)
        assert desktop.http.get(desktop.state_address(request), timeout=30).json() == {"state": state}


def test_a_phone_approves_by_itself(world: World, ada: Persona) -> None:
    exec(BY_ITSELF, {"world": world, "doctor": ada})  # noqa: S102 - our own page
    assert world.phones.get(ada.phone_id).screen.settings.auto_approve


def test_a_new_phone_is_linked_by_a_screenshot(world: World) -> None:
    doctor = world.personas.create("device_added", pin="8305")
    names: dict[str, Any] = {"world": world, "doctor": doctor, "page": Computer(doctor.qr_payload or "")}
    exec(LINKS, names)  # noqa: S102 - our own page
    assert names["phone"].screen.active_account == doctor.email


def test_fingerprint_approves_and_the_qr_code_method_signs_in(world: World, ada: Persona) -> None:
    names: dict[str, Any] = {"phone": world.phones.get(ada.phone_id)}
    with Desktop(world.addresses.idp) as desktop:
        request = desktop.ask_phone(ada)
        for line in (BIOMETRICS, WITH_BIOMETRICS):
            exec(line, names)  # noqa: S102 - our own page
        assert desktop.http.get(desktop.state_address(request), timeout=30).json() == {"state": "approved"}
    computer = Browser(world.addresses.idp)
    computer.open("/cas/login").send(username=ada.email)
    computer.send(password=ada.password or "", loginStrength="PASSWORD_SOFTWARE_TOKEN")
    exec(SCANS, names | {"page": Computer(scanned(computer))})  # noqa: S102 - our own page
    assert computer.send(otp=eval(CODE, names)).at == ("successful-login", "ready")  # noqa: S307 - our own page


def test_the_line_of_pyotp_is_taken_by_eu_login(world: World) -> None:
    world.settings.change({"one_time_code": "totp"})
    somebody = world.personas.create("registered")
    computer = Browser(world.addresses.idp)
    computer.open("/cas/login").send(username=somebody.email).send(password=somebody.password or "")
    computer.open("/cas/mobile").send(deviceName="My phone", pin="8305", pinConfirm="8305")
    names: dict[str, Any] = {"qr_payload": scanned(computer)}
    exec(PYOTP, names)  # noqa: S102 - our own page
    assert computer.send(otp=names["digits"]).at == ("device-qr", "initialised")


def test_the_sentences_are_those_of_the_phone() -> None:
    said = {kind.message.format(account="ada@hospital.example") for kind in vars(refusals).values()
            if isinstance(kind, RefusalKind) and "{" not in kind.message.replace("{account}", "")}  # fmt: skip
    told = [row.split("|")[3].strip() for row in TEXT.splitlines() if row.count("|") == 4]
    sentences = [cell for cell in told if cell.endswith(".")]
    assert set(sentences) <= said
    assert {need.switch for need in NEEDS} <= set(re.findall(r"^\|[^|]+\| `(\w+)` false \|", TEXT, re.MULTILINE))
