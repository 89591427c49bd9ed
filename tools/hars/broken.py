"""Sign-ins with a mistake in the application or its surroundings."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import requests
from flask import request
from playwright.sync_api import Error

from eulogin_harness.browser.journeys import APP_METHOD
from eulogin_harness.client.names import FaultName
from tools.hars.recording import NAMES, PASSWORD, Stage
from tools.hars.sign_ins import UNKNOWN, recorded

YALE = "http://www.yale.edu/tp/cas"


def by_cas(stage: Stage, **mistakes: Any) -> None:
    """Somebody signs in to the small application, to whatever end."""
    doctor = stage.person()
    with stage.application(**mistakes) as application:
        stage.page.goto(application.url)
        stage.sign_in(doctor)
        stage.page.wait_for_load_state("networkidle")


def by_openid(stage: Stage, *, pages: bool = False, **mistakes: Any) -> None:
    """Somebody comes to the portal, by single sign-on or by EU Login's pages."""
    doctor = stage.person()
    if not pages:
        stage.enter(doctor)
    with stage.portal() as portal:
        for name, value in mistakes.items():
            if name == "secret":
                portal.eulogin.client_secret = value
            elif name == "samesite":
                portal.app.config["SESSION_COOKIE_SAMESITE"] = value
            elif name == "late":
                portal.app.before_request(lambda: be_late(stage))
            else:
                setattr(portal, name, value)
        with suppressed():
            stage.page.goto(portal.base)
            if pages:
                stage.sign_in(doctor)
            stage.page.wait_for_load_state("networkidle")


def be_late(stage: Stage) -> None:
    """The world's clock moves on before the application redeems its code."""
    if "code" in request.args:
        stage.world.clock.advance(minutes=6)


# By CAS.


@recorded(browser="invalid-user", client="invalid-user", journey="invalid-user")
def invalid_user(stage: Stage) -> None:
    by_cas(stage, validation="serviceValidate")


@recorded(browser=UNKNOWN, client="invalid-user")
def invalid_user_of_a_silent_application(stage: Stage) -> None:
    by_cas(stage, validation="serviceValidate", retries=False)


@recorded(client="assurance-level")
def assurance_level(stage: Stage) -> None:
    by_cas(stage, parameters={"assuranceLevel": "MEDIUM"}, retries=False)


@recorded(browser="service-mismatch", client="service-mismatch", journey="service-mismatch")
def service_mismatch(stage: Stage) -> None:
    by_cas(stage, other="index")


@recorded(browser="service-mismatch", client="service-mismatch")
def service_mismatch_of_flask(stage: Stage) -> None:
    doctor = stage.person()
    with stage.flask_cas() as url:
        stage.page.goto(f"{stage.eu_login.url}/login?service={quote(url + '/signed-in/', safe='')}")
        stage.sign_in(doctor)
        stage.page.wait_for_load_state("networkidle")
        ticket = re.search(r"ticket=([\w-]+)", stage.page.url)
        stage.page.goto(f"{url}/signed-in?ticket={ticket[1] if ticket else ''}")


@recorded(client="insufficient-level", browser="insufficient-level")
def insufficient_level(stage: Stage) -> None:
    by_cas(stage, parameters={"authenticationLevel": "MEDIUM"})


@recorded(client="fingerprint-missing")
def fingerprint_missing(stage: Stage) -> None:
    by_cas(stage, secret="cXVpZXQgc2VjcmV0", proves=False, retries=False)  # noqa: S106 - of a test


@recorded(client="fingerprint-wrong", browser="fingerprint-wrong")
def fingerprint_wrong(stage: Stage) -> None:
    by_cas(stage, secret="cXVpZXQgc2VjcmV0", proves=False, parameters={"clientFingerprint": "YW5vdGhlcg=="})  # noqa: S106


@recorded(client="proxy-callback-page")
def proxy_callback_page(stage: Stage) -> None:
    doctor = stage.person()
    with stage.application(retries=False, call_back=b"<html>thank you</html>") as application:
        application.parameters = {"pgtUrl": f"{application.url}pgt"}
        stage.page.goto(application.url)
        stage.sign_in(doctor)
        stage.page.get_by_text("not signed in").wait_for()


@recorded(client="proxy-callback-unanswered")
def proxy_callback_unanswered(stage: Stage) -> None:
    by_cas(stage, parameters={"pgtUrl": "https://localhost:1/pgt"}, retries=False)


