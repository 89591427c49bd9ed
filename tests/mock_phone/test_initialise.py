"""From the app store to a phone that is linked to an account."""

import io
import struct
import zlib
from functools import partial

import pytest
import qrcode
from PIL import Image
from sqlalchemy import select

from mock_phone import EnrolmentCode, Phone, qr_codes
from mock_phone.model import PhoneRow
from mock_phone.refusals import PICTURE_UNREADABLE
from mock_world import World
from mock_world.server import Site
from tests.mock_phone.conftest import ANNA, refused
from tests.mock_phone.fake_eu_login import FakeEuLogin
from tests.qr_codes import screenshot

# What no screen makes.
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n%%EOF\n"


def picture(*payloads: str) -> bytes:
    """A white screen with QR codes side by side."""
    screen = Image.new("L", (1280, 900), 255)
    for number, payload in enumerate(payloads):
        screen.paste(qrcode.make(payload, box_size=4).get_image().convert("L"), (40 + 460 * number, 40))
    file = io.BytesIO()
    screen.save(file, "PNG")
    return file.getvalue()


def test_phones_are_numbered_and_found(world: World) -> None:
    ids = [Phone.create(world, phone_id=name).id for name in (None, "mine", None)]
    assert ids == ["phone-1", "mine", "phone-3"]
    assert [phone.id for phone in Phone.all(world)] == ids
    assert [Phone.find(world, name).id for name in ids] == ids
    for name in ("phone-2", "nobody"):
        with refused("phone.unknown", name) as no:
            Phone.find(world, name)
        assert no.value.kind.status == 404
    with refused("phone.not_installed", "Install the EU Login app"):
        Phone.find(world, "mine").scan(payload="otpauth://totp/x")


@pytest.mark.parametrize(
    ("name", "code", "words", "remedy"),
    [
        ("mine", "phone.exists", "Take another id: there is a phone called mine", "take another id, or none"),
        ("a b", "phone.name_refused", "Use 1 to 40 letters, digits and hyphens", "take such an id, or none"),
        ("phone-7", "phone.name_refused", "but none like phone-7", "take such an id, or none"),
    ],
)
def test_an_id_that_cannot_be_had_is_refused(world: World, name: str, code: str, words: str, remedy: str) -> None:
    Phone.create(world, phone_id="mine")
    with refused(code, words, remedy):
        Phone.create(world, phone_id=name)


def test_of_two_qr_codes_the_right_one_is_taken(phone: Phone, eu_login: FakeEuLogin) -> None:
    both = picture("https://shop.example/", eu_login.add_device(phone.world, ANNA))
    code = phone.scan(image=both)
    assert isinstance(code, EnrolmentCode)
    assert (code.account, code.server) == (ANNA, phone.world.addresses.internal("idp"))


@pytest.mark.parametrize(
    ("image", "code", "words"),
    [
        (b"", "phone.picture_unreadable", "Choose another picture"),
        (EPS, "phone.picture_unreadable", "Choose another picture"),
        (screenshot("")[:2000], "phone.picture_unreadable", "Choose another picture"),
        (screenshot("https://shop.example/"), "phone.code_foreign", "this is another one"),
    ],
)
def test_a_picture_of_something_else_is_refused(phone: Phone, image: bytes, code: str, words: str) -> None:
    with refused(code, words):
        phone.scan(image=image)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF"])
def test_the_promised_kinds_of_pictures_are_read_and_no_others(phone: Phone, eu_login: FakeEuLogin, kind: str) -> None:
    file = io.BytesIO()
    Image.open(io.BytesIO(screenshot(eu_login.add_device(phone.world, ANNA)))).convert("RGB").save(file, kind)
    if kind in PICTURE_UNREADABLE.expected:
        assert phone.scan(image=file.getvalue()).account == ANNA
    else:
        assert kind == "TIFF"
        with refused("phone.picture_unreadable") as no:
            phone.scan(image=file.getvalue())
        assert no.value.got == f"{len(file.getvalue())} bytes: UnidentifiedImageError"


@pytest.mark.threat("A picture of 50,000,000 x 1 pixels breaks the phone's camera, or takes gigabytes of memory")
@pytest.mark.parametrize(
    ("width", "height", "got"),
    [(20_001, 1, "20001 x 1 pixels"), (1, 50_000_000, "1 x 50000000 pixels"), (20_000, 20_000, "hundreds of millions")],
)
def test_a_picture_with_too_many_pixels_is_refused_by_its_first_bytes(
    phone: Phone, width: int, height: int, got: str
) -> None:
    first_bytes = io.BytesIO()
    Image.new("1", (1, 1)).save(first_bytes, "PNG")
    header = b"IHDR" + struct.pack(">II", width, height) + first_bytes.getvalue()[24:29]
    png = first_bytes.getvalue()[:12] + header + struct.pack(">I", zlib.crc32(header)) + first_bytes.getvalue()[33:]
    with refused("phone.picture_too_large", "Choose a smaller picture", "send a screenshot") as no:
        phone.scan(image=png)
    assert got in no.value.got


