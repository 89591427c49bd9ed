"""Pages of the mobile devices: states, limits, two tabs, forms sent twice, and mails that report changes."""

import pytest

from mock_idp.accounts.model import Account
from mock_idp.common.strength_names import PASSWORD_MOBILE_APP
from mock_idp.factors.devices import enrolment, pins, rules
from mock_idp.factors.devices.enrolment import DeviceDescription, Enrolled, enrol
from mock_idp.factors.devices.model import Device
from mock_idp.factors.devices.rules import add_device, devices_of, rename_device
from mock_idp.factors.second_factors import second_factors
from mock_world import Refusal, World
from tests.mock_idp.accounts_pages import link_to
from tests.mock_idp.conftest import PIN, Browser, advance, minutes
from tests.mock_idp.signed_in import journal_explains, sign_in
from tests.mock_idp.signing_in import block as block_phone

LIST = "/cas/userdata/mobileApp/manageMyMobileDevices.cgi"
DELETE = "/cas/userdata/mobileApp/deleteDevice.cgi?device={}"
RENAME = "/cas/userdata/mobileApp/renameDevice.cgi?device={}"
FORM = {"deviceName": "Phone", "pin": PIN, "pinConfirm": PIN}


@pytest.fixture
def signed_in(world: World, account: Account, browser: Browser) -> Browser:
    return sign_in(browser, world, account)


def add(browser: Browser, **changes: str) -> Browser:
    return browser.open("/cas/mobile").send(follow=True, **(FORM | changes))


def block(world: World, device: Device) -> None:
    for _ in range(5):
        with pytest.raises(Refusal):
            enrolment.enrol(world, device.enrolment, pin="0000", description=DeviceDescription())


def the_device(world: World, account: Account) -> Device:
    (device,) = devices_of(world, account.uid)
    return device


def test_the_list_says_the_state_of_each_device_in_words_and_by_a_picture(
    world: World, account: Account, device: Enrolled, signed_in: Browser
) -> None:
    add_device(world, account.uid, name="Old code", pin=PIN)
    advance(world, minutes(10))
    add_device(world, account.uid, name="New code", pin=PIN)
    block(world, add_device(world, account.uid, name="Stuck", pin=PIN))
    signed_in.open(LIST)
    for words in ("My phone active", "Old code QR code expired", "New code QR code not scanned", "Stuck blocked"):
        assert words in signed_in.text
    assert signed_in.page.text.count("tag__icon") == 4
    assert "Delete the device and add it anew: a wrong code was entered too often." in signed_in.text
    assert "If you need one again, delete the device and add it anew." in signed_in.text


@pytest.mark.parametrize("name", [" ", "x" * 51])
def test_renaming_obeys_the_rule_of_names(world: World, account: Account, signed_in: Browser, name: str) -> None:
    waiting = add_device(world, account.uid, name="Phone", pin=PIN)
    signed_in.open(RENAME.format(waiting.id)).send(deviceName=name)
    assert signed_in.at == ("rename-device", "ready")
    assert "Enter a name of 1 to 50 characters for the device." in signed_in.errors
    assert f'value="{name}"' in signed_in.page.text
    assert journal_explains(world, "device.name_wrong")
    signed_in.send(deviceName="محمد")
    assert the_device(world, account).name == "محمد"


def test_a_form_sent_twice_adds_one_device(world: World, account: Account, signed_in: Browser) -> None:
    signed_in.open("/cas/mobile")
    opened = signed_in.page
    signed_in.send(follow=True, **FORM)
    shown = signed_in.page.url
    signed_in.page = opened
    assert signed_in.send(follow=True, **FORM).page.url == shown
    assert the_device(world, account).name == "Phone"
    signed_in.page = opened
    signed_in.send(deviceName="Phone", pin="9999", pinConfirm="9999")
    assert len(devices_of(world, account.uid)) == 2


def test_the_tenth_device_is_the_last(world: World, account: Account, signed_in: Browser) -> None:
    for number in range(9):
        add_device(world, account.uid, name=f"Phone {number}", pin=PIN)
    assert add(signed_in).at == ("device-qr", "waiting")
    assert add(signed_in, deviceName="Another").at == ("add-device", "ready")
    assert signed_in.errors[0] == "Please check Delete a device first: an account can have 10 mobile devices."
    assert journal_explains(world, "device.too_many")
    assert "Delete a device before you add another" in signed_in.open(LIST).text


