"""One-time passwords: for a scanned sign-in, and six digits of time."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from mock_phone import Phone, SignInCode, one_time_codes
from mock_world import WorldSpec
from mock_world.server import Site
from tests.mock_phone.conftest import ANNA, NOW, link, refused
from tests.mock_phone.fake_eu_login import CHALLENGE, SECRET, FakeEuLogin, base64url
from tests.mock_phone.test_accounts import BEN
from tests.mock_phone.test_initialise import picture

CODE = one_time_codes.of_challenge(SECRET, CHALLENGE)


def test_the_code_is_the_first_forty_bits_five_a_character() -> None:
    bits = "".join(f"{byte:08b}" for byte in hmac.new(SECRET, CHALLENGE, hashlib.sha512).digest()[:5])
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    assert "".join(alphabet[int(bits[at : at + 5], 2)] for at in range(0, 40, 5)) == CODE


def test_a_scanned_sign_in_gives_a_code_without_network(ready: Phone, eu_login: FakeEuLogin) -> None:
    ready.change_settings(online=False, notifications=False, screen_lock=False, clock_offset=timedelta(days=-1))
    code = ready.scan(image=picture("https://shop.example/", eu_login.sign_in_code(ANNA)))
    assert code == ready.scanned == SignInCode(ANNA, CHALLENGE)
    assert [ready.one_time_code() for _ in range(2)] == [CODE, CODE]
    ready.forget_scan()
    with refused("phone.nothing_scanned", "Scan the QR code"):
        ready.one_time_code()


def test_of_two_devices_of_one_address_the_shown_one_gives_the_code_else_the_last(
    ready: Phone, eu_login: FakeEuLogin
) -> None:
    """One address at two EU Logins; that of another account is made with its own secret."""
    other = bytes(reversed(SECRET))
    ready.change_settings(camera=False)  # a typed sign-in needs none
    ready.link(account=ANNA, device_identifier="other", secret=base64url(other), server="http://login.test:1")
    ready.scan(payload=f" {eu_login.sign_in_code(ANNA.upper())}\n")
    codes = [ready.one_time_code()]
    ready.switch_account(ANNA)
    codes.append(ready.one_time_code())
    link(ready, eu_login, BEN).scan(payload=eu_login.sign_in_code(ANNA))
    codes.append(ready.one_time_code())
    assert codes == [one_time_codes.of_challenge(other, CHALLENGE), CODE, one_time_codes.of_challenge(other, CHALLENGE)]
    assert ready.active_account is not None
    assert ready.active_account.account == BEN


def test_a_phones_clock_goes_wrong_before_it_makes_six_digits_and_can_be_set_right(ready: Phone) -> None:
    world = ready.world
    world.settings.change({"one_time_code": "totp"})
    right = ready.one_time_code()
    world.faults.arm("phone.clock_wrong", seconds=-600, person=ANNA)
    wrong = [ready.one_time_code() for _ in range(2)]
    assert wrong == [one_time_codes.of_time(SECRET, world.clock.now() - timedelta(minutes=10))] * 2
    assert ready.now == world.clock.now() - timedelta(minutes=10)
    ready.change_settings(clock_offset=timedelta(0))
    assert ready.one_time_code() == right
    assert world.faults.armed() == []


def test_no_clock_is_asked_for_the_code_of_a_scanned_sign_in(ready: Phone, eu_login: FakeEuLogin) -> None:
    ready.world.faults.arm("phone.clock_wrong", times=None)
    ready.scan(payload=eu_login.sign_in_code(ANNA))
    assert ready.one_time_code() == CODE
    assert ready.settings.clock_offset == timedelta(0)


def test_a_frame_without_a_code_is_passed_over(ready: Phone, eu_login: FakeEuLogin) -> None:
    before = len(ready.world.journal.events())
    assert ready.look(picture()) is None
    assert (len(ready.world.journal.events()), ready.scanned) == (before, None)
    address = ready.look(picture(eu_login.sign_in_code(ANNA)))
    assert (address, ready.scanned) == (eu_login.sign_in_code(ANNA), None)
    assert ready.scan(payload=address) == ready.scanned == SignInCode(ANNA, CHALLENGE)
    with refused("phone.picture_unreadable"):
        ready.look(b"no picture")
    ready.change_settings(camera=False)
    with refused("phone.camera_off", "Allow the camera"):
        ready.look(picture())
    ready.uninstall()
    with refused("phone.not_installed"):
        ready.look(picture())


@pytest.mark.parametrize(
    "query",
    [
        f"account={ANNA}",
        f"account=&challenge={base64url(CHALLENGE)}",
        f"account={ANNA}&challenge={base64url(CHALLENGE[:63])}",
        f"account={ANNA}&challenge={base64url(CHALLENGE + CHALLENGE[:1])}",
        f"account={ANNA}&challenge=\u0416",
    ],
)
def test_half_a_sign_in_is_no_code(ready: Phone, query: str) -> None:
    with refused("phone.code_foreign", "Scan the QR code that EU Login shows"):
        ready.scan(payload=f"eulogin-mock://sign-in?{query}")
    assert ready.scanned is None


def test_a_sign_in_is_no_new_device(phone: Phone, eu_login: FakeEuLogin) -> None:
    with refused("phone.code_of_sign_in", "Scan the QR code of a new mobile device first"):
        phone.scan(payload=eu_login.sign_in_code(ANNA))
    link(phone, eu_login, ANNA).scan(payload=eu_login.sign_in_code(ANNA))
    with refused("phone.code_of_sign_in") as no:
        phone.initialise("1234")
    assert "add a mobile device in EU Login" in no.value.remedy
    assert phone.one_time_code() == CODE


def test_a_new_device_is_no_sign_in(ready: Phone, eu_login: FakeEuLogin) -> None:
    ready.scan(payload=eu_login.add_device(ready.world, BEN))
    with refused("phone.code_of_device", "asks for its PIN") as no:
        ready.one_time_code()
    assert no.value.kind.status == 409
    assert ready.initialise("1234").account == BEN


def test_a_sign_in_of_another_account_names_it(ready: Phone, eu_login: FakeEuLogin) -> None:
    with refused("phone.code_of_other_account", f"Use the phone of {BEN}, or add it to this app first"):
        ready.scan(payload=eu_login.sign_in_code(BEN))
    link(ready, eu_login, BEN).unlink(ANNA)
    ready.scan(payload=eu_login.sign_in_code(BEN))


@pytest.mark.parametrize("kind", ["a sign-in", "a sign-in of another account", "a new device"])
def test_what_was_scanned_ends_with_its_account_and_with_no_other(
    ready: Phone, eu_login: FakeEuLogin, kind: str
) -> None:
    link(ready, eu_login, BEN)
    code = eu_login.sign_in_code(ANNA if kind == "a sign-in" else BEN)
    scanned = ready.scan(payload=eu_login.add_device(ready.world, ANNA) if kind == "a new device" else code)
    ready.unlink(ANNA)
    assert ready.scanned == (None if kind == "a sign-in" else scanned)


def test_a_sign_in_of_a_lost_or_deleted_device_says_to_add_it_again(ready: Phone, eu_login: FakeEuLogin) -> None:
    eu_login.devices.clear()
    ready.requests()
    with refused("phone.device_unknown", "Add this phone again"):
        ready.scan(payload=eu_login.sign_in_code(ANNA))
    link(ready, eu_login, ANNA).uninstall()
    ready.install()
    with refused("phone.reinstalled", f"broken its link to {ANNA}"):
        ready.scan(payload=eu_login.sign_in_code(ANNA))


def test_six_digits_are_those_of_any_authenticator_for_the_shown_account(ready: Phone, eu_login: FakeEuLogin) -> None:
    """Of an ordinary app that scanned the QR code of the device; no network is needed."""
    ready.change_settings(online=False)
    with refused("phone.nothing_scanned"):
        ready.one_time_code()
    ready.world.settings.change({"one_time_code": "totp"})
    (secret,) = parse_qs(urlsplit(eu_login.add_device(ready.world, ANNA)).query)["secret"]
    assert ready.one_time_code() == pyotp.TOTP(secret).at(NOW)
    other = bytes(reversed(SECRET))
    ready.link(account=BEN, device_identifier="other", secret=base64url(other), server="")
    assert ready.one_time_code() == one_time_codes.of_time(other, NOW)
    ready.scan(payload=eu_login.sign_in_code(ANNA))
    assert ready.one_time_code() == CODE


@pytest.mark.parametrize(
    ("offset", "shown"),
    [
        (timedelta(seconds=29), timedelta(0)),
        (timedelta(seconds=30), timedelta(seconds=30)),
        (timedelta(seconds=-1), timedelta(seconds=-30)),
    ],
)
def test_six_digits_follow_the_phones_clock(ready: Phone, offset: timedelta, shown: timedelta) -> None:
    """NOW is the beginning of a time step."""
    ready.world.settings.change({"one_time_code": "totp"})
    ready.change_settings(clock_offset=offset)
    assert ready.now == NOW + offset
    secret = base64.b32encode(SECRET[:20]).decode()
    assert ready.one_time_code() == pyotp.TOTP(secret).at(NOW + shown)


def test_requests_do_not_care_about_the_phones_clock(ready: Phone, eu_login: FakeEuLogin) -> None:
    ready.change_settings(clock_offset=timedelta(days=3652))
    eu_login.ask(ready.world, ANNA)
    assert datetime.fromisoformat(ready.shows()["now"]) == NOW + timedelta(days=3652)
    assert ready.approve("1234").sent_at == NOW


def test_a_clock_is_wrong_by_ten_years_at_most(phone: Phone) -> None:
    for days in (3653, -3653):
        with pytest.raises(ValueError, match="clock_offset"):
            phone.change_settings(clock_offset=timedelta(days=days))
    assert phone.now == NOW
    phone.change_settings(clock_offset=timedelta(days=-3652))
    assert phone.now == NOW - timedelta(days=3652)


def test_a_phone_knows_no_time_before_1970(site: Site) -> None:
    early = datetime(1971, 1, 1, tzinfo=UTC)
    world = site.worlds.create(spec=WorldSpec(now=early, frozen=True, settings={"one_time_code": "totp"}))
    phone = Phone.create(world, installed=True)
    phone.link(account=ANNA, device_identifier="d", secret=base64url(SECRET), server="")
    phone.change_settings(clock_offset=timedelta(days=-3652))
    assert phone.now == datetime(1970, 1, 1, tzinfo=UTC)
    assert phone.one_time_code() == one_time_codes.of_time(SECRET, phone.now)
    site.worlds.delete(world.name)


def test_six_digits_need_an_account_that_eu_login_knows(ready: Phone, eu_login: FakeEuLogin) -> None:
    ready.world.settings.change({"one_time_code": "totp"})
    eu_login.devices.clear()
    ready.requests()
    with refused("phone.device_unknown"):
        ready.one_time_code()
    link(ready, eu_login, ANNA).uninstall()
    with refused("phone.not_installed"):
        ready.one_time_code()
    ready.install()
    with refused("phone.reinstalled"):
        ready.one_time_code()
    with refused("phone.not_initialised"):
        Phone.create(ready.world, installed=True).one_time_code()


def test_codes_stand_in_no_answer_and_no_journal(ready: Phone, eu_login: FakeEuLogin) -> None:
    code = ready.scan(payload=eu_login.sign_in_code(ANNA))
    ready.one_time_code()
    told = f"{ready.shows()} {code!r} {[event.fields for event in ready.world.journal.events()]}"
    assert ready.shows()["scanned"] == {"kind": "sign-in", "account": ANNA, "server": ""}
    assert not any(secret in told for secret in (CODE, base64url(CHALLENGE), str(CHALLENGE)))