@pytest.mark.threat("Eight pictures of 49 million pixels at the same time take gigabytes of memory")
def test_pictures_are_decoded_one_at_a_time(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    alone: list[bool] = []
    find = qr_codes._find_code

    def watched(image: Image.Image) -> str | None:
        alone.append(qr_codes._ONE_AT_A_TIME.locked())
        return find(image)

    monkeypatch.setattr(qr_codes, "_find_code", watched)
    assert phone.look(picture()) is None
    assert alone == [True]


def test_a_picture_without_a_code_says_so(phone: Phone) -> None:
    with refused("phone.no_code", "whole QR code") as no:
        phone.scan(image=picture())
    assert "1280 x 900" in no.value.got


@pytest.mark.parametrize(
    "payload",
    [
        "eulogin-mock://sign-in?account=a&challenge=b",
        "otpauth://totp/a?enrolment=../x&server=http://localhost:1",
        "otpauth://totp/a?enrolment=x&server=file:///etc",
        "otpauth://[",
        "otpauth://totp/a?enrolment=x&server=http://[x",
        "otpauth://totp/a?enrolment=x&server=http://",
        "otpauth://totp/a?enrolment=x&server=http://a..test",
        "otpauth://totp/a?enrolment=x&server=http://a.test:0",
    ],
)
def test_another_kind_of_code_is_refused(phone: Phone, payload: str) -> None:
    with refused("phone.code_foreign"):
        phone.scan(payload=payload)
    assert phone.scanned is None


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ("otpauth://totp/Shop:anna?secret=JBSWY3DPEHPK3PXP", "scheme 'otpauth'"),
        ("HTTPS://shop.example/JBSWY3DP", "scheme 'https'"),
        ("JBSWY3DPEHPK3PXPJBSWY3DP", "no known scheme"),
        ("jbswy3dp:ehpk3pxp", "no known scheme"),
        ("", "no known scheme"),
    ],
)
def test_of_what_is_no_code_the_journal_tells_no_part_that_may_be_a_secret(
    phone: Phone, payload: str, told: str
) -> None:
    with refused("phone.code_foreign") as no:
        phone.scan(payload=payload)
    assert no.value.got == f"an address of {len(payload)} characters, {told}"
    written = f"{no.value.message()} {[event.fields for event in phone.world.journal.events()]}".upper()
    assert "JBSW" not in written


def test_scan_takes_one_of_both(phone: Phone) -> None:
    with pytest.raises(TypeError, match="either"):
        phone.scan()


@pytest.mark.parametrize(
    ("switch", "refusal", "words"),
    [
        ("camera", "phone.camera_off", "Allow the camera in the settings first"),
        ("online", "phone.offline", "Go online first"),
        ("notifications", "phone.notifications_off", "Allow notifications in the settings first"),
        ("screen_lock", "phone.screen_lock_off", "Set a screen lock in the settings of the phone first"),
    ],
)
def test_what_is_missing_is_refused_by_whatever_way_the_code_comes(
    phone: Phone, eu_login: FakeEuLogin, switch: str, refusal: str, words: str
) -> None:
    """Facts, the app, 12.1."""
    code = eu_login.add_device(phone.world, ANNA)
    assert phone.missing() == ()
    phone.change_settings(**{switch: False})
    assert [need.switch for need in phone.missing()] == [switch]
    for deed in (partial(phone.scan, image=screenshot(code)), partial(phone.scan, payload=code)):
        with refused(refusal, words, f"`{switch}`"):
            deed()
    phone.change_settings(**{switch: True})
    phone.scan(image=screenshot(code))
    phone.change_settings(**{switch: False})
    with refused(refusal, words):
        phone.initialise("1234")
    assert phone.accounts() == []


def test_the_pin_links_the_account(phone: Phone, eu_login: FakeEuLogin) -> None:
    with refused("phone.nothing_scanned", "Scan the QR code"):
        phone.initialise("1234")
    phone.scan(payload=eu_login.add_device(phone.world, ANNA))
    with refused("phone.pin_form", "four digits"):
        phone.initialise("12345")
    with refused("phone.pin_wrong", "Tries left: 4.", "send the right PIN; tries left: 4") as no:
        phone.initialise("9999")
    assert (no.value.field, no.value.params["tries_left"]) == ("pin", 4)
    eu_login.garbled = True
    with refused("phone.eu_login_answer"):
        phone.initialise("1234")
    assert phone.accounts() == []
    eu_login.garbled, eu_login.devices["enrolment-1"].state = False, "waiting"
    account = phone.initialise("1234")
    assert phone.accounts() == [account]
    assert (account.account, account.known, phone.scanned) == (ANNA, True, None)
    assert eu_login.devices["enrolment-1"].described["name"] == phone.id
    phone.scan(payload=eu_login.add_device(phone.world, ANNA))
    again = phone.initialise("1234")  # in place of the account of before
    assert phone.accounts() == [again]