def test_the_page_of_a_qr_code_tells_that_its_time_is_over(world: World, account: Account, signed_in: Browser) -> None:
    add(signed_in)
    url = signed_in.page.url
    advance(world, minutes(10) - minutes(1 / 60))
    assert signed_in.open(url).at == ("device-qr", "waiting")
    advance(world, minutes(1 / 60))
    assert signed_in.open(url).at == ("device-qr", "expired")
    assert 'id="qr"' not in signed_in.page.text
    with pytest.raises(Refusal, match=r"add it again"):
        enrol(world, the_device(world, account).enrolment, pin=PIN, description=DeviceDescription())
    signed_in.send()
    assert signed_in.at == ("devices", "ready")
    assert devices_of(world, account.uid) == []


def test_a_blocked_device_is_deleted_with_the_password(world: World, account: Account, signed_in: Browser) -> None:
    add(signed_in)
    block(world, the_device(world, account))
    assert signed_in.open(signed_in.page.url).at == ("device-qr", "blocked")
    assert "A wrong code was entered too often." in signed_in.text
    signed_in.send()
    assert devices_of(world, account.uid) == []


def test_a_blocked_phone_is_no_factor_so_the_password_leads_on(
    world: World, account: Account, device: Enrolled, signed_in: Browser
) -> None:
    block_phone(world, account)
    assert second_factors(world, account.uid) == set()
    signed_in.open(DELETE.format(the_device(world, account).id)).send()
    assert add(signed_in).at == ("device-qr", "waiting")


def test_a_device_deleted_in_another_tab_is_told_on_its_page(
    world: World, account: Account, signed_in: Browser
) -> None:
    add_device(world, account.uid, name="Left", pin=PIN)
    shown = add(signed_in).page
    number = devices_of(world, account.uid)[1].id
    renaming = signed_in.open(RENAME.format(number)).page
    signed_in.open(DELETE.format(number)).send()
    assert signed_in.at == ("devices", "ready")
    assert signed_in.open(shown.url).at == ("device-qr", "deleted")
    assert "Add the device again to get a new one." in signed_in.text
    for page in (shown, renaming):  # "Cancel" on the old page of the code, and another name
        signed_in.page = page
        signed_in.send(deviceName="New name")
        assert (signed_in.at, signed_in.page.status_code) == (("devices", "ready"), 404)
        assert signed_in.errors == ["Choose a device from the list: this one does not exist any more."]
        assert "Left" in signed_in.text
    assert journal_explains(world, "device.unknown")


def test_a_second_device_and_its_qr_code_are_for_who_used_the_first(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    second = add_device(world, account.uid, name="Second", pin=PIN)
    pages = "/cas/mobile", f"/cas/mobile?device={second.id}"
    sign_in(browser, world, account)
    assert [browser.open(page).at for page in pages] == [("password", "ready")] * 2
    assert 'id="verif-method-dd-PASSWORD"' not in browser.page.text
    sign_in(browser, world, account, PASSWORD_MOBILE_APP)
    assert [browser.open(page).at for page in pages] == [("add-device", "ready"), ("device-qr", "waiting")]


def test_mails_report_a_device_linked_blocked_and_deleted(world: World, account: Account, device: Enrolled) -> None:
    block_phone(world, account)
    with pytest.raises(Refusal):
        pins.check_pin(world, the_device(world, account), PIN, person=account.email)
    rules.delete_device(world, the_device(world, account))
    rules.delete_device(world, add_device(world, account.uid, name="Never linked", pin=PIN))
    mails = world.mailbox.mails(to=account.email)
    said = ["My phone was linked to your account", "My phone is blocked", "My phone was deleted from your account"]
    assert [words in mail.text for words, mail in zip(said, mails, strict=True)] == [True] * 3


@pytest.mark.parametrize("name", ["A\r\nb", "\u200b"])
def test_a_device_name_holds_nothing_that_cannot_be_seen(world: World, account: Account, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        add_device(world, account.uid, name=name, pin=PIN)
    assert (refused.value.code, refused.value.field) == ("name.unseen", "deviceName")
    device = add_device(world, account.uid, name="Phone", pin=PIN)
    with pytest.raises(Refusal):
        rename_device(world, device, name)


def test_without_script_the_qr_page_says_how_to_go_on(world: World, account: Account, signed_in: Browser) -> None:
    device = add_device(world, account.uid, name="Phone", pin=PIN)
    signed_in.open(f"/cas/mobile?device={device.id}")
    assert '<p class="muted" data-wait-goes-on hidden>This page goes on by itself.' in signed_in.page.text
    assert 'Choose "Continue" when the app says that it is ready.' in signed_in.text
    enrol(world, device.enrolment, pin=PIN, description=DeviceDescription())
    assert signed_in.open(link_to(signed_in, "Continue")).at == ("device-qr", "initialised")