@recorded(client="proxy-callback-plain-http", browser="proxy-callback-plain-http")
def proxy_callback_plain_http(stage: Stage) -> None:
    by_cas(stage, parameters={"pgtUrl": "http://app.example/pgt"})


@recorded(client="validation-address")
def validation_address(stage: Stage) -> None:
    doctor = stage.person()
    with stage.flask_cas(EULOGIN_INTERNAL_URL=f"{stage.world.addresses.idp}/cas") as url:
        stage.page.goto(f"{url}/private")
        stage.sign_in(doctor)
        stage.page.wait_for_load_state("networkidle")


@recorded(both="namespace", client=UNKNOWN, browser=UNKNOWN)
def namespace(stage: Stage) -> None:
    stage.world.settings.change({"loop.tickets": 0})
    with suppressed():
        by_cas(stage, namespace=YALE)


@recorded(both="namespace")
def namespace_once(stage: Stage) -> None:
    by_cas(stage, namespace=YALE, retries=False)


@recorded(both="email-as-user")
def email_as_user(stage: Stage) -> None:
    by_cas(stage, people=(NAMES["email"],), parameters={"groups": "*"})


@recorded(both="groups-not-asked")
def groups_not_asked(stage: Stage) -> None:
    by_cas(stage, group="G1", parameters={"userDetails": "true"})


@contextmanager
def suppressed() -> Iterator[None]:
    """A browser that gives up after twenty redirects is what the recording is about."""
    try:
        yield
    except Error as error:
        if "ERR_TOO_MANY_REDIRECTS" not in str(error):
            raise


@recorded(browser="ticket-expired", client="ticket-expired")
def ticket_expired(stage: Stage) -> None:
    late_ticket(stage, "ticket.expired")


@recorded(client="ticket-used-twice", browser="ticket-used-twice")
def ticket_used_twice(stage: Stage) -> None:
    doctor = stage.person()
    with stage.flask_cas() as url:
        came: list[str] = []
        stage.page.on("request", lambda request: came.append(request.url) if "ticket=ST" in request.url else None)
        stage.page.goto(f"{url}/private")
        stage.sign_in(doctor)
        stage.page.get_by_text("Hello").wait_for()
        stage.page.goto(came[0])


def late_ticket(stage: Stage, fault: FaultName) -> None:
    doctor = stage.person()
    with stage.flask_cas() as url:
        stage.page.goto(f"{url}/private")
        stage.world.faults.arm(fault)
        stage.sign_in(doctor)
        stage.page.get_by_text("EU Login answered").wait_for()


def at_login(stage: Stage, query: str) -> None:
    """The browser is sent to EU Login with this query, as an application wrote it."""
    doctor = stage.person()
    with stage.application(retries=False, other="?page=1&tab=2") as application:
        stage.page.goto(f"{stage.eu_login.url}/login?{query.format(url=application.url)}")
        if stage.page.locator("#username").count():
            stage.sign_in(doctor)
            stage.page.wait_for_load_state("networkidle")


@recorded(browser="service-not-encoded")
def service_not_encoded(stage: Stage) -> None:
    at_login(stage, "service={url}?page=1&tab=2&authenticationLevel=BASIC")


@recorded(browser="service-encoded-twice")
def service_encoded_twice(stage: Stage) -> None:
    with stage.application() as application:
        twice = quote(quote(application.url, safe=""), safe="")
        stage.page.goto(f"{stage.eu_login.url}/login?service={twice}")


@recorded(browser="service-not-registered")
def service_not_registered(stage: Stage) -> None:
    stage.world.settings.change({"cas.services": "registered"})
    at_login(stage, "service={url}")


# By OpenID Connect.


@recorded(browser="redirect-mismatch", journey="redirect-mismatch")
def redirect_mismatch(stage: Stage) -> None:
    by_openid(stage, address="/cb/")


@recorded(browser=UNKNOWN, client="redirect-mismatch-token", journey="redirect-mismatch-token")
def redirect_mismatch_token(stage: Stage) -> None:
    by_openid(stage, kept={"redirect_uri": "http://127.0.0.1/other"})


@recorded(client="code-verifier", both="code-verifier", journey="code-verifier")
def code_verifier(stage: Stage) -> None:
    by_openid(stage, kept={"code_verifier": "w" * 43})


@recorded(client="client-secret", browser="client-secret")
def client_secret(stage: Stage) -> None:
    by_openid(stage, secret="of-another-world-0123456789")  # noqa: S106 - a wrong one


