"""The table of recordings, and the sign-ins that come out well."""

from collections.abc import Callable
from dataclasses import dataclass

from eulogin_harness.browser.journeys import APP_METHOD, KEY_METHOD, QR_METHOD, add_security_key
from eulogin_harness.browser.security_key import SecurityKey
from tests.clients import django_site
from tools.hars.recording import NAMES, PASSWORD, Stage

Deed = Callable[[Stage], None]
GOOD, UNKNOWN, NOTHING = "good", "unknown", "no-sign-in"


@dataclass(frozen=True)
class Recording:
    """expected: what its file of each kind (browser, client, both, journey, trace) shows."""

    name: str
    expected: dict[str, str]
    deed: Deed


RECORDINGS: list[Recording] = []


def recorded(**expected: str) -> Callable[[Deed], Deed]:
    def register(deed: Deed) -> Deed:
        RECORDINGS.append(Recording(deed.__name__.replace("_", "-"), expected, deed))
        return deed

    return register


@recorded(browser=GOOD, client=GOOD)
def good_cas_by_password(stage: Stage) -> None:
    doctor = stage.person()
    with stage.flask_cas() as url:
        stage.page.goto(url)
        stage.page.get_by_role("link").click()
        stage.sign_in(doctor)
        stage.page.get_by_text("Hello Ada").wait_for()


@recorded(trace=GOOD)
def good_cas_traced(stage: Stage) -> None:
    doctor = stage.person()
    with stage.application() as application:
        stage.page.goto(application.url)
        stage.sign_in(doctor)
        stage.page.get_by_text("signed in").wait_for()


@recorded(browser=GOOD, journey=GOOD)
def good_cpms_by_app(stage: Stage) -> None:
    doctor = stage.person()
    stage.cpms.open()
    stage.cpms.start_sign_in()
    stage.sign_in(doctor, APP_METHOD)
    stage.eu_login.is_at("waiting", "pending")
    stage.approve(doctor)
    stage.cpms.is_at("complete-profile")


@recorded(browser=GOOD)
def good_cpms_by_qr_code(stage: Stage) -> None:
    doctor = stage.person()
    stage.cpms.open()
    stage.cpms.start_sign_in()
    stage.sign_in(doctor, QR_METHOD)
    stage.eu_login.is_at("one-time-code")
    phone = stage.world.phones.get(str(doctor.phone_id))
    stage.eu_login.qr_code.scroll_into_view_if_needed()
    phone.scan(stage.page.screenshot())
    stage.eu_login.enter_one_time_password(phone.one_time_code())
    stage.cpms.is_at("complete-profile")


@recorded(browser=GOOD)
def good_cpms_by_totp(stage: Stage) -> None:
    stage.world.settings.change({"one_time_code": "totp"})
    doctor = stage.person()
    phone = stage.world.phones.get(str(doctor.phone_id))
    stage.cpms.open()
    stage.cpms.start_sign_in()
    stage.sign_in(doctor, QR_METHOD)
    stage.eu_login.is_at("one-time-code")
    stage.eu_login.enter_one_time_password(phone.one_time_code())
    stage.cpms.is_at("complete-profile")


@recorded(browser=GOOD)
def good_cpms_by_security_key(stage: Stage) -> None:
    doctor = stage.person("registered")
    SecurityKey.add(stage.page)
    stage.eu_login.open("/userdata/manageMySecurityKeys.cgi")
    stage.eu_login.sign_in(doctor.email, PASSWORD)
    add_security_key(stage.eu_login, "Blue key")
    stage.eu_login.log_out()
    stage.cpms.open()
    stage.cpms.start_sign_in()
    stage.sign_in(doctor, KEY_METHOD)
    stage.cpms.is_at("complete-profile")


@recorded(browser=GOOD, client=GOOD)
def good_openid(stage: Stage) -> None:
    doctor = stage.person()
    with stage.portal() as portal:
        stage.page.goto(portal.base)
        stage.sign_in(doctor)
        stage.page.get_by_text("user: n").wait_for()


