"""The camera of the phone's page and the one-time code, without script; and the requests as they come and go."""

import base64
import io
import json
from datetime import timedelta
from unittest.mock import Mock
from urllib.parse import quote

import pytest
import zxingcpp
from PIL import Image

from mock_phone import Phone, sensor
from mock_world import World
from mock_world import settings as s
from mock_world.relying_party import party_of
from tests.mock_phone.browser import Browser
from tests.mock_phone.conftest import ANNA, NOW, link
from tests.mock_phone.fake_eu_login import FakeEuLogin
from tests.qr_codes import screenshot
from tests.software_key import SoftwareKey

BEN = "ben@hospital.example"


def sign_in_code(account: str) -> str:
    challenge = base64.urlsafe_b64encode(bytes(range(64))).decode().rstrip("=")
    return f"eulogin-mock://sign-in?account={quote(account)}&challenge={challenge}"


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


@pytest.mark.parametrize("width", [700, 1280, 1600])
def test_a_frame_with_the_code_leads_to_the_pin(at: Browser, phone: Phone, eu_login: FakeEuLogin, width: int) -> None:
    at.get(f"/phones/{phone.id}/scan")
    picture = frame_of(eu_login.add_device(phone.world, ANNA), width=width)
    assert look(at, phone, picture)["next"].endswith(f"/phones/{phone.id}/pin")


def test_a_frame_with_the_code_of_a_sign_in_leads_to_the_one_time_code(at: Browser, ready: Phone) -> None:
    at.get(f"/phones/{ready.id}/scan")
    page = at.page
    assert look(at, ready, frame_of(sign_in_code(ANNA)))["next"].endswith(f"/phones/{ready.id}/code")
    at.page = page


def test_a_frame_without_a_code_is_nothing_to_write_down(at: Browser, phone: Phone) -> None:
    page = at.get(f"/phones/{phone.id}/scan")
    blank = io.BytesIO()
    Image.new("RGB", (640, 480)).save(blank, "JPEG")
    before = refusals(phone.world)
    for _ in range(3):
        assert look(at, phone, blank.getvalue()) == {"mark": ""}
        at.page = page
    assert refusals(phone.world) == before


def test_a_code_that_stays_before_the_camera_is_refused_once(at: Browser, phone: Phone) -> None:
    page, mark = at.get(f"/phones/{phone.id}/scan"), ""
    for number in range(3):
        said = look(at, phone, frame_of("https://shop.example/"), mark)
        assert ("this is another one" in said.get("message", "")) == (number == 0)
        at.page, mark = page, said["mark"]
    assert refusals(phone.world) == ["phone.code_foreign"]
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


@pytest.mark.parametrize("picture", [b"", b"no picture", b"<b>" * 3333])
def test_what_is_no_picture_is_told(at: Browser, phone: Phone, picture: bytes) -> None:
    at.get(f"/phones/{phone.id}/scan")
    assert "cannot be opened" in look(at, phone, picture)["message"]


def test_without_permission_the_camera_sees_nothing(at: Browser, phone: Phone, eu_login: FakeEuLogin) -> None:
    at.get(f"/phones/{phone.id}/scan")
    phone.change_settings(camera=False)
    blank = io.BytesIO()
    Image.new("RGB", (64, 64)).save(blank, "PNG")
    assert "Allow the camera" in look(at, phone, blank.getvalue())["message"]
    assert "Use the camera" not in at.get(f"/phones/{phone.id}/scan").text
    assert "Allow it first" in at.page.text


@pytest.mark.parametrize(("allowed", "times"), [(True, 1), (False, 0)])
def test_a_frame_is_read_once_and_without_permission_not_at_all(
    at: Browser, ready: Phone, monkeypatch: pytest.MonkeyPatch, *, allowed: bool, times: int
) -> None:
    reader = Mock(side_effect=zxingcpp.read_barcodes)
    monkeypatch.setattr("zxingcpp.read_barcodes", reader)
    ready.change_settings(camera=allowed)
    at.get(f"/phones/{ready.id}/scan")
    assert ("next" in look(at, ready, frame_of(sign_in_code(ANNA)))) == allowed
    assert reader.call_count == times


