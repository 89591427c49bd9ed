"""The camera of the phone's page and the one-time code, without script; and the requests as they come and go."""

import io
import json
from datetime import timedelta
from unittest.mock import Mock
from urllib.parse import quote

import pytest
import zxingcpp
from PIL import Image

from mock_phone import Phone, sensor
from mock_phone import settings as s
from mock_world import World
from mock_world import settings as shared
from mock_world.relying_party import party_of
from tests.mock_phone.browser import Browser
from tests.mock_phone.conftest import ANNA, NOW, link
from tests.mock_phone.fake_eu_login import FakeEuLogin
from tests.qr_codes import screenshot
from tests.software_key import SoftwareKey

BEN = "ben@hospital.example"


def frame_of(address: str, *, width: int = 1600) -> bytes:
    """What the page's script sends of a computer's screen before the camera: smaller, and as JPEG."""
    picture = Image.open(io.BytesIO(screenshot(address))).convert("RGB")
    picture = picture.resize((width, picture.height * width // picture.width))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return file.getvalue()


def look(at: Browser, phone: Phone, picture: bytes, refused: str = "") -> dict[str, str]:
    found: dict[str, str] = at.post(
        f"/phones/{phone.id}/camera", files={"image": ("frame.jpg", picture)}, refused=refused
    ).json()
    return found


def refusals(world: World) -> list[str]:
    return [event.type for event in world.journal.events() if "refused" in event.fields or "expected" in event.fields]


# The camera.


@pytest.mark.parametrize("width", [700, 1600])
def test_a_frame_with_the_code_leads_to_the_pin(at: Browser, phone: Phone, eu_login: FakeEuLogin, width: int) -> None:
    forged = at._session.post(f"{at._base}/phones/{phone.id}/camera", files={"image": ("a", b"")}, timeout=10)
    assert forged.status_code == 400
    at.get(f"/phones/{phone.id}/scan")
    picture = frame_of(eu_login.add_device(phone.world, ANNA), width=width)
    assert look(at, phone, picture)["next"].endswith(f"/phones/{phone.id}/pin")


def test_a_code_that_stays_before_the_camera_is_refused_once(at: Browser, phone: Phone) -> None:
    page, mark = at.get(f"/phones/{phone.id}/scan"), ""
    blank = io.BytesIO()
    Image.new("RGB", (640, 480)).save(blank, "JPEG")
    assert look(at, phone, blank.getvalue()) == {"mark": ""}  # a frame without a code is nothing to write down
    for number in range(3):
        at.page = page
        said = look(at, phone, frame_of("https://shop.example/"), mark)
        assert ("this is another one" in said.get("message", "")) == (number == 0)
        mark = said["mark"]
    assert refusals(phone.world) == ["phone.code_foreign"]
    at.page = page
    other = look(at, phone, frame_of("https://another-shop.example/"), mark)
    assert "this is another one" in other["message"]
    assert other["mark"] != mark


def test_the_mark_tells_nothing_of_the_code(at: Browser, phone: Phone, eu_login: FakeEuLogin) -> None:
    phone.world.settings.change({s.PHONE_ACCOUNTS.name: "one"})
    link(phone, eu_login, BEN)
    address = eu_login.add_device(phone.world, ANNA)
    at.get(f"/phones/{phone.id}/scan")
    said = look(at, phone, frame_of(address))
    assert "one account only" in said["message"]
    assert len(said["mark"]) == 16
    assert "enrolment" not in at.page.text


def test_what_is_no_picture_is_told(at: Browser, phone: Phone) -> None:
    page = at.get(f"/phones/{phone.id}/scan")
    for picture in (b"", b"<b>" * 3333):
        assert "cannot be opened" in look(at, phone, picture)["message"]
        at.page = page


@pytest.mark.parametrize("allowed", [True, False])
def test_a_frame_is_read_once_and_without_permission_not_at_all(
    at: Browser, ready: Phone, eu_login: FakeEuLogin, monkeypatch: pytest.MonkeyPatch, *, allowed: bool
) -> None:
    reader = Mock(side_effect=zxingcpp.read_barcodes)
    monkeypatch.setattr("zxingcpp.read_barcodes", reader)
    ready.change_settings(camera=allowed)
    page = at.get(f"/phones/{ready.id}/scan")
    assert ("Use the camera" in page.text, "Allow it first" in page.text) == (allowed, not allowed)
    found = look(at, ready, frame_of(eu_login.sign_in_code(ANNA)))
    assert found.get("next", "").endswith(f"/phones/{ready.id}/code") == allowed
    assert ("Allow the camera" in found.get("message", "")) == (not allowed)
    assert reader.call_count == allowed


# What is typed.


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Choose another picture"),
        ("https://shop.example/?secret=JBSWY3DPEHPK3PXP", "this is another one"),
        ("eulogin-mock://sign-in?account=a&challenge=JBSWY3DPEHPK3PXP", "this is another one"),
        ("<b>JBSWY3DPEHPK3PXP</b>", "this is another one"),
        ("JBSWY3DPEHPK3PXP" * 625, "this is another one"),
        (FakeEuLogin().sign_in_code(ANNA), "belongs to a sign-in"),
    ],
)
def test_a_refused_address_is_not_shown_again(at: Browser, phone: Phone, typed: str, says: str) -> None:
    at.get(f"/phones/{phone.id}/scan")
    at.post(f"/phones/{phone.id}/scan", payload=typed)
    assert at.where == ("phone-scan", "ready")
    assert says in at.page.text
    assert "JBSWY3DPEHPK3PXP" not in at.page.text
    assert 'role="alert"' in at.page.text
    assert ("<details open" in at.page.text.replace(' class="instead"', "")) == bool(typed)