@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        ("expired", "phone.code_expired", "new QR code"),
        ("active", "phone.code_used", "again"),
        ("blocked", "phone.device_blocked", "Delete this device"),
        ("deleted", "phone.code_unknown", "Add the mobile device again"),
    ],
)
def test_a_dead_code_says_how_to_get_a_new_one(
    phone: Phone, eu_login: FakeEuLogin, state: str, code: str, words: str
) -> None:
    phone.scan(payload=eu_login.add_device(phone.world, ANNA, state=state))
    if state == "deleted":
        eu_login.devices.clear()
    elif state == "blocked":
        eu_login.devices["enrolment-1"].tries_left = 1
    with refused(code, words):
        phone.initialise("9999")
    assert phone.scanned is None


@pytest.mark.parametrize("prefix", ["", "/w/elsewhere/"])
def test_a_code_of_another_world_is_refused_at_once(phone: Phone, site: Site, prefix: str) -> None:
    server = site.listeners["idp"].replace("localhost", "LOCALHOST") + prefix
    with refused("phone.code_of_other_world", f"add {ANNA} to this phone in this world") as no:
        phone.scan(payload=f"otpauth://totp/EU%20Login:{ANNA}?enrolment=x&server={server}")
    assert "/w/<world>" in no.value.remedy
    assert phone.scanned is None


def test_the_sign_in_of_another_world_is_refused_at_once(ready: Phone, eu_login: FakeEuLogin, site: Site) -> None:
    code = eu_login.sign_in_code(ANNA)
    with refused("phone.code_of_other_world"):
        ready.scan(payload=f"{code}&server={site.listeners['idp']}/w/elsewhere")
    with refused("phone.code_foreign"):
        ready.scan(payload=f"{code}&server=http://[x")
    ready.scan(payload=f"{code}&server={ready.world.addresses.internal('idp')}")
    assert len(ready.one_time_code()) == 8


def test_a_code_that_was_scanned_in_a_world_is_worth_nothing_in_its_copy(
    phone: Phone, site: Site, eu_login: FakeEuLogin
) -> None:
    phone.scan(payload=eu_login.add_device(phone.world, ANNA))
    copy = Phone.create(site.worlds.create(), installed=True)
    with phone.world.database.session() as original, copy.world.database.session() as db:
        db.scalars(select(PhoneRow)).one().scanned = original.scalars(select(PhoneRow)).one().scanned
    with refused("phone.code_of_other_world", f"add {ANNA} to this phone in this world"):
        copy.initialise("1234")
    assert copy.scanned is None
    assert {device.state for device in eu_login.devices.values()} == {"waiting"}
    assert phone.initialise("1234").account == ANNA


@pytest.mark.parametrize("setting", ["idp.public_url", "idp.internal_url"])
def test_the_own_world_is_known_by_either_address(phone: Phone, setting: str) -> None:
    phone.world.settings.change({setting: "http://login.test"})
    code = "otpauth://totp/a?enrolment=x&server=http://login.test"
    phone.scan(payload=f"{code}{phone.world.prefix}")
    with refused("phone.code_of_other_world"):
        phone.scan(payload=f"{code}:80/w/elsewhere")


@pytest.mark.threat("A QR code lets the phone call a server of elsewhere")
@pytest.mark.parametrize(
    ("server", "code", "words", "remedy"),
    [
        ("https://login.somewhere.net", "call.target_refused", "", ""),
        ("http://localhost:9", "phone.eu_login_unreachable", "Try again in a moment: EU Login at", "idp.internal_url"),
    ],
)
def test_a_code_that_leads_elsewhere_or_nowhere_is_not_followed(
    phone: Phone, server: str, code: str, words: str, remedy: str
) -> None:
    phone.scan(payload=f"otpauth://totp/a?enrolment=x&server={server}")
    with refused(code, words, remedy) as no:
        phone.initialise("1234")
    assert server.partition("//")[2] in f"{no.value.message()} {no.value.got}"


def test_a_ready_account_joins_an_outer_transaction(world: World) -> None:
    with world.database.session() as db:
        phone = Phone.create(world, owner=ANNA)
        assert not phone.installed
        phone.link(account=ANNA, device_identifier="d", secret="c2VjcmV0", server="http://localhost:1")
        assert phone.installed
        db.rollback()
    assert Phone.all(world) == []


def test_the_app_holds_several_accounts_or_one(ready: Phone, eu_login: FakeEuLogin) -> None:
    """An older app held one account a device (facts, conflicts between sources)."""
    second = eu_login.add_device(ready.world, "ben@hospital.example")
    assert ready.scan(payload=second).account == "ben@hospital.example"
    ready.world.settings.change({"phone.accounts": "one"})
    with refused("phone.one_account", f"delete this one from {ANNA} first"):
        ready.scan(payload=second)
    assert ready.scan(payload=eu_login.add_device(ready.world, ANNA)).account == ANNA
    eu_login.devices.clear()
    ready.requests()  # an account that EU Login forgot leaves room
    assert ready.scan(payload=second).account == "ben@hospital.example"