@recorded(browser=GOOD, journey=GOOD)
def good_openid_of_node(stage: Stage) -> None:
    doctor = stage.person()
    with stage.node_oidc() as url:
        stage.page.goto(url)
        stage.page.get_by_role("link").click()
        stage.sign_in(doctor)
        stage.page.get_by_text("Hello Ada").wait_for()


@recorded(browser=GOOD)
def good_single_sign_on(stage: Stage) -> None:
    stage.enter(stage.person())
    with stage.application() as application:
        stage.page.goto(application.url)
        stage.page.get_by_text("signed in").wait_for()


@recorded(browser=GOOD)
def good_prompt_none(stage: Stage) -> None:
    stage.enter(stage.person())
    with stage.portal() as portal:
        portal.query = {"prompt": "none"}
        stage.page.goto(portal.base)
        stage.page.get_by_text("user: n").wait_for()


@recorded(browser=GOOD)
def good_prompt_none_of_nobody(stage: Stage) -> None:
    with stage.portal() as portal:
        portal.query = {"prompt": "none"}
        stage.page.goto(portal.base)
        stage.page.get_by_text("refused: login_required").wait_for()


@recorded(browser=GOOD)
def good_sign_in_and_out(stage: Stage) -> None:
    doctor = stage.person()
    with stage.flask_cas() as url:
        stage.page.goto(f"{url}/private")
        stage.sign_in(doctor)
        stage.page.get_by_role("button", name="Sign out").click()
        stage.eu_login.button("Log me out").click()
        stage.eu_login.is_at("logged-out")


@recorded(browser=GOOD)
def good_sign_up(stage: Stage) -> None:
    stage.eu_login.open("/eim/external/register.cgi")
    stage.eu_login.fill_sign_up(**NAMES)
    stage.eu_login.button("Create an account").click()
    stage.eu_login.is_at("sign-up-sent")
    stage.page.goto(stage.world.mails.wait(to=NAMES["email"]).links[0].url)
    stage.eu_login.fill_new_password("Lantern 42!")
    stage.eu_login.button("Submit").click()
    stage.eu_login.is_at("password-set")


@recorded(browser=GOOD)
def good_after_a_wrong_password(stage: Stage) -> None:
    doctor = stage.person()
    with stage.application() as application:
        stage.page.goto(application.url)
        stage.eu_login.sign_in(doctor.email, "Wrong guess 1!")
        stage.page.get_by_role("alert").first.wait_for()
        stage.eu_login.enter_password(PASSWORD)
        stage.page.get_by_text("signed in").wait_for()


@recorded(browser=GOOD, client=GOOD)
def good_cas_of_django(stage: Stage) -> None:
    doctor = stage.person()
    stage.world.settings.change({"dialect": "cas"})
    with stage.recorded_calls(), django_site.serve(f"{stage.eu_login.url}/", 3) as url:
        stage.page.goto(f"{url}/in")
        stage.sign_in(doctor)
        stage.page.get_by_text(doctor.uid).first.wait_for()


@recorded(browser=GOOD, client=GOOD)
def good_login_transaction(stage: Stage) -> None:
    doctor = stage.person()
    with stage.application(secret="cXVpZXQgc2VjcmV0") as application:  # noqa: S106 - of a test
        stage.page.goto(application.url)
        stage.sign_in(doctor)
        stage.page.get_by_text("signed in").wait_for()


@recorded(browser=GOOD)
def good_although_not_encoded(stage: Stage) -> None:
    doctor = stage.person()
    with stage.application() as application:
        stage.page.goto(f"{stage.eu_login.url}/login?service={application.url}?page=1&tab=2")
        stage.sign_in(doctor)
        stage.page.get_by_text("signed in").wait_for()


@recorded(browser=NOTHING)
def no_sign_in(stage: Stage) -> None:
    stage.page.goto(f"{stage.world.addresses.cpms}/screen/home")
    stage.page.goto(f"{stage.world.addresses.cpms}/search")