# The one-time code.


def test_the_code_of_a_scanned_sign_in_is_shown_without_network(
    at: Browser, ready: Phone, eu_login: FakeEuLogin
) -> None:
    ready.change_settings(online=False)
    at.get(f"/phones/{ready.id}/scan")
    at.post(f"/phones/{ready.id}/scan", payload=eu_login.sign_in_code(ANNA))
    assert at.where == ("phone-code", "ready")
    code = ready.one_time_code()
    assert f"<span>{code[:4]}</span><span>{code[4:]}</span>" in at.page.text
    assert ANNA in at.page.text
    at.get(f"/phones/{ready.id}/pin")
    assert at.where == ("phone-code", "ready")
    at.post(f"/phones/{ready.id}/scan/forget")
    assert at.where[0] == "phone-home"
    assert at.get(f"/phones/{ready.id}/code").url.endswith("/scan")
    ready.change_settings(online=True)
    ready.scan(payload=eu_login.add_device(ready.world, BEN))
    at.get(f"/phones/{ready.id}/code")
    assert at.where == ("phone-pin", "ready")


def test_a_code_whose_account_has_gone_at_eu_login_stands_in_nobodys_way(
    at: Browser, ready: Phone, eu_login: FakeEuLogin
) -> None:
    link(ready, eu_login, BEN)
    ready.scan(payload=eu_login.sign_in_code(ANNA))
    at.get(f"/phones/{ready.id}")
    assert at.where == ("phone-code", "ready")
    del eu_login.devices["enrolment-1"]
    at.get(f"/phones/{ready.id}")
    assert at.where[0] == "phone-home"
    at.get(f"/phones/{ready.id}/code")
    assert (at.where[0], at.page.status_code) == ("error", 409)
    assert f'href="{ready.world.prefix}/phones/{ready.id}">Continue' in at.page.text


@pytest.mark.parametrize(("past", "seconds"), [(0, 30), (29, 1), (30, 30)])
def test_six_digits_say_how_long_they_hold(at: Browser, ready: Phone, past: int, seconds: int) -> None:
    ready.world.settings.change({shared.ONE_TIME_CODE.name: "totp"})
    ready.change_settings(clock_offset=timedelta(minutes=5))  # the phone's own clock counts
    ready.world.move_clock(NOW + timedelta(seconds=past))
    assert f'<span id="seconds-left">{seconds}</span>' in at.get(f"/phones/{ready.id}/code").text
    answer = at.get(f"/phones/{ready.id}/code/next?seen=other").json()
    step = int(NOW.timestamp() + 300 + past) // 30
    assert answer == {"code": ready.one_time_code(), "seconds": seconds, "step": step, "frozen": True}


