"""The way out of each problem of onboarding, as its file says: page by page, as far as no script is needed."""

import base64
import re
from typing import Any

import pytest

from eulogin_harness.client import World
from eulogin_harness.client.names import PreparedWorldName
from eulogin_harness.documents.people import Persona
from tests.eulogin_harness.prepared import opened

pytestmark = pytest.mark.slow
NEW_PIN = "8642"


class Case:
    """A world that was loaded, its first person, and the browser in which its problem shows."""

    def __init__(self, world: World, name: PreparedWorldName) -> None:
        loaded, self.browser = opened(world, name)
        self.world = world
        self.people = loaded.people
        self.idp = world.addresses.idp + "/cas"

    @property
    def ada(self) -> Persona:
        return self.people["ada"]

    def open(self, path: str, **query: str) -> str:
        return self.browser.open(self.idp + path, **query).shown

    def sign_in(self, strength: str = "PASSWORD", *, person: str = "ada", service: str = "") -> str:
        """From the first page of EU Login to what follows the password; without a service to My Account."""
        who = self.people[person]
        level = {"authenticationLevel": "MEDIUM"} if service else {}
        self.open("/login", service=service or f"{self.idp}/userdata/myAccount.cgi", **level)
        if self.browser.shown == "whoami":
            self.browser.send(username=who.email)
        return self.browser.send(password=who.password or "", loginStrength=strength).shown

    def into_cpms(self, person: str = "ada", *, pin: str = "") -> str:
        """Sign in to CPMS with the phone."""
        self.sign_in("PASSWORD_MOBILE_APP", person=person, service=f"{self.world.addresses.cpms}/screen/signin")
        return self.approve(person, pin=pin)

    def approve(self, person: str = "ada", *, pin: str = "") -> str:
        who = self.people[person]
        self.world.phones.get(who.phone_id).approve(pin or who.pin or "")
        return self.browser.open(self.browser.page.url).shown

    def picture(self) -> bytes:
        match = re.search(r'src="data:image/png;base64,([^"]+)"', self.browser.page.text)
        assert match is not None
        return base64.b64decode(match[1])

    def add_phone(self) -> str:
        """From the form of a new device to the page whose code was scanned."""
        self.browser.send(deviceName="New phone", pin=NEW_PIN, pinConfirm=NEW_PIN)
        phone = self.world.phones.create(owner=self.ada.email)
        phone.scan(self.picture())
        phone.initialise(NEW_PIN)
        self.people = {**self.people, "ada": self.ada.model_copy(update={"phone_id": phone.id})}
        return self.browser.open(self.browser.page.url).at[1]


@pytest.fixture
def case(request: pytest.FixtureRequest, world: World) -> Case:
    """Of the problem that the test's name says behind `test_`."""
    return Case(world, request.node.name.removeprefix("test_").partition("__")[0].replace("_", "-"))


def test_phone_lost__all_is_deleted_and_the_new_phone_added(case: Case) -> None:
    assert case.sign_in() == "account"
    assert case.open("/userdata/deleteAllMyDevices.cgi") == "panic"
    case.browser.send()
    assert case.open("/mobile") == "add-device"
    assert case.add_phone() == "initialised"
    assert case.into_cpms(pin=NEW_PIN) == "dashboard"


def test_mail_missing__lost_your_password_sends_a_mail(case: Case) -> None:
    case.open("/init/passwordResetRequest.cgi")
    assert case.browser.send(username=case.ada.email).shown == "sign-up-sent"
    assert case.browser.open(case.world.mails.wait(to=case.ada.email).links[0].url).shown == "new-password"


def test_link_expired__the_same_page_sends_a_new_mail(case: Case) -> None:
    assert case.browser.send(username=case.ada.email).shown == "sign-up-sent"
    assert case.browser.open(case.world.mails.list()[-1].links[0].url).shown == "new-password"


def test_access_rejected__one_can_ask_again(case: Case) -> None:
    assert "Submitted" in case.browser.send(comment="My hospital is a member now.").words
    assert case.world.access_requests.list(person=case.ada.email)[0].state == "submitted"


def test_second_factor_missing__a_phone_is_added_and_the_sign_in_goes_on(case: Case) -> None:
    case.open("/mobile")
    assert case.add_phone() == "initialised"
    assert "Go on to CPMS 2.0" in case.browser.words
    assert case.into_cpms(pin=NEW_PIN) == "complete-profile"


def test_sms_only__a_phone_is_added_with_the_password_alone(case: Case) -> None:
    assert "SMS" not in case.browser.words
    assert case.sign_in() == "account"
    case.open("/mobile")
    assert case.add_phone() == "initialised"
    assert case.into_cpms(pin=NEW_PIN) == "complete-profile"


def test_qr_invalid__the_device_is_deleted_and_added_again(case: Case) -> None:
    assert case.browser.send().shown == "devices"
    case.open("/mobile")
    assert case.add_phone() == "initialised"


def test_second_account__the_first_account_has_access(case: Case) -> None:
    case.open("/logout")
    case.browser.send()
    assert case.into_cpms("ada") == "dashboard"


