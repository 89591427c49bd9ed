"""Mobile devices: adding, the QR code, the app's interface (guide, G13 to G19)."""

import base64
import hmac
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from mock_idp.accounts.model import Account
from mock_idp.factors.devices import enrolment, rules
from mock_idp.factors.devices import sign_in_requests as phone_requests
from mock_idp.factors.devices.enrolment import DeviceDescription, Enrolled
from mock_idp.factors.devices.model import SignInRequest
from mock_world import Refusal, World
from mock_world.server import Site
from tests.mock_idp.conftest import PASSWORD, PIN, Browser, advance, minutes
from tests.mock_idp.one_time_codes import scanned

NOBODY = DeviceDescription()


def signed(method: str, url: str, device: Enrolled, body: bytes = b"") -> requests.Response:
    """A call as the app makes it."""
    parts = urlsplit(url)
    message = f"{method}\n{parts.path}\n{parts.query}\n".encode() + body
    key = base64.urlsafe_b64decode(device.secret + "==")
    signature = hmac.digest(key, message, "sha512").hex()
    headers = {"Authorization": f"Device {device.device_identifier} {signature}"}
    return requests.request(method, url, data=body, headers=headers, timeout=5)


def proof(device: Enrolled, challenge: str) -> str:
    key = base64.urlsafe_b64decode(device.secret + "==")
    return hmac.digest(key, base64.urlsafe_b64decode(challenge + "=="), "sha512").hex()


def sign_in(browser: Browser) -> Browser:
    return browser.open("/cas/login").send(username="ada.berg@hospital.example").send(password=PASSWORD)


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        ({"deviceName": "x" * 51}, "device.name_wrong", "Enter a name of 1 to 50 characters"),
        ({"pin": "١٢٣٤", "pinConfirm": "١٢٣٤"}, "device.pin_form", "exactly 4 digits"),
        ({"pinConfirm": "4321"}, "device.pins_differ", "same PIN code in both fields"),
    ],
)
def test_each_rule_of_the_device_form_refuses_in_words(
    world: World, account: Account, browser: Browser, fields: dict[str, str], code: str, message: str
) -> None:
    form = {"deviceName": "Phone", "pin": PIN, "pinConfirm": PIN} | fields
    sign_in(browser).open("/cas/mobile").send(follow=True, **form)
    assert browser.at == ("add-device", "ready")
    assert any(message in error for error in browser.errors)
    told = world.journal.events(types=[code])[-1].fields
    assert all(told[name] for name in ("expected", "got", "remedy"))


def test_the_qr_code_is_a_standard_address(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser).open("/cas/mobile").send(deviceName="Phone", pin=PIN, pinConfirm=PIN)
    assert browser.at == ("device-qr", "waiting")
    address = urlsplit(scanned(browser))
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert query["server"] == world.addresses.internal("idp")
    assert query["enrolment"] == rules.devices_of(world, account.uid)[0].enrolment


def test_the_app_is_initialised_with_the_pin_of_the_page(site: Site, world: World, account: Account) -> None:
    device = rules.add_device(world, account.uid, name="Phone", pin=PIN)
    url = f"{site.listeners['idp']}{world.prefix}/cas/app/enrolments/{device.enrolment}"
    wrong = requests.post(url, json={"pin": "9999"}, timeout=5)
    assert (wrong.status_code, wrong.json()["tries_left"]) == (403, 4)
    right = requests.post(url, json={"pin": PIN, "device": {"model": "One"}}, timeout=5)
    assert right.json()["account"] == account.email
    (active,) = rules.devices_of(world, account.uid)
    assert (active.state, active.model, active.pin_failures) == ("active", "One", 0)
    assert requests.post(url, json={"pin": PIN}, timeout=5).status_code == 409


@pytest.mark.parametrize("state", ["initialised", "deleted"])
def test_the_page_with_the_qr_code_learns_at_once_what_became_of_the_device(
    world: World, account: Account, browser: Browser, is_waiting: threading.Event, state: str
) -> None:
    sign_in(browser).open("/cas/mobile").send(deviceName="Phone", pin=PIN, pinConfirm=PIN)
    device = rules.devices_of(world, account.uid)[0]
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(browser.http.get, f"{browser.base}/cas/mobile/state?device={device.id}", timeout=5)
        assert is_waiting.wait(5)
        if state == "initialised":
            enrolment.enrol(world, device.enrolment, pin=PIN, description=NOBODY)
        else:
            rules.delete_device(world, device)
        assert asking.result().json() == {"state": state}