def test_a_frame_of_a_forged_page_is_not_looked_at(at: Browser, phone: Phone) -> None:
    answer = at._session.post(f"{at._base}/phones/{phone.id}/camera", files={"image": ("a", b"")}, timeout=10)
    assert answer.status_code == 400


def test_the_camera_is_asked_for_before_the_first_scan(at: Browser, world: World) -> None:
    phone = Phone.create(world, installed=True, allowed=False)
    at.get(f"/phones/{phone.id}/scan")
    assert at.where == ("phone-permission", "camera")


# What is typed.


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://shop.example/?secret=JBSWY3DPEHPK3PXP",
        "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
        "eulogin-mock://sign-in?account=a&challenge=JBSWY3DPEHPK3PXP",
        "<b>JBSWY3DPEHPK3PXP</b>",
        "JBSWY3DPEHPK3PXP" * 625,
        "\u0391\u03b8\u03ae\u03bd\u03b1",
    ],
)
def test_a_refused_address_is_not_shown_again(at: Browser, phone: Phone, typed: str) -> None:
    at.get(f"/phones/{phone.id}/scan")
    at.post(f"/phones/{phone.id}/scan", payload=typed)
    assert at.where == ("phone-scan", "ready")
    assert "JBSWY3DPEHPK3PXP" not in at.page.text
    assert 'role="alert"' in at.page.text
    assert ("<details open" in at.page.text.replace(' class="instead"', "")) == bool(typed)


def test_a_sign_in_cannot_be_scanned_before_the_app_is_linked(at: Browser, phone: Phone) -> None:
    at.get(f"/phones/{phone.id}/scan")
    at.post(f"/phones/{phone.id}/scan", payload=sign_in_code(ANNA))
    assert "belongs to a sign-in" in at.page.text


# The one-time code.


def test_the_code_of_a_scanned_sign_in_is_shown_without_network(at: Browser, ready: Phone) -> None:
    ready.change_settings(online=False)
    at.get(f"/phones/{ready.id}/scan")
    at.post(f"/phones/{ready.id}/scan", payload=sign_in_code(ANNA))
    assert at.where == ("phone-code", "ready")
    code = ready.one_time_code()
    assert f"<span>{code[:4]}</span><span>{code[4:]}</span>" in at.page.text
    assert ANNA in at.page.text
    at.get(f"/phones/{ready.id}/pin")
    assert at.where == ("phone-code", "ready")
    at.post(f"/phones/{ready.id}/scan/forget")
    assert at.where[0] == "phone-home"
    assert at.get(f"/phones/{ready.id}/code").url.endswith("/scan")