@recorded(browser="client-secret", journey="client-secret")
def client_secret_of_node(stage: Stage) -> None:
    stage.enter(stage.person())
    with stage.node_oidc(CLIENT_SECRET="of-another-world-0123456789") as url:  # noqa: S106
        stage.page.goto(f"{url}/private")
        stage.page.get_by_text("not signed in").wait_for()


@recorded(browser="pkce-missing", journey="pkce-missing")
def pkce_missing(stage: Stage) -> None:
    by_openid(stage, client={"code_challenge_method": None})


@recorded(client="secret-in-body", journey="secret-in-body")
def secret_in_body(stage: Stage) -> None:
    by_openid(stage, client={"token_endpoint_auth_method": "client_secret_post"})


@recorded(client="userinfo-off")
def userinfo_off(stage: Stage) -> None:
    by_openid(stage, asks_userinfo=True)


@recorded(browser=UNKNOWN)
def nonce_lost_of_node(stage: Stage) -> None:

    stage.enter(stage.person())
    stage.world.faults.arm("token.wrong_nonce")
    with stage.node_oidc() as url:
        stage.page.goto(f"{url}/private")
        stage.page.get_by_text("not signed in").wait_for()


@recorded(both="nonce-lost")
def nonce_lost(stage: Stage) -> None:
    stage.world.faults.arm("token.wrong_nonce")
    by_openid(stage)


@recorded(browser="algorithm")
def algorithm(stage: Stage) -> None:
    by_openid(stage, algorithms=["RS256"])


@recorded(browser="state-lost")
def state_lost(stage: Stage) -> None:
    by_openid(stage, pages=True, samesite="Strict")


@recorded(client="issuer-wrong")
def issuer_wrong(stage: Stage) -> None:
    with stage.recorded_calls():
        requests.get(f"{stage.eu_login.url}/.well-known/openid-configuration", timeout=10)


@recorded(client="code-expired", browser=UNKNOWN)
def code_expired(stage: Stage) -> None:
    by_openid(stage, late=True)


@recorded(browser=UNKNOWN, client="clocks-differ")
def clocks_differ(stage: Stage) -> None:
    stage.world.settings.change({"protocol_time": "world"})
    stage.world.clock.advance(hours=1)
    by_openid(stage)


# By both, and of people.


@recorded(browser="cookie-lost")
def cookie_lost(stage: Stage) -> None:
    stage.world.settings.change({"loop.tickets": 0})
    doctor = stage.person()
    with stage.application() as application, suppressed():
        application.app.config["SESSION_COOKIE_PATH"] = "/elsewhere"
        stage.page.goto(application.url)
        stage.sign_in(doctor)
        stage.page.wait_for_load_state("networkidle")


@recorded(browser="cookie-lost")
def cookie_lost_of_openid(stage: Stage) -> None:
    by_openid(stage, pages=True, samesite="Strict", retries=True)


@recorded(browser="link-expired")
def link_expired(stage: Stage) -> None:
    stage.world.personas.create("invited", **NAMES)
    link = stage.world.mails.wait(to=NAMES["email"]).links[0].url
    stage.world.clock.advance(minutes=6)
    stage.page.goto(link)


@recorded(browser="account-disabled")
def account_disabled(stage: Stage) -> None:
    doctor = stage.person(disabled=True)
    stage.eu_login.open("/login")
    stage.eu_login.sign_in(doctor.email, PASSWORD)


@recorded(browser="account-locked")
def account_locked(stage: Stage) -> None:
    doctor = stage.person()
    stage.eu_login.open("/login")
    stage.eu_login.enter_username(doctor.email)
    for number in range(6):
        stage.eu_login.enter_password(f"Wrong guess {number}!")
        stage.page.wait_for_load_state("networkidle")


@recorded(browser="wrong-password")
def wrong_password(stage: Stage) -> None:
    doctor = stage.person()
    stage.eu_login.open("/login")
    stage.eu_login.sign_in(doctor.email, "Wrong guess 1!")
    stage.page.get_by_role("alert").first.wait_for()


@recorded(browser="unknown-user")
def unknown_user(stage: Stage) -> None:
    stage.eu_login.open("/login")
    stage.eu_login.enter_username("adda.berg@hospital.example")
    stage.page.get_by_role("alert").first.wait_for()