def test_six_digits_go_on_whatever_is_scanned_until_setting_or_account_ends_them(
    at: Browser, ready: Phone, eu_login: FakeEuLogin
) -> None:
    assert "Show a one-time code" not in at.get(f"/phones/{ready.id}/home").text
    ready.world.settings.change({shared.ONE_TIME_CODE.name: "totp"})
    assert "Show a one-time code" in at.get(f"/phones/{ready.id}/home").text
    at.get(f"/phones/{ready.id}/code")
    assert at.where == ("phone-code", "totp")
    code = ready.one_time_code()
    assert f"<span>{code[:3]}</span><span>{code[3:]}</span>" in at.page.text
    shown = at.get(f"/phones/{ready.id}/code/next?seen=").json()
    ready.scan(payload=eu_login.sign_in_code(ANNA))
    assert at.get(f"/phones/{ready.id}/code/next?seen=").json() == shown
    ready.world.settings.change({shared.ONE_TIME_CODE.name: "eulogin"})
    assert at.get(f"/phones/{ready.id}/code/next?seen=").status_code == 409
    ready.world.settings.change({shared.ONE_TIME_CODE.name: "totp"})
    ready.unlink()
    assert at.get(f"/phones/{ready.id}/code/next?seen=").status_code == 409
    at.get(f"/phones/{ready.id}/code")
    assert at.where[0] == "phone-scan"


# Requests come and go.


@pytest.mark.parametrize(
    ("until", "state"),
    [
        ((NOW + timedelta(seconds=1)).isoformat(), "closed"),
        (NOW.isoformat(), "lapsed"),
        ("", "closed"),
        ("2026-01-01", "closed"),
        ("<b>", "closed"),
    ],
)
def test_a_request_that_is_gone_says_how_it_ended(at: Browser, ready: Phone, until: str, state: str) -> None:
    at.get(f"/phones/{ready.id}/requests/request-9?until={quote(until)}")
    assert at.where == ("phone-home", state)
    assert ("This request is no longer open." in at.page.text) == (state == "closed")


def test_a_request_of_another_account_is_answered_after_switching(
    at: Browser, ready: Phone, eu_login: FakeEuLogin
) -> None:
    number = eu_login.ask(ready.world, ANNA)
    path = f"/phones/{ready.id}/requests/{number}"
    at.get(f"{path}/pin")
    link(ready, eu_login, BEN)
    at.post(f"{path}/pin", pin="1234")  # on a page of before
    assert (at.where[0], at.page.status_code) == ("error", 409)
    assert f"Switch to {ANNA} first" in at.page.text
    at.get(f"{path}/pin")
    assert at.where == ("phone-request", "other-account")
    at.get(f"/phones/{ready.id}")
    assert at.where == ("phone-request", "other-account")
    assert f"The app shows {BEN}" in at.page.text
    page = at.page
    at.post(f"/phones/{ready.id}/requests/request-99/account")
    assert at.where == ("phone-home", "closed")
    at.page = page
    at.post(f"{path}/account")
    assert at.where == ("phone-request", "ready")
    for words in ("Service", "cpms.example", "Account", ANNA, "Friday 27 November 2026, 17:00", "17:10"):
        assert words in at.page.text
    at.get(f"{path}/pin")
    at.post(f"{path}/pin", pin="1234")
    assert at.where == ("phone-home", "approved")


def test_a_phone_that_is_blocked_by_the_last_wrong_pin_says_so(
    at: Browser, ready: Phone, eu_login: FakeEuLogin
) -> None:
    number = eu_login.ask(ready.world, ANNA)
    eu_login.devices["enrolment-1"].tries_left = 2
    page = at.get(f"/phones/{ready.id}/requests/{number}/pin")
    at.post(f"/phones/{ready.id}/requests/{number}/pin", pin="9999")
    assert "Tries left: 1." in at.page.text
    at.page = page
    at.post(f"/phones/{ready.id}/requests/{number}/pin", pin="9999")
    assert (at.where[0], at.page.status_code) == ("error", 403)
    assert "Delete this device in EU Login" in at.page.text


@pytest.mark.parametrize("pin", ["", "12345", "\u0661\u0662\u0663\u0664"])
def test_a_pin_of_another_form_is_told_and_not_counted(
    at: Browser, ready: Phone, eu_login: FakeEuLogin, pin: str
) -> None:
    number = eu_login.ask(ready.world, ANNA)
    at.get(f"/phones/{ready.id}/requests/{number}/pin")
    at.post(f"/phones/{ready.id}/requests/{number}/pin", pin=pin)
    assert at.where == ("phone-request", "pin")
    assert "Enter the four digits of your PIN." in at.page.text
    assert pin not in at.page.text or pin == ""
    assert {device.tries_left for device in eu_login.devices.values()} == {5}


HOW = ["pin", "biometrics", "deny"]