def test_pin_forgotten__the_blocked_device_is_deleted_and_added_again(case: Case) -> None:
    assert case.sign_in() == "account"
    case.open("/userdata/mobileApp/deleteDevice.cgi", device=str(_device(case)))
    assert case.browser.send().shown == "devices"
    case.open("/mobile")
    assert case.add_phone() == "initialised"


def _device(case: Case) -> int:
    case.open("/userdata/mobileApp/manageMyMobileDevices.cgi")
    match = re.search(r"device=(\d+)", case.browser.page.text)
    assert match is not None
    return int(match[1])


def test_push_missing__sent_again_it_comes(case: Case) -> None:
    assert case.world.phones.get(case.ada.phone_id).screen.requests == []
    case.browser.send(requestAction="again")
    assert case.approve() == "dashboard"


def test_panic__a_phone_is_added_with_the_password_alone(case: Case) -> None:
    case.open("/mobile")
    assert case.add_phone() == "initialised"
    assert case.into_cpms(pin=NEW_PIN) == "dashboard"


def test_locked_out__the_support_switches_the_requirement_off(case: Case) -> None:
    assert case.sign_in() == "password"
    case.world.personas.change(case.ada.id, always_two_factors=False)
    assert case.sign_in() == "account"


def test_other_users_factor__the_first_user_logs_out(case: Case) -> None:
    case.open("/logout")
    case.browser.send()
    assert case.into_cpms("ada") == "dashboard"


def test_old_mailbox__who_knows_the_password_changes_the_address(case: Case) -> None:
    case.sign_in("PASSWORD_MOBILE_APP")
    assert case.approve() == "account"
    assert case.open("/userdata/configureMyAccount.cgi") == "configure-account"
    case.browser.send(
        firstName="Ada", lastName="Berg", emailLanguage="en", notifications="y", email="ada@new-hospital.example"
    )
    link = case.world.mails.wait(to="ada@new-hospital.example").links[0].url
    case.browser.open(link)
    assert case.browser.send().at[1] == "confirmed"


def test_unknown_user__the_right_address_leads_on(case: Case) -> None:
    assert case.browser.send(username=case.ada.email).shown == "password"


def test_password_rules__a_longer_password_is_taken(case: Case) -> None:
    password = "Spring-2026!"
    assert case.browser.send(newPassword=password, newPasswordConfirm=password).shown == "password-set"


def test_form_refused__mended_it_is_taken(case: Case) -> None:
    email = "ada.berg@hospital.example"
    code = case.world.captchas.list()[-1].code
    mended: dict[str, Any] = {
        "firstName": "Ada",
        "lastName": "Berg",
        "email": email,
        "emailConfirm": email,
        "privacy": "y",
    }
    assert case.browser.send(**mended, emailLanguage="en", captcha=code).shown == "sign-up-sent"


def test_institution_address__another_address_is_taken(case: Case) -> None:
    email = "ada.berg@hospital.example"
    names: dict[str, Any] = {"firstName": "Ada", "lastName": "Berg", "emailLanguage": "en", "privacy": "y"}
    assert case.browser.send(**names, email=email, emailConfirm=email).shown == "sign-up-sent"


def test_account_disabled__the_support_enables_it(case: Case) -> None:
    case.world.personas.change(case.ada.id, disabled=False)
    assert case.into_cpms() == "dashboard"


def test_guest_ended__one_can_ask_again(case: Case) -> None:
    assert "Submitted" in case.browser.send(comment="").words


def test_single_logout_off__cpms_has_a_sign_out_of_its_own(case: Case) -> None:
    assert case.open("/userdata/myAccount.cgi") == "whoami"
    case.browser.open(f"{case.world.addresses.cpms}/screen/dashboard")
    assert case.browser.send("/screen/signout").shown == "home"
    assert case.browser.open(f"{case.world.addresses.cpms}/screen/dashboard").shown == "home"


def test_not_yet_recognised__five_minutes_later_it_is(case: Case) -> None:
    case.world.clock.advance("PT5M")
    assert case.browser.open(case.browser.page.url).shown == "complete-profile"


def test_network_blocked__the_qr_code_needs_no_network(case: Case) -> None:
    case.sign_in("PASSWORD_SOFTWARE_TOKEN", service=f"{case.world.addresses.cpms}/screen/signin")
    phone = case.world.phones.get(case.ada.phone_id)
    phone.scan(case.picture())
    assert case.browser.send(otp=phone.one_time_code()).shown == "dashboard"


def test_unavailable__it_comes_back(case: Case) -> None:
    case.world.faults.disarm("eulogin.unavailable")
    assert case.into_cpms() == "dashboard"


def test_eid_second_account__the_first_account_has_access(case: Case) -> None:
    case.open("/logout")
    case.browser.send()
    assert case.into_cpms("ada") == "dashboard"


def test_account_locked__fifteen_minutes_later_it_is_open(case: Case) -> None:
    case.world.clock.advance("PT15M")
    assert case.into_cpms() == "dashboard"