def test_five_wrong_pins_block_a_device_and_deleting_it_is_the_way_out(world: World, account: Account) -> None:
    device = rules.add_device(world, account.uid, name="Phone", pin=PIN)
    for left in (4, 3, 2, 1):
        with pytest.raises(Refusal) as refused:
            enrolment.enrol(world, device.enrolment, pin="0000", description=NOBODY)
        assert refused.value.params["tries_left"] == left
    for pin in ("0000", PIN):
        with pytest.raises(Refusal, match="Delete this device"):
            enrolment.enrol(world, device.enrolment, pin=pin, description=NOBODY)
    assert enrolment.qr_state(world, rules.devices_of(world, account.uid)[0]) == "blocked"
    rules.delete_device(world, device)
    assert rules.devices_of(world, account.uid) == []


def test_a_request_reaches_the_phone(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    sent = send(world, account)
    url = browser.base + "/cas/app/requests"
    (shown,) = signed("GET", url, device).json()["items"]
    assert (shown["id"], shown["account"], shown["service"]) == (sent.id, account.email, "cpms.example")
    assert len(base64.urlsafe_b64decode(shown["challenge"] + "==")) == 64
    body = f'{{"decision": "approve", "pin": "{PIN}", "proof": "{proof(device, shown["challenge"])}"}}'
    assert signed("POST", f"{url}/{sent.id}", device, body.encode()).status_code == 200
    assert phone_requests.wait_for_answer(world, sent.id, "b", 5) == "approved"
    assert signed("POST", f"{url}/{sent.id}", device, body.encode()).status_code == 409


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"pin": "0000"}, 403, "device.wrong_pin"),
        ({"proof": "00" * 64}, 403, "request.bad_proof"),
        ({"proof": "\u00e9"}, 403, "request.bad_proof"),
        ({"decision": "perhaps"}, 422, "body.wrong"),
    ],
)
def test_a_wrong_answer_of_the_phone_is_refused(
    world: World, account: Account, device: Enrolled, browser: Browser, change: dict[str, str], status: int, code: str
) -> None:
    sent = send(world, account)
    fields = {"decision": "approve", "pin": PIN, "proof": proof(device, sent.challenge)} | change
    body = json.dumps(fields).encode()
    answer = signed("POST", f"{browser.base}/cas/app/requests/{sent.id}", device, body)
    assert (answer.status_code, answer.json()["type"]) == (status, code)
    assert phone_requests.state_of(world, phone_requests.request_of(world, sent.id, "b")) == "pending"


def test_the_qr_code_works_for_ten_minutes(world: World, account: Account) -> None:
    device = rules.add_device(world, account.uid, name="Phone", pin=PIN)
    advance(world, minutes(10))
    with pytest.raises(Refusal, match=r"add it again"):
        enrolment.enrol(world, device.enrolment, pin=PIN, description=NOBODY)
    assert enrolment.qr_state(world, device) == "expired"