def test_without_a_code_one_is_scanned_first(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    at.get(f"/phones/{ready.id}/code")
    assert at.where[0] == "phone-scan"
    ready.scan(payload=eu_login.add_device(ready.world, BEN))
    at.get(f"/phones/{ready.id}/code")
    assert at.where == ("phone-pin", "ready")


def test_a_code_whose_account_has_gone_at_eu_login_stands_in_nobodys_way(
    at: Browser, ready: Phone, eu_login: FakeEuLogin
) -> None:
    link(ready, eu_login, BEN)
    ready.scan(payload=sign_in_code(ANNA))
    at.get(f"/phones/{ready.id}")
    assert at.where == ("phone-code", "ready")
    del eu_login.devices["enrolment-1"]
    at.get(f"/phones/{ready.id}")
    assert at.where[0] == "phone-home"
    at.get(f"/phones/{ready.id}/code")
    assert (at.where[0], at.page.status_code) == ("error", 409)
    assert f'href="{ready.world.prefix}/phones/{ready.id}">Continue' in at.page.text


def test_six_digits_are_offered_where_the_setting_says_so(at: Browser, ready: Phone) -> None:
    assert "Show a one-time code" not in at.get(f"/phones/{ready.id}/home").text
    ready.world.settings.change({s.ONE_TIME_CODE.name: "totp"})
    assert "Show a one-time code" in at.get(f"/phones/{ready.id}/home").text
    at.get(f"/phones/{ready.id}/code")
    assert at.where == ("phone-code", "totp")
    code = ready.one_time_code()
    assert f"<span>{code[:3]}</span><span>{code[3:]}</span>" in at.page.text


@pytest.mark.parametrize(("past", "seconds"), [(0, 30), (1, 29), (29, 1), (30, 30)])
def test_six_digits_say_how_long_they_hold(at: Browser, ready: Phone, past: int, seconds: int) -> None:
    ready.world.settings.change({s.ONE_TIME_CODE.name: "totp"})
    ready.world.move_clock(NOW + timedelta(seconds=past))
    assert f'<span id="seconds-left">{seconds}</span>' in at.get(f"/phones/{ready.id}/code").text
    answer = at.get(f"/phones/{ready.id}/code/next?seen=other").json()
    step = int(NOW.timestamp() + past) // 30
    assert answer == {"code": ready.one_time_code(), "seconds": seconds, "step": step, "frozen": True}


def test_six_digits_follow_the_phones_own_clock(at: Browser, ready: Phone) -> None:
    ready.world.settings.change({s.ONE_TIME_CODE.name: "totp"})
    right = at.get(f"/phones/{ready.id}/code/next?seen=").json()["code"]
    ready.change_settings(clock_offset=timedelta(minutes=5))
    assert at.get(f"/phones/{ready.id}/code/next?seen=").json()["code"] != right


def test_six_digits_go_on_whatever_is_scanned_until_the_setting_ends_them(at: Browser, ready: Phone) -> None:
    ready.world.settings.change({s.ONE_TIME_CODE.name: "totp"})
    shown = at.get(f"/phones/{ready.id}/code/next?seen=").json()
    ready.scan(payload=sign_in_code(ANNA))
    assert at.get(f"/phones/{ready.id}/code/next?seen=").json() == shown
    ready.world.settings.change({s.ONE_TIME_CODE.name: "eulogin"})
    assert at.get(f"/phones/{ready.id}/code/next?seen=").status_code == 409


def test_six_digits_of_an_app_without_an_account_are_not_to_be_had(at: Browser, phone: Phone) -> None:
    phone.world.settings.change({s.ONE_TIME_CODE.name: "totp"})
    at.get(f"/phones/{phone.id}/code")
    assert at.where[0] == "phone-scan"
    assert at.get(f"/phones/{phone.id}/code/next?seen=").status_code == 409


# Requests come and go.


def until(moment: object) -> str:
    return quote(str(moment))


@pytest.mark.parametrize(
    ("query", "state"),
    [
        (f"?until={until((NOW + timedelta(seconds=1)).isoformat())}", "closed"),
        (f"?until={until(NOW.isoformat())}", "lapsed"),
        ("", "closed"),
        ("?until=2026-01-01", "closed"),
        ("?until=" + "9" * 10_000, "closed"),
        ("?until=%3Cb%3E", "closed"),
    ],
)
def test_a_request_that_is_gone_says_how_it_ended(at: Browser, ready: Phone, query: str, state: str) -> None:
    at.get(f"/phones/{ready.id}/requests/request-9{query}")
    assert at.where == ("phone-home", state)


def test_a_request_says_who_asks_for_whom_and_until_when(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.ask(ready.world, ANNA)
    at.get(f"/phones/{ready.id}")
    for words in ("Service", "cpms.example", "Account", ANNA, "Friday 27 November 2026, 17:00", "17:10"):
        assert words in at.page.text


def test_a_request_of_another_account_is_answered_after_switching(
    at: Browser, ready: Phone, eu_login: FakeEuLogin
) -> None:
    link(ready, eu_login, BEN)
    number = eu_login.ask(ready.world, ANNA)
    at.get(f"/phones/{ready.id}")
    assert at.where == ("phone-request", "other-account")
    assert f"The app shows {BEN}" in at.page.text
    at.get(f"/phones/{ready.id}/requests/{number}/pin")
    assert at.where == ("phone-request", "other-account")
    at.post(f"/phones/{ready.id}/requests/{number}/account")
    assert at.where == ("phone-request", "ready")
    at.get(f"/phones/{ready.id}/requests/{number}/pin")
    at.post(f"/phones/{ready.id}/requests/{number}/pin", pin="1234")
    assert at.where == ("phone-home", "approved")


def test_a_request_of_another_account_is_not_answered_by_a_page_of_before(
    at: Browser, ready: Phone, eu_login: FakeEuLogin
) -> None:
    number = eu_login.ask(ready.world, ANNA)
    at.get(f"/phones/{ready.id}/requests/{number}/pin")
    link(ready, eu_login, BEN)
    at.post(f"/phones/{ready.id}/requests/{number}/pin", pin="1234")
    assert (at.where[0], at.page.status_code) == ("error", 409)
    assert f"Switch to {ANNA} first" in at.page.text
    assert eu_login.open[number].state == "open"


def test_a_switch_for_a_request_that_is_gone_changes_nothing(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    link(ready, eu_login, BEN)
    at.get(f"/phones/{ready.id}")
    at.get(f"/phones/{ready.id}/settings")
    at.post(f"/phones/{ready.id}/requests/request-99/account")
    assert at.where == ("phone-home", "closed")
    assert ready.active_account
    assert ready.active_account.account == BEN


def test_a_phone_that_is_blocked_by_the_last_wrong_pin_says_so(
    at: Browser, ready: Phone, eu_login: FakeEuLogin
) -> None:
    number = eu_login.ask(ready.world, ANNA)
    at.get(f"/phones/{ready.id}/requests/{number}/pin")
    page = at.page
    for left in (4, 3, 2, 1):
        at.post(f"/phones/{ready.id}/requests/{number}/pin", pin="9999")
        assert f"Tries left: {left}." in at.page.text
    at.page = page
    at.post(f"/phones/{ready.id}/requests/{number}/pin", pin="9999")
    assert (at.where[0], at.page.status_code) == ("error", 403)
    assert "Delete this device in EU Login" in at.page.text


@pytest.mark.parametrize("pin", ["", "12", "12345", "abcd", "\u0661\u0662\u0663\u0664", "1" * 10_000, "<b>"])
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


@pytest.mark.parametrize("how", HOW)
def test_an_answer_that_is_sent_twice_ends_where_the_first_one_did(
    at: Browser, ready: Phone, eu_login: FakeEuLogin, how: str
) -> None:
    ready.change_settings(biometrics="face")
    number = eu_login.ask(ready.world, ANNA)
    page = at.get(f"/phones/{ready.id}/requests/{number}")
    at.post(f"/phones/{ready.id}/requests/{number}/{how}", pin="1234")
    assert at.where == ("phone-home", "denied" if how == "deny" else "approved")
    at.page = page
    at.post(f"/phones/{ready.id}/requests/{number}/{how}", pin="1234")
    assert (at.where, at.page.status_code) == (("phone-home", "closed"), 200)
    assert eu_login.open[number].state == ("denied" if how == "deny" else "approved")


@pytest.mark.parametrize(("ended", "state"), [("lapsed", "lapsed"), ("answered", "closed")])
@pytest.mark.parametrize("how", HOW)
def test_an_answer_to_a_request_that_ends_in_that_moment_says_how(
    at: Browser, ready: Phone, eu_login: FakeEuLogin, how: str, ended: str, state: str
) -> None:
    ready.change_settings(biometrics="face")
    number = eu_login.ask(ready.world, ANNA)
    at.get(f"/phones/{ready.id}/requests/{number}")
    eu_login.open[number].state = ended
    at.post(f"/phones/{ready.id}/requests/{number}/{how}", pin="1234")
    assert at.where == ("phone-home", state)


# Fingerprint and face on the page.


def test_the_switch_of_the_fingerprint_leads_to_the_sensor(at: Browser, ready: Phone) -> None:
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


def test_back_after_approving_by_fingerprint_shows_the_app(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    answer, address = touched(at, ready, eu_login)
    prompt = at.page
    at.post(address, credential=answer)
    assert at.where == ("phone-home", "approved")
    at.get(address)
    assert (at.where[0], at.page.status_code) == ("phone-home", 200)
    at.page = prompt
    at.post(address, credential=answer)
    assert (at.where[0], at.page.status_code) == ("phone-home", 200)


def test_a_fingerprint_for_a_request_that_has_ended_leads_on(at: Browser, ready: Phone, eu_login: FakeEuLogin) -> None:
    answer, address = touched(at, ready, eu_login)
    ready.deny()
    at.post(address, credential=answer)
    assert at.where == ("phone-home", "closed")


@pytest.mark.parametrize("kind", ["", "iris", "<b>"])
def test_another_kind_of_sensor_is_none(at: Browser, ready: Phone, kind: str) -> None:
    at.get(f"/phones/{ready.id}/settings")
    assert at.post(f"/phones/{ready.id}/sensor", kind=kind).status_code == 400
