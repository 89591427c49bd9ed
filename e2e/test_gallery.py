"""Pages and states that no scenario passes: each is opened once, and looked at like all others (`Watch.look`)."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from e2e.conftest import DOCTOR, PASSWORD, PIN, Desk
from e2e.watch import Watch
from eulogin_harness.browser.handset import Handset
from eulogin_harness.browser.mailbox import Mailbox
from eulogin_harness.client import ProblemError, World
from eulogin_harness.client.grades import GradeFailed
from eulogin_harness.client.names import Decision, RequestFields, RequestState
from eulogin_harness.documents.people import Persona
from examples.graded.cas_application import CasApplication
from mock_world.i18n import languages
from tests.reference.page import ROOT

Show = Callable[[str, str], None]
FROZEN = pytest.mark.eulogin_world(now="2026-11-27T10:00:00+01:00", frozen=True)
GUEST_UNTIL = "2027-01-01T00:00:00+01:00"
HARS = ROOT / "tests" / "eulogin_harness" / "hars"
LONG = "Donaudampfschifffahrtsgesellschaft " * 5
NETWORKS: dict[str, RequestState] = {
    "CRANIO": "submitted",
    "ITHACA": "info_requested",
    "RITA": "approved",
    "ERNICA": "rejected",
    "EURACAN": "withdrawn",
    "VASCERN": "expired",
}


@pytest.fixture
def show(desk: Desk) -> Show:
    """Opens an address, which must show that page and state (`page state`)."""

    def show(address: str, page: str) -> None:
        desk.page.goto(address)
        desk.sees(*page.split(" "))

    return show


# EU Login.


@pytest.mark.eulogin_world(settings={"captcha": True})
def test_what_eu_login_shows_to_strangers(desk: Desk, show: Show) -> None:
    for link, page in {"About": "about", "Help": "help", "Contact": "contact", "Privacy statement": "privacy"}.items():
        desk.eu_login.open("/login")
        desk.eu_login.link(link).click()
        desk.sees(page)
    pages = {
        "nothing": "error",
        "login?service=http://evil.com/": "invalid-service",
        "oauth2/authorize?client_id=nobody": "oidc-refused",
        "init/passwordResetRequest.cgi": "lost-password",
        "userdata/accountDeleted.cgi": "account-deleted",
        "userdata/confirmEmail.cgi?nothing": "confirm-email refused",
        "eim/external/register.cgi": "register",
    }
    for path, page in pages.items():
        show(f"{desk.eu_login.url}/{path}", page)
    expect(desk.eu_login.code_picture).to_have_js_property("naturalWidth", 200)


def test_what_eu_login_shows_to_a_person(desk: Desk, show: Show, world: World, doctor: Persona) -> None:
    desk.start_session(doctor.email)
    pages = {
        "login": "successful-login",
        "userdata/myAccount.cgi": "account",
        "userdata/myAccountDetails.cgi": "account-details",
        "userdata/manageMySecurityKeys.cgi": "security-keys",
        "userdata/addMySecurityKey.cgi": "add-security-key",
        "userdata/deleteAllMyDevices.cgi": "panic",
        "userdata/deleteMyAccount.cgi": "delete-account",
        "mobile": "add-device",
        "logout": "logout",
        "userdata/mobileApp/manageMyMobileDevices.cgi": "devices",
    }
    for path, page in pages.items():
        show(f"{desk.eu_login.url}/{path}", page)
    for name, page in {"Rename": "rename-device", "Delete": "confirm"}.items():
        desk.eu_login.open("/userdata/mobileApp/manageMyMobileDevices.cgi")
        desk.page.get_by_role("link", name=name).click()
        desk.sees(page)


def test_what_eu_login_shows_to_staff(desk: Desk, show: Show, world: World) -> None:
    desk.start_session(world.personas.create("registered", domain="eu.europa.ec", assurance_level="TOP").email)
    show(f"{desk.eu_login.url}/userdata/deleteAllMyDevices.cgi", "panic staff")
    show(f"{desk.eu_login.url}/userdata/deleteMyAccount.cgi", "delete-account staff")


def test_a_changed_account(desk: Desk, show: Show, world: World, doctor: Persona) -> None:
    desk.start_session(doctor.email, strength="PASSWORD")
    show(f"{desk.eu_login.url}/userdata/configureMyAccount.cgi", "configure-account")
    desk.eu_login.field("E-mail").fill("ada@clinic.example")
    desk.eu_login.button("Submit").click()
    desk.sees("configure-account", "updated")
    show(world.mails.wait(to="ada@clinic.example").links[0].url, "confirm-email")
    desk.eu_login.button("Confirm").click()
    desk.sees("confirm-email", "confirmed")
    desk.eu_login.open("/userdata/configureMyAccount.cgi")
    desk.page.get_by_role("checkbox", name="Always require multi-factor authentication").check()
    desk.eu_login.button("Submit").click()
    desk.eu_login.enter_password(PASSWORD)
    desk.eu_login.is_at("waiting", "pending")
    world.phones.get(doctor.phone_id).approve(PIN)
    desk.sees("configure-account", "submit-again")


def test_passwords_and_links_that_are_over(desk: Desk, show: Show, world: World) -> None:
    world.settings.change({"link.tries": 1})
    world.personas.create("invited", **DOCTOR.names)
    other = world.personas.create("registered", password=PASSWORD)
    world.clock.advance(minutes=5)
    show(world.mails.wait(to=DOCTOR.email).links[0].url, "link-expired")
    desk.eu_login.field("Username or e-mail address").fill("somebody@else.example")
    desk.eu_login.button("Submit").click()
    desk.sees("link-expired", "closed")
    desk.eu_login.open()
    desk.eu_login.enter_username(other.email)
    world.clock.advance(hours=1)
    desk.eu_login.enter_password(PASSWORD)
    desk.sees("page-too-old")
    desk.start_session(other.email)
    show(f"{desk.eu_login.url}/change/changePassword.cgi", "change-password")
    desk.eu_login.fill_password_change(PASSWORD, "Harbour 77?")
    desk.eu_login.button("Submit").click()
    desk.sees("password-set", "changed")
    world.settings.change({"password.max_age": "PT0S"})
    desk.eu_login.open("/login?renew=true")
    desk.eu_login.sign_in(other.email, "Harbour 77?")
    desk.sees("password-expires", "expired")


# The phone.


def test_what_phones_show(desk: Desk, show: Show, world: World, doctor: Persona) -> None:
    new, asking, empty = world.phones.create(installed=False), world.phones.create(allowed=False), world.phones.create()
    show(world.addresses.phone, "phone-list")
    show(f"{new.url}/store", "phone-store")
    show(asking.url, "phone-permission notifications")
    show(f"{asking.url}/permissions/camera", "phone-permission camera")
    show(f"{empty.url}/home", "phone-home welcome")
    show(f"{empty.url}/scan", "phone-scan")
    show(f"{empty.url}/store", "phone-store installed")
    own = world.phones.get(doctor.phone_id)
    for page in ("home", "accounts", "settings", "system", "unlink", "forgot-pin", "remove"):
        show(f"{own.url}/{page}", f"phone-{page}")
    phone = Handset(desk.page, own.url)
    phone.open("/forgot-pin")
    phone.choose_pin(PASSWORD, "8642")
    desk.sees("phone-forgot-pin", "changed")
    own.change(online=False)
    show(f"{own.url}/home", "phone-home trouble")


def test_what_a_phone_shows_while_a_request_waits(
    desk: Desk, show: Show, world: World, doctor: Persona, asks_unseen: Callable[[], None]
) -> None:
    world.settings.change({"device.pin_tries": 1})
    second = world.personas.create("device_added", email="ada@clinic.example", pin=PIN)
    phone = world.phones.get(doctor.phone_id)
    phone.scan(payload=second.qr_payload)
    phone.initialise(PIN)
    asks_unseen()
    show(f"{phone.url}/home", "phone-home other-account")
    desk.page.get_by_role("button", name="Switch account").click()
    desk.eu_login.is_at("phone-request")
    show(f"{phone.url}/home", "phone-home waiting")
    with pytest.raises(ProblemError, match="device"):
        phone.approve("0000")
    show(f"{phone.url}/home", "phone-home blocked")
    show(f"{phone.url}/unlink", "phone-unlink")
    desk.eu_login.button("Unlink device").click()
    desk.sees("phone-home", "unlinked")


# CPMS.


def test_what_cpms_shows_to_strangers(desk: Desk, show: Show) -> None:
    search = f"{desk.cpms.url}/ernsd/screen/public"
    show(f"{desk.cpms.url}/screen/home", "home")
    show(f"{search}?country=XX", "search")
    show(f"{search}?hospital=&page=2", "search found")
    show(f"{search}?hospital={'q' * 200}", "search nothing-found")


def test_requests_in_every_state(desk: Desk, show: Show, world: World) -> None:
    asked: list[RequestFields] = [
        {"network": network, "state": state, "reason": LONG} for network, state in NETWORKS.items()
    ]
    doctor = world.personas.create("access_requested", **DOCTOR.fields, requests=asked)
    desk.start_session(doctor.email)
    desk.cpms.open("/screen/signin")
    requests = world.access_requests.list()
    for one in requests:
        show(f"{desk.cpms.url}/screen/access-status/{one.id}", "access-status")
        expect(desk.cpms.request(one.network)).to_have_attribute("data-state", one.state)
    for page in ("access-status", "dashboard"):
        show(f"{desk.cpms.url}/screen/{page}", page)
    show(f"{desk.cpms.url}/screen/profile", "complete-profile editing")
    desk.start_session(world.personas.create("enrolled", helpdesk_for=list(NETWORKS)).email)
    desk.cpms.sign_out()
    desk.cpms.start_sign_in()
    show(f"{desk.cpms.url}/screen/helpdesk", "helpdesk")
    for one in requests:
        show(f"{desk.cpms.url}/screen/helpdesk/{one.id}", "helpdesk-request")
        expect(desk.cpms.request(one.network)).to_have_attribute("data-state", one.state)


def test_a_helpdesk_with_nothing_to_do_or_with_an_own_request(desk: Desk, show: Show, world: World) -> None:
    own: list[RequestFields] = [{"network": "PaedCAN", "state": "submitted"}]
    members = [world.personas.create("enrolled", helpdesk_for=["BOND"])]
    members.append(world.personas.create("access_requested", helpdesk_for=["PaedCAN"], requests=own))
    for member, page in zip(members, ("helpdesk empty", "helpdesk"), strict=True):
        desk.page.context.clear_cookies()
        desk.start_session(member.email)
        desk.cpms.open("/screen/signin")
        show(f"{desk.cpms.url}/screen/helpdesk", page)
    show(f"{desk.cpms.url}/screen/helpdesk?person=nobody", "helpdesk nothing-found")
    show(f"{desk.cpms.url}/screen/helpdesk/{world.access_requests.list()[0].id}", "helpdesk-request own")


# The desk.


def test_what_the_desk_shows(desk: Desk, show: Show, world: World, doctor: Persona) -> None:
    at = world.addresses.desk
    for page in ("mailbox", "applications", "access-requests"):
        show(f"{at}/{page}", f"{page} empty")
    world.personas.create("access_requested")
    mail = world.mails.wait(to=world.personas.create("invited", **DOCTOR.names | {"email": "a@b.example"}).email)
    world.clients.create(redirect_uris=["http://localhost:8080/callback"])
    world.faults.arm("mail.late")
    pages = ("phones", "mailbox", "people", "applications", "access-requests", "faults", "world", "settings")
    for page in pages:
        show(f"{at}/{page}", page)
    for version in ("text", "source"):
        show(f"{at}/mailbox/{mail.id}/{version}", f"mail {version}")
    show(f"{at}/mailbox?to=nobody", "mailbox nothing-found")
    show(f"{at}/people?q=nobody", "people nothing-found")
    show(f"{at}/settings?q=nothing+like+that", "settings nothing-found")
    show(f"{at}/settings?q=password", "settings")


class Held:
    """An application behind EU Login that answers while its gate is open."""

    def __init__(self, world: World) -> None:
        self.gate = threading.Event()
        self._server = make_server("localhost", 0, self._answer, threaded=True)
        self.url = f"http://localhost:{self._server.server_port}"
        self._app = CasApplication(world.addresses.idp, self.url).flask
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _answer(self, environ: Any, start_response: Any) -> Any:
        self.gate.wait()
        return self._app(environ, start_response)

    def stop(self) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def held(world: World) -> Iterator[Held]:
    application = Held(world)
    yield application
    application.stop()


def test_an_application_that_is_graded(desk: Desk, show: Show, world: World, held: Held) -> None:
    at = world.addresses.desk
    show(f"{at}/grade", "grade")
    run = world.grades.start(held.url, staff_only=True, only=["cas."])
    show(f"{at}/grade/{run.id}", "graded searching")

    def begun(*_: object) -> None:
        held.gate.clear()
        show(f"{at}/grade/{run.id}", "graded checking")
        world.grades.stop(run)
        held.gate.set()

    held.gate.set()
    with pytest.raises(GradeFailed):
        world.grades.follow(run, begun=begun)
    show(f"{at}/grade/{run.id}", "graded stopped")
    done = world.grades.start(held.url, staff_only=True, only=["cas.ticket-unknown"])
    assert world.grades.follow(done).grade == "A"
    show(f"{at}/grade/{done.id}", "graded done")


def test_an_application_that_cannot_be_graded(desk: Desk, show: Show, world: World) -> None:
    run = world.grades.start(f"{world.addresses.idp}/cas/about.html", sign_in="/cas/about.html")
    with pytest.raises(GradeFailed):
        world.grades.follow(run)
    show(f"{world.addresses.desk}/grade/{run.id}", "graded failed")


def test_the_mailbox_of_a_guide_that_is_played(desk: Desk, show: Show, world: World) -> None:
    at = world.addresses.desk
    show(f"{at}/play/mailbox", "play-mailbox empty")
    mail = world.mails.wait(to=world.personas.create("invited").email)
    show(f"{at}/play/mailbox", "play-mailbox")
    show(f"{at}/play/mailbox/{mail.id}", "play-mail")


def test_a_person_on_the_desk_with_and_without_account(desk: Desk, show: Show, world: World, doctor: Persona) -> None:
    at = world.addresses.desk
    show(f"{at}/people/{doctor.id}", "person")
    desk.start_session(doctor.email, strength="PASSWORD")
    desk.eu_login.open("/userdata/deleteMyAccount.cgi")
    desk.eu_login.field("Current password").fill(PASSWORD)
    desk.page.get_by_role("button", name="Delete").click()
    desk.sees("account-deleted")
    show(f"{at}/people/{doctor.id}", "person deleted")
    show(at, "control-room")
    for person in world.personas.list():
        world.personas.delete(person.id)
    show(f"{at}/people", "people empty")
    show(f"{at}/phones", "phones empty")


def test_a_recording_explained_in_every_state(desk: Desk, show: Show, world: World, tmp_path: Path) -> None:
    show(f"{world.addresses.desk}/explain", "explain")
    files = {
        "good-single-sign-on.browser": "good",
        "service-mismatch.journey": "problem",
        "namespace.browser": "unknown",
        "no-sign-in.browser": "no-sign-in",
    }
    for name, state in files.items():
        desk.page.get_by_label("Recording").set_input_files(HARS / f"{name}.har.gz")
        desk.page.get_by_role("button", name="Explain").click()
        desk.sees("explain", state)
    desk.page.get_by_label("Recording").set_input_files({"name": "a.har", "mimeType": "", "buffer": b"{}"})
    desk.page.get_by_role("button", name="Explain").click()
    desk.sees("explain", "refused")
    large = tmp_path / "a.har"  # a file, which the browser reads itself
    large.write_bytes(b" " * (17 << 20))
    desk.page.get_by_label("Recording").set_input_files(large)
    desk.page.get_by_role("button", name="Explain").click()
    expect(desk.page.get_by_text("this one has more than 16 megabytes")).to_be_visible()
    data = desk.page.evaluate_handle(
        """() => {
        const data = new DataTransfer();
        data.items.add(new File(['{"log": {"entries": []}}'], "dropped.har"));
        return data;
        }"""
    )
    desk.page.locator("[data-drop]").dispatch_event("drop", {"dataTransfer": data})
    expect(desk.page.get_by_text("expected requests in the recording, but it holds none")).to_be_visible()


def test_journeys_in_every_state(desk: Desk, show: Show, world: World, doctor: Persona) -> None:
    journeys = f"{world.addresses.desk}/journey"
    show(journeys, "journey empty")
    desk.eu_login.open("/login?service=https://app.example/&authenticationLevel=LOUD")
    session = world.personas.session(doctor, service="https://app.example/")
    show(f"{journeys}?person=nobody", "journey nothing-found")
    show(journeys, "journey")
    show(f"{journeys}/signin-1", "journey-sign-in begun")
    show(f"{journeys}/signin-2", "journey-sign-in issued")
    validation = f"{world.addresses.idp}/cas/laxValidate?service=https://app.example/&ticket={session.ticket}"
    for state in ("signed-in", "refused"):
        desk.page.request.get(validation)
        show(f"{journeys}/signin-2", f"journey-sign-in {state}")
    desk.page.get_by_role("link", name="ticket.invalid_ticket").click()
    expect(desk.page.locator("li:target")).to_contain_text("a ticket that was validated before")


@FROZEN
@pytest.mark.slow
@pytest.mark.guide("G27")
@pytest.mark.parametrize("spoken", list(languages()))
def test_mails_of_the_helpdesk_fit_their_window(
    open_page: Callable[..., Page], watch: Watch, world: World, spoken: str
) -> None:
    kinds: dict[str, Decision] = {"PaedCAN": "reject", "RITA": "ask", "BOND": "approve"}
    requests: list[RequestFields] = [{"network": network} for network in kinds]
    requests.append({"network": "VASCERN", "state": "approved", "guest_until": GUEST_UNTIL})
    doctor = world.personas.create("access_requested", **DOCTOR.fields, language=spoken, requests=requests)
    for one in doctor.requests:
        if one.network in kinds:
            world.access_requests.decide(one.id, kinds[one.network], reason=LONG)
    world.clock.set(GUEST_UNTIL)
    mailbox = Mailbox(open_page(viewport={"width": 320, "height": 640}), world.addresses.desk, "en")
    mails = world.mails.list(to=doctor.email)
    assert len(mails) == 4
    for mail in mails:
        mailbox.open_mail(mail.id)
        expect(mailbox.page.frame_locator("iframe").locator("html")).to_have_attribute("lang", spoken)
        watch.look(mailbox.page)
        assert mailbox.page.frames[1].evaluate("document.documentElement.scrollWidth <= innerWidth"), mail.subject