@recorded(browser="second-factor-missing")
def second_factor_missing(stage: Stage) -> None:
    doctor = stage.person("registered")
    stage.cpms.open()
    stage.cpms.start_sign_in()
    stage.eu_login.enter_username(doctor.email)
    stage.page.wait_for_load_state("networkidle")
    if stage.page.locator("#password").count():
        stage.eu_login.enter_password(PASSWORD)
        stage.page.wait_for_load_state("networkidle")


@recorded(browser="push-missing", trace="push-missing")
def push_missing(stage: Stage) -> None:
    doctor = stage.person()
    stage.cpms.open()
    stage.cpms.start_sign_in()
    stage.sign_in(doctor, APP_METHOD)
    stage.eu_login.is_at("waiting", "pending")
    stage.world.clock.advance(minutes=15)
    stage.eu_login.is_at("waiting", "timed-out")


@recorded(browser="unavailable", trace="unavailable")
def unavailable(stage: Stage) -> None:
    stage.world.faults.arm("eulogin.unavailable", times=None)
    stage.cpms.open()
    stage.page.goto(f"{stage.world.addresses.cpms}/screen/signin")


@recorded(browser="password-rules")
def password_rules(stage: Stage) -> None:
    stage.world.personas.create("invited", **NAMES)
    stage.page.goto(stage.world.mails.wait(to=NAMES["email"]).links[0].url)
    stage.eu_login.fill_new_password("short")
    stage.eu_login.button("Submit").click()
    stage.page.get_by_role("alert").first.wait_for()


@recorded(browser="institution-address")
def institution_address(stage: Stage) -> None:
    stage.eu_login.open("/eim/external/register.cgi")
    stage.eu_login.fill_sign_up(first_name="Ada", last_name="Berg", email="ada.berg@ec.europa.eu")
    stage.eu_login.button("Create an account").click()
    stage.page.get_by_role("alert").first.wait_for()


@recorded(browser="form-refused")
def form_refused(stage: Stage) -> None:
    stage.eu_login.open("/eim/external/register.cgi")
    stage.eu_login.fill_sign_up(**NAMES)
    stage.eu_login.field("I have read and understood the privacy statement").uncheck()
    stage.eu_login.field("Confirm e-mail").fill("ada.borg@hospital.example")
    stage.eu_login.button("Create an account").click()
    stage.page.get_by_role("alert").first.wait_for()


@recorded(browser="not-yet-recognised")
def not_yet_recognised(stage: Stage) -> None:
    stage.world.settings.change({"recognition.delay": "PT5M"})
    doctor = stage.person()
    stage.cpms.open()
    stage.cpms.start_sign_in()
    stage.sign_in(doctor, APP_METHOD)
    stage.eu_login.is_at("waiting", "pending")
    stage.approve(doctor)
    stage.cpms.is_at("not-recognised")


@recorded(browser="access-rejected")
def access_rejected(stage: Stage) -> None:
    doctor = stage.person("access_rejected")
    stage.enter(doctor)
    stage.page.goto(f"{stage.world.addresses.cpms}/screen/signin")
    stage.page.goto(f"{stage.world.addresses.cpms}/screen/access-status")


@recorded(browser="panic")
def panic(stage: Stage) -> None:
    stage.enter(stage.person())
    stage.eu_login.open("/userdata/deleteAllMyDevices.cgi")
    stage.eu_login.button("Delete all").click()
    stage.eu_login.is_at("panic", "empty")


@recorded(browser="other-users-factor")
def other_users_factor(stage: Stage) -> None:
    doctor = stage.person()
    stage.enter(stage.world.personas.create("enrolled", email="bo.lind@hospital.example"))
    stage.eu_login.open("/login?renew=true&anonymize=true")
    stage.eu_login.sign_in(doctor.email, PASSWORD, APP_METHOD)
    stage.page.get_by_role("alert").first.wait_for()


@recorded(browser="link-used")
def link_used(stage: Stage) -> None:
    stage.world.personas.create("invited", **NAMES)
    stage.world.faults.arm("link.eaten")
    stage.page.goto(stage.world.mails.wait(to=NAMES["email"]).links[0].url)


@recorded(browser="ticket-lost")
def ticket_lost(stage: Stage) -> None:
    stage.world.settings.change({"loop.tickets": 3})
    stage.enter(stage.person())
    stage.world.faults.arm("ticket.lost", times=None)
    with stage.application() as application, suppressed():
        stage.page.goto(application.url)


@recorded(client="internal-error", browser="internal-error")
def internal_error(stage: Stage) -> None:
    late_ticket(stage, "validation.failed")
