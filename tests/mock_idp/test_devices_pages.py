"""Pages of the mobile devices: states, limits, two tabs, forms sent twice, and mails that report changes."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mock_idp.accounts.model import Account
from mock_idp.accounts.people import NewAccount, create_account
from mock_idp.devices import rules
from mock_idp.devices.model import Device
from mock_idp.devices.rules import DeviceDescription, Enrolled, add_device, devices_of, enrol, rename_device
from mock_idp.factors import PASSWORD_MOBILE_APP, second_factors
from mock_world import Refusal, World
from tests.mock_idp.accounts_pages import link_to
from tests.mock_idp.conftest import PASSWORD, PIN, Browser, advance, minutes
from tests.mock_idp.signed_in import journal_explains, sign_in, subjects

LIST = "/cas/userdata/mobileApp/manageMyMobileDevices.cgi"
DELETE = "/cas/userdata/mobileApp/deleteDevice.cgi?device={}"
RENAME = "/cas/userdata/mobileApp/renameDevice.cgi?device={}"
FORM = {"deviceName": "Phone", "pin": PIN, "pinConfirm": PIN}


def add(browser: Browser, **changes: str) -> Browser:
    return browser.open("/cas/mobile").send(follow=True, **(FORM | changes))


def block(world: World, device: Device) -> None:
    for _ in range(5):
        with pytest.raises(Refusal):
            rules.enrol(world, device.enrolment, pin="0000", description=DeviceDescription())


def the_device(world: World, account: Account) -> Device:
    (device,) = devices_of(world, account.uid)
    return device


def test_the_list_says_the_state_of_each_device_in_words_and_by_a_picture(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    add_device(world, account.uid, name="Old code", pin=PIN)
    advance(world, minutes(10))
    add_device(world, account.uid, name="New code", pin=PIN)
    block(world, add_device(world, account.uid, name="Stuck", pin=PIN))
    sign_in(browser, world, account).open(LIST)
    for words in ("My phone active", "Old code QR code expired", "New code QR code not scanned", "Stuck blocked"):
        assert words in browser.text
    assert browser.page.text.count("tag__icon") == 4
    assert "Delete the device and add it anew: a wrong code was entered too often." in browser.text
    assert "If you need one again, delete the device and add it anew." in browser.text


def test_a_name_of_markup_is_shown_as_it_is(world: World, account: Account, browser: Browser) -> None:
    add(sign_in(browser, world, account), deviceName="<b>Zoës ☎</b>")
    assert browser.at == ("device-qr", "waiting")
    assert "<b>Zoës" not in browser.open(LIST).page.text
    assert "&lt;b&gt;Zoës" in browser.page.text


@pytest.mark.parametrize("name", ["", " ", "x" * 51, "x" * 10_000])
def test_renaming_obeys_the_rule_of_names_and_keeps_what_was_typed(
    world: World, account: Account, browser: Browser, name: str
) -> None:
    waiting = add_device(world, account.uid, name="Phone", pin=PIN)
    sign_in(browser, world, account).open(RENAME.format(waiting.id)).send(deviceName=name)
    assert browser.at == ("rename-device", "ready")
    assert "Enter a name of 1 to 50 characters for the device." in browser.errors
    assert f'value="{name}"' in browser.page.text
    assert journal_explains(world, "device.name_wrong")
    browser.send(deviceName="محمد")
    assert the_device(world, account).name == "محمد"


def test_the_same_form_sent_twice_adds_one_device(world: World, account: Account, browser: Browser) -> None:
    sign_in(browser, world, account).open("/cas/mobile")
    opened = browser.page
    browser.send(follow=True, **FORM)
    shown = browser.page.url
    browser.page = opened
    assert browser.send(follow=True, **FORM).page.url == shown
    assert the_device(world, account).name == "Phone"


def test_the_form_sent_again_with_another_pin_is_another_device(
    world: World, account: Account, browser: Browser
) -> None:
    sign_in(browser, world, account).open("/cas/mobile")
    opened = browser.page
    browser.send(follow=True, **FORM)
    browser.page = opened
    browser.send(deviceName="Phone", pin="9999", pinConfirm="9999")
    assert len(devices_of(world, account.uid)) == 2


@pytest.mark.parametrize(("there", "page"), [(9, ("device-qr", "waiting")), (10, ("add-device", "ready"))])
def test_the_tenth_device_is_the_last(
    world: World, account: Account, browser: Browser, there: int, page: tuple[str, str]
) -> None:
    for number in range(there):
        add_device(world, account.uid, name=f"Phone {number}", pin=PIN)
    add(sign_in(browser, world, account))
    assert browser.at == page
    full = page[0] == "add-device"
    assert browser.errors[:1] == full * ["Please check Delete a device first: an account can have 10 mobile devices."]
    if full:
        assert journal_explains(world, "device.too_many")
    assert "Delete a device before you add another" in browser.open(LIST).text


def test_the_page_of_a_qr_code_tells_that_its_time_is_over(world: World, account: Account, browser: Browser) -> None:
    add(sign_in(browser, world, account))
    url = browser.page.url
    advance(world, minutes(10) - minutes(1 / 60))
    assert browser.open(url).at == ("device-qr", "waiting")
    advance(world, minutes(1 / 60))
    assert browser.open(url).at == ("device-qr", "expired")
    assert 'id="qr"' not in browser.page.text
    browser.send()
    assert browser.at == ("devices", "ready")
    assert devices_of(world, account.uid) == []


def test_a_blocked_device_tells_why_and_is_deleted_with_the_password_alone(
    world: World, account: Account, browser: Browser
) -> None:
    add(sign_in(browser, world, account))
    block(world, the_device(world, account))
    assert browser.open(browser.page.url).at == ("device-qr", "blocked")
    assert "A wrong code was entered too often." in browser.text
    browser.send()
    assert devices_of(world, account.uid) == []


def test_a_device_deleted_in_another_tab_is_told_on_its_page(world: World, account: Account, browser: Browser) -> None:
    add(sign_in(browser, world, account))
    shown, number = browser.page, the_device(world, account).id
    browser.open(DELETE.format(number)).send()
    assert browser.at == ("devices", "ready")
    assert browser.open(shown.url).at == ("device-qr", "deleted")
    assert "Add the device again to get a new one." in browser.text
    browser.page = shown
    browser.send()  # "Cancel" on the old page
    assert (browser.at, browser.page.status_code) == (("devices", "ready"), 404)
    assert browser.errors == ["Choose a device from the list: this one does not exist any more."]
    assert journal_explains(world, "device.unknown")


def test_the_waiting_page_learns_at_once_that_its_device_was_deleted(
    world: World, account: Account, browser: Browser, is_waiting: threading.Event
) -> None:
    add(sign_in(browser, world, account))
    device = the_device(world, account)
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(browser.http.get, f"{browser.base}/cas/mobile/state?device={device.id}", timeout=5)
        assert is_waiting.wait(5)
        rules.delete_device(world, device)
        assert asking.result().json() == {"state": "deleted"}


@pytest.mark.parametrize("path", [DELETE, RENAME])
def test_a_device_deleted_in_another_tab_leads_to_those_that_are_left(
    world: World, account: Account, browser: Browser, path: str
) -> None:
    gone = add_device(world, account.uid, name="Gone", pin=PIN)
    add_device(world, account.uid, name="Left", pin=PIN)
    sign_in(browser, world, account).open(path.format(gone.id))
    rules.delete_device(world, gone)
    browser.send(deviceName="New name")
    assert (browser.at, browser.page.status_code) == (("devices", "ready"), 404)
    assert "Left" in browser.text


def test_the_page_of_somebody_elses_device_shows_nothing_of_it(
    world: World, account: Account, browser: Browser
) -> None:
    other = create_account(world, NewAccount("Eve", "Nil", "eve@hospital.example", password=PASSWORD))
    theirs = add_device(world, other.uid, name="Secret name", pin=PIN)
    sign_in(browser, world, account).open(f"/cas/mobile?device={theirs.id}")
    assert browser.at == ("device-qr", "deleted")
    assert "Secret name" not in browser.page.text


def test_the_qr_code_of_a_second_device_is_shown_to_who_used_the_first_alone(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    second = add_device(world, account.uid, name="Second", pin=PIN)
    page = f"/cas/mobile?device={second.id}"
    assert sign_in(browser, world, account).open(page).at == ("password", "ready")
    assert sign_in(browser, world, account, PASSWORD_MOBILE_APP).open(page).at == ("device-qr", "waiting")


def test_mails_report_a_device_linked_blocked_and_deleted(world: World, account: Account, device: Enrolled) -> None:
    linked = the_device(world, account)
    for _ in range(5):
        with pytest.raises(Refusal):
            rules.check_pin(world, linked, "0000", person=account.email)
    with pytest.raises(Refusal):
        rules.check_pin(world, linked, PIN, person=account.email)
    rules.delete_device(world, the_device(world, account))
    mails = world.mailbox.mails(to=account.email)
    said = ["My phone was linked to your account", "My phone is blocked", "My phone was deleted from your account"]
    assert [words in mail.text for words, mail in zip(said, mails, strict=True)] == [True] * 3


def test_a_device_that_was_never_linked_is_deleted_without_a_mail(world: World, account: Account) -> None:
    rules.delete_device(world, add_device(world, account.uid, name="Phone", pin=PIN))
    assert subjects(world, account.email) == []


def test_without_notifications_no_mail_reports_a_device(world: World) -> None:
    quiet = create_account(world, NewAccount("Bo", "Nil", "bo@hospital.example", notifications=False))
    waiting = add_device(world, quiet.uid, name="Phone", pin=PIN)
    rules.enrol(world, waiting.enrolment, pin=PIN, description=DeviceDescription())
    rules.delete_device(world, the_device(world, quiet))
    assert world.mailbox.mails() == []


def test_a_blocked_device_is_no_factor_so_the_password_leads_on(
    world: World, account: Account, device: Enrolled, browser: Browser
) -> None:
    blocked = the_device(world, account)
    for _ in range(5):
        with pytest.raises(Refusal):
            rules.check_pin(world, blocked, "0000", person=account.email)
    assert second_factors(world, account.uid) == set()
    sign_in(browser, world, account).open(DELETE.format(blocked.id)).send()
    assert add(browser).at == ("device-qr", "waiting")


@pytest.mark.parametrize("name", ["A\x00b", "A\r\nb", "\u202ephone", "\u200b", "\u200d"])
def test_a_device_name_holds_nothing_that_cannot_be_seen(world: World, account: Account, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        add_device(world, account.uid, name=name, pin=PIN)
    assert (refused.value.code, refused.value.field) == ("name.unseen", "deviceName")
    device = add_device(world, account.uid, name="Phone", pin=PIN)
    with pytest.raises(Refusal):
        rename_device(world, device, name)


def test_without_script_the_page_of_the_code_says_how_to_go_on(
    world: World, account: Account, browser: Browser
) -> None:
    device = add_device(world, account.uid, name="Phone", pin=PIN)
    sign_in(browser, world, account).open(f"/cas/mobile?device={device.id}")
    assert '<p class="muted" data-wait-goes-on hidden>This page goes on by itself.' in browser.page.text
    assert 'Choose "Continue" when the app says that it is ready.' in browser.text
    enrol(world, device.enrolment, pin=PIN, description=DeviceDescription())
    assert browser.open(link_to(browser, "Continue")).at == ("device-qr", "initialised")
