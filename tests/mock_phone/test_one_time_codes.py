"""One-time passwords: for a scanned sign-in, and six digits of time."""

from datetime import timedelta

from mock_phone import Phone, SignInCode, one_time
from tests.mock_phone.conftest import ANNA, link, refused
from tests.mock_phone.fake_eu_login import CHALLENGE, SECRET, FakeEuLogin
from tests.mock_phone.test_accounts import BEN
from tests.mock_phone.test_initialise import screenshot

CODE = one_time.of_challenge(SECRET, CHALLENGE)


def test_the_code_is_the_first_forty_bits_five_a_character() -> None:
    """Worked out by hand from `openssl dgst -sha512 -mac HMAC`: 40 bits in groups of five."""
    import hashlib
    import hmac

    bits = "".join(f"{byte:08b}" for byte in hmac.new(SECRET, CHALLENGE, hashlib.sha512).digest()[:5])
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    assert "".join(alphabet[int(bits[i : i + 5], 2)] for i in range(0, 40, 5)) == CODE
    assert len(CODE) == 8


def test_a_scanned_sign_in_gives_a_code_without_network(ready: Phone, eu_login: FakeEuLogin) -> None:
    ready.change_settings(online=False, notifications=False, screen_lock=False, clock_offset=timedelta(days=-1))
    code = ready.scan(image=screenshot(eu_login.sign_in_code(ANNA)))
    assert code == ready.scanned == SignInCode(ANNA, CHALLENGE)
    assert [ready.one_time_code() for _ in range(2)] == [CODE, CODE]
    ready.forget_scan()
    with refused("phone.nothing_scanned", "Scan the QR code"):
        ready.one_time_code()


def test_the_code_of_another_account_of_the_phone_is_made_with_its_secret(ready: Phone, eu_login: FakeEuLogin) -> None:
    link(ready, eu_login, BEN)
    ready.scan(payload=eu_login.sign_in_code(ANNA.upper()))
    assert ready.one_time_code() == CODE
    assert ready.active_account is not None
    assert ready.active_account.account == BEN