@pytest.mark.parametrize(("ended", "state"), [("lapsed", "lapsed"), ("answered", "closed"), ("open", "")])
@pytest.mark.parametrize("how", ["pin", "biometrics", "deny"])
def test_an_answer_sent_twice_or_to_a_request_that_ends_in_that_moment_says_how(
    at: Browser, ready: Phone, eu_login: FakeEuLogin, how: str, ended: str, state: str
) -> None:
    ready.change_settings(biometrics="face")
    number = eu_login.ask(ready.world, ANNA)
    page = at.get(f"/phones/{ready.id}/requests/{number}")
    eu_login.open[number].state = ended
    done = "denied" if how == "deny" else "approved"
    at.post(f"/phones/{ready.id}/requests/{number}/{how}", pin="1234")
    assert at.where == ("phone-home", state or done)
    if ended == "open":
        at.page = page
        at.post(f"/phones/{ready.id}/requests/{number}/{how}", pin="1234")
        assert (at.where, at.page.status_code) == (("phone-home", "closed"), 200)
        assert eu_login.open[number].state == done


# Fingerprint and face on the page.


def test_the_switch_of_the_fingerprint_leads_to_the_sensor(at: Browser, ready: Phone) -> None:
    at.get(f"/phones/{ready.id}/settings")
    assert at.post(f"/phones/{ready.id}/sensor", kind="iris").status_code == 400
    at.get(f"/phones/{ready.id}/settings")
    at.post(f"/phones/{ready.id}/settings", switch="fingerprint", to="on")
    assert at.where == ("phone-sensor", "ready")
    assert ready.settings.biometrics == ""
    at.post(at.page.url.removeprefix(at._base), problem="NoSensor")
    assert at.where == ("phone-sensor", "failed")
    assert f"PATCH /api/phones/{ready.id}" in at.page.text


def test_a_prompt_that_was_answered_leads_on_when_it_is_sent_again(at: Browser, ready: Phone) -> None:
    at.get(f"/phones/{ready.id}/settings")
    at.post(f"/phones/{ready.id}/settings", switch="face", to="on")
    page, address = at.page, at.page.url.removeprefix(at._base)
    at.post(address, problem="NotAllowedError")
    assert "Try again" in at.page.text
    at.page = page
    at.post(address, problem="NotAllowedError")
    assert (at.where[0], at.page.status_code) == ("phone-home", 200)
    at.get(address)
    assert at.where[0] == "phone-home"


def test_a_prompt_that_was_open_for_too_long_says_so(at: Browser, ready: Phone) -> None:
    at.get(f"/phones/{ready.id}/settings")
    at.post(f"/phones/{ready.id}/settings", switch="face", to="on")
    address = at.page.url.removeprefix(at._base)
    ready.world.move_clock(NOW + timedelta(minutes=2))
    at.post(address, problem="NotAllowedError")
    assert (at.where[0], at.page.status_code) == ("error", 410)
    assert "Start again" in at.page.text


def touched(at: Browser, phone: Phone, eu_login: FakeEuLogin) -> tuple[str, str]:
    """Enrol a fingerprint and open the prompt for a request: the sensor's answer, and the prompt's address."""
    party = party_of(phone.world, "phone")
    finger = SoftwareKey(party.id, party.origin, verifies=True)
    question = sensor.ask(phone, "fingerprint")
    sensor.enrol(phone, question, finger.create(json.loads(sensor.options(phone, question))))
    number = eu_login.ask(phone.world, ANNA)
    at.get(f"/phones/{phone.id}/requests/{number}")
    at.post(f"/phones/{phone.id}/requests/{number}/biometrics")
    assert at.where == ("phone-sensor", "ready")
    address = at.page.url.removeprefix(at._base)
    asked = sensor.question_of(phone, address.rpartition("/")[2])
    return finger.get(json.loads(sensor.options(phone, asked))), address


@pytest.mark.parametrize(("denied", "state"), [(False, "approved"), (True, "closed")])
def test_back_after_answering_by_fingerprint_shows_the_app(
    at: Browser, ready: Phone, eu_login: FakeEuLogin, *, denied: bool, state: str
) -> None:
    answer, address = touched(at, ready, eu_login)
    prompt = at.page
    if denied:
        ready.deny()
    at.post(address, credential=answer)
    assert at.where == ("phone-home", state)
    at.get(address)
    assert (at.where[0], at.page.status_code) == ("phone-home", 200)
    at.page = prompt
    at.post(address, credential=answer)
    assert (at.where[0], at.page.status_code) == ("phone-home", 200)