def test_a_request_lapses_after_ten_minutes(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    sent = send(world, account)
    advance(world, minutes(10))
    assert signed("GET", browser.base + "/cas/app/requests", device).json()["items"] == []
    body = f'{{"decision": "deny", "proof": "{proof(device, sent.challenge)}"}}'.encode()
    assert signed("POST", f"{browser.base}/cas/app/requests/{sent.id}", device, body).status_code == 410


def test_a_request_needs_the_push_delay_to_reach_the_phone(world: World, account: Account, device: Enrolled) -> None:
    world.settings.change({"push.delay": "PT3S"})
    send(world, account)
    assert phone_requests.open_requests(world, account.uid) == []
    advance(world, minutes(3 / 60))
    assert len(phone_requests.open_requests(world, account.uid)) == 1


def test_a_wrong_signature_is_turned_away(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    url = browser.base + "/cas/app/requests"
    forged = Enrolled(device.device_identifier, device.account, base64.urlsafe_b64encode(b"x" * 64).decode())
    assert signed("GET", url, forged).status_code == 401
    assert requests.get(url, timeout=5).status_code == 401
    rules.delete_device(world, rules.devices_of(world, account.uid)[0])
    assert signed("GET", url, device).status_code == 401


@pytest.mark.parametrize("path", ["deleteDevice", "renameDevice"])
def test_a_device_of_somebody_else_cannot_be_touched(
    world: World, account: Account, other: Account, browser: Browser, path: str
) -> None:
    theirs = rules.add_device(world, other.uid, name="Theirs", pin=PIN)
    sign_in(browser).open(f"/cas/userdata/mobileApp/{path}.cgi?device={theirs.id}")
    assert browser.page.status_code == 404
    browser.open(f"/cas/mobile?device={theirs.id}")
    assert (browser.at, "Theirs" in browser.page.text) == (("device-qr", "deleted"), False)


@pytest.mark.parametrize("path", ["/cas/mobile?device={}", "/cas/userdata/mobileApp/deleteDevice.cgi?device={}"])
def test_an_active_device_is_not_deleted_with_the_password_alone(
    world: World, account: Account, device: Enrolled, browser: Browser, path: str
) -> None:
    browser.open("/cas/login").send(username=account.email).send(password=PASSWORD, loginStrength="PASSWORD")
    (active,) = rules.devices_of(world, account.uid)
    token = dict(browser.open("/cas/logout").hidden)["csrf_token"]
    browser.page = browser.http.post(browser.base + path.format(active.id), data={"csrf_token": token})
    assert browser.at == ("password", "ready")
    assert rules.phones_with_app(world, account.uid)


def test_a_device_that_was_never_scanned_is_deleted_with_the_password_alone(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    browser.open("/cas/login").send(username=account.email).send(password=PASSWORD, loginStrength="PASSWORD")
    waiting = rules.add_device(world, account.uid, name="Second", pin=PIN)
    browser.open(f"/cas/userdata/mobileApp/deleteDevice.cgi?device={waiting.id}").send()
    assert [left.name for left in rules.devices_of(world, account.uid)] == ["My phone"]


@pytest.mark.threat("Several phones scan one QR code at the same moment (race)")
def test_a_qr_code_initialises_one_phone_however_many_scan_it_at_once(
    world: World, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = rules.add_device(world, account.uid, name="Phone", pin=PIN)
    together = threading.Barrier(8)  # all have found the code unused before one of them uses it
    monkeypatch.setattr(enrolment, "check_pin", lambda *_, **__: together.wait(60))

    def scan() -> str:
        try:
            return enrolment.enrol(world, device.enrolment, pin=PIN, description=NOBODY).device_identifier
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(8) as pool:
        answers = [waiting.result() for waiting in [pool.submit(scan) for _ in range(8)]]
    (kept,) = rules.devices_of(world, account.uid)
    assert [answer for answer in answers if answer != "enrolment.used"] == [kept.identifier]


# A phone that shows a request hears of what happens to it (`seen`).


def send(world: World, account: Account, browser: str = "b") -> SignInRequest:
    return phone_requests.send_request(
        world, account, browser=browser, service="cpms.example", strength="PASSWORD_MOBILE_APP"
    )


def asked(browser: Browser, device: Enrolled, query: str) -> list[str]:
    found = signed("GET", f"{browser.base}/cas/app/requests?{query}", device).json()["items"]
    return [item["id"] for item in found]


@pytest.mark.parametrize(
    ("happens", "left"),
    [
        (lambda world, _, sent: phone_requests.cancel(world, sent), 0),
        (lambda world, account, _: phone_requests.end_requests(world, account.uid), 0),
        (lambda world, account, _: send(world, account), 1),
        (lambda world, account, _: send(world, account, browser="another"), 2),
        (lambda world, *_: advance(world, timedelta(minutes=10)), 0),
    ],
    ids=["cancelled", "all ended", "sent again", "another one", "lapsed"],
)
def test_it_hears_at_once(
    world: World,
    account: Account,
    device: Enrolled,
    browser: Browser,
    is_waiting: threading.Event,
    happens: Callable[[World, Account, SignInRequest], object],
    left: int,
) -> None:
    sent = send(world, account)
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(asked, browser, device, f"wait=30&seen={sent.id}")
        assert is_waiting.wait(5)
        happens(world, account, sent)
        found = asking.result()
    assert (len(found), found == [sent.id]) == (left, False)


@pytest.mark.parametrize("seen", ["", ",,1", "1" * 10_000])
def test_what_it_never_saw_is_news(
    world: World, account: Account, device: Enrolled, browser: Browser, seen: str
) -> None:
    sent = send(world, account)
    assert asked(browser, device, f"wait=30&seen={seen}") == [sent.id]


def test_it_hears_that_a_request_lapses(world: World, account: Account, device: Enrolled, browser: Browser) -> None:
    world.clock.run()
    sent = send(world, account)
    world.move_clock(sent.expires_at - timedelta(seconds=0.2))
    assert asked(browser, device, f"wait=4&seen={sent.id}") == []
