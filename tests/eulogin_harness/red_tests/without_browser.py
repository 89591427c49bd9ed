"""Red tests as teams have them: each fails for what its mark says, and its own error does not tell it."""

from typing import Any

import pytest
import requests
from requests.auth import HTTPBasicAuth

from eulogin_harness.client import World
from tests.eulogin_harness.red_tests.plugin import APP_URL, Application
from tests.mock_idp.conftest import Browser

BACK = f"{APP_URL}/signed-in"
SHORT = 0.05  # seconds of a wait that is in vain
reason = pytest.mark.reason


def bring_ticket(app: Any, world: World, person: Any, service: str = BACK, **options: Any) -> Any:
    """What the application answers to the browser that brings a ticket."""
    ticket = world.personas.session(person, service=service, **options).ticket
    return app.test_client().get(f"/signed-in?ticket={ticket}")


# The application's mistakes, by CAS.


@reason(r"^EU Login refused \(ticket\.invalid_service, .*a slash at the end at login only")
def test_the_service_differs(application: Application, world: World, persona: Any) -> None:
    answer = bring_ticket(application(), world, persona(), service=f"{BACK}/")
    assert answer.status_code == 302


@reason(r"^EU Login refused \(ticket\.invalid_user, .*/laxValidate")
def test_self_registered_people_are_validated_at_service_validate(
    application: Application, world: World, persona: Any
) -> None:
    app = application('client.url_suffix = "laxValidate"', 'client.url_suffix = "serviceValidate"')
    assert bring_ticket(app, world, persona()).status_code == 302


@reason(r"^EU Login refused \(ticket\.insufficient_level, .*MEDIUM.*authenticationLevel")
def test_the_level_is_demanded_at_the_validation_only(application: Application, world: World, persona: Any) -> None:
    app = application(
        'extra_login_params={"authenticationLevel": LEVEL}', "extra_login_params={}", EULOGIN_LEVEL="MEDIUM"
    )
    assert bring_ticket(app, world, persona(), strength="PASSWORD").status_code == 302


@reason(r"^EU Login refused \(ticket\.invalid_ticket, .*got a ticket that was validated before")
def test_the_ticket_is_used_twice(application: Application, world: World, persona: Any) -> None:
    app, session = application(), world.personas.session(persona(), service=BACK)
    for _ in range(2):
        answer = app.test_client().get(f"/signed-in?ticket={session.ticket}")
    assert answer.status_code == 302


@reason(r"^Nobody validated the ticket that ada@hospital\.example brought to .*/signed-in; likely: no call came at all")
def test_the_application_does_not_validate(application: Application, world: World, persona: Any) -> None:
    app = application('confirm(request.args.get("ticket")', 'confirm(request.args.get("Ticket")')
    assert bring_ticket(app, world, persona(email="ada@hospital.example")).status_code == 302


@reason(r"^EU Login refused \(validation\.address_unknown\): got .*validateTicket")
def test_the_address_of_the_validation_is_wrong(application: Application, world: World, persona: Any) -> None:
    app = application('client.url_suffix = "laxValidate"', 'client.url_suffix = "validateTicket"')
    assert bring_ticket(app, world, persona()).status_code == 302


@reason(r"^EU Login's part went well, so look at the application: .*not asked for: groups")
def test_the_application_misses_groups(application: Application, world: World, persona: Any) -> None:
    app = application('person=session.get("person"))', 'person=session["person"]["groups"])')
    client = app.test_client()
    ticket = world.personas.session(persona(groups=["DOCTORS"]), service=BACK).ticket
    client.get(f"/signed-in?ticket={ticket}")
    assert client.get("/").status_code == 200


@reason(
    r"^No browser and no application came to EU Login or CPMS in this world: was the application given the addresses"
)
def test_the_application_has_the_address_of_something_else(application: Application, world: World) -> None:
    client = application(EULOGIN_PUBLIC_URL="http://localhost:9").test_client()
    assert client.get("/private").location.startswith(world.addresses.idp)


@reason(r"^http://localhost:5000/in\?next=/a came to /cas/login with .*not encoded")
def test_the_service_is_not_encoded(script: Browser, persona: Any) -> None:
    ada = persona("registered")
    script.open(f"/cas/login?service={APP_URL}/in?next=/a&tab=2").send(username=ada.email)
    assert "tab=2&ticket=" in script.send(follow=False, password=ada.password).page.headers["Location"]


# The application's mistakes, by OpenID Connect.


@reason(r"^EU Login refused \(authorize\.redirect_differs.*the slash at the end differs")
def test_the_redirect_address_differs(script: Browser, world: World) -> None:
    client = world.clients.create(f"{APP_URL}/cb")
    query = {
        "client_id": client.client_id,
        "redirect_uri": f"{APP_URL}/cb/",
        "response_type": "code",
        "scope": "openid",
    }
    page = requests.get(f"{world.addresses.idp}/cas/oauth2/authorize", params=query, timeout=10)
    assert "whoami" in page.text


@reason(r"^EU Login refused \(client\.secret_wrong")
def test_the_client_secret_is_another(world: World) -> None:
    client = world.clients.create(f"{APP_URL}/cb")
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": f"{APP_URL}/cb", "code_verifier": "v" * 43}
    who = HTTPBasicAuth(client.client_id, "changeme")
    answer = requests.post(f"{world.addresses.idp}/cas/oauth2/token", data=form, auth=who, timeout=10)
    assert "id_token" in answer.json()


# Faults that the test armed.


@reason(r"^The armed fault ticket\.expired happened to .*; so EU Login refused \(ticket\.invalid_ticket")
def test_a_fault_lets_the_ticket_expire(application: Application, world: World, persona: Any, faults: Any) -> None:
    faults.arm("ticket.expired")
    assert bring_ticket(application(), world, persona()).status_code == 302


@reason(r"^The armed fault validation\.malformed happened")
def test_a_fault_cuts_the_answer(application: Application, world: World, persona: Any, faults: Any) -> None:
    faults.arm("validation.malformed")
    assert bring_ticket(application(), world, persona()).status_code == 302


@reason(r"^The fault mail\.lost is armed for bob@hospital\.example and never happened \(nobody is called")
def test_a_fault_is_armed_for_somebody_else(persona: Any, faults: Any, mailbox: Any) -> None:
    faults.arm("mail.lost", person="bob@hospital.example")
    persona("invited", email="bo@hospital.example")
    assert mailbox.list(to="bo@hospital.example") == []


# Mails.


@reason(r"^The mail to ada@hospital\.example was sent and lost, by a fault that the test armed")
def test_the_mail_was_lost(persona: Any, faults: Any, mailbox: Any) -> None:
    faults.arm("mail.lost")
    persona("invited", email="ada@hospital.example")
    mailbox.wait(to="ada@hospital.example", seconds=SHORT)


@pytest.mark.eulogin_world(frozen=True, settings={"mail.delay": "PT10M"})
@reason(r"^The mail to ada@hospital\.example is under way: .*arrives in 600 seconds .*clock\.advance\(seconds=601\)")
def test_the_mail_is_late(persona: Any, mailbox: Any) -> None:
    persona("invited", email="ada@hospital.example")
    mailbox.wait(to="ada@hospital.example", seconds=SHORT)


@reason(r"^The mail to ada@hospital\.example is in the folder spam, where the test did not look")
def test_the_mail_is_in_spam(persona: Any, faults: Any, mailbox: Any) -> None:
    faults.arm("mail.spam")
    persona("invited", email="ada@hospital.example")
    mailbox.wait(to="ada@hospital.example", folder="inbox", seconds=SHORT)


@reason(
    r"^The mail to ada@hospital\.exmaple was never sent, and nothing was refused: mails went to ada@hospital\.example"
)
def test_the_receiver_is_misspelt(persona: Any, mailbox: Any) -> None:
    persona("invited", email="ada@hospital.example")
    mailbox.wait(to="ada@hospital.exmaple", seconds=SHORT)


@reason(r"^The mail to ada@hospital\.example with “reset” in its subject did not come; .*create your password")
def test_the_subject_is_another(persona: Any, mailbox: Any) -> None:
    persona("invited", email="ada@hospital.example")
    mailbox.wait(to="ada@hospital.example", subject="reset", seconds=SHORT)


@pytest.mark.eulogin_world(frozen=True)
@reason(r"^EU Login refused \(link\.expired, ada@hospital\.example\): got a link sent 20 min")
def test_the_link_has_expired(persona: Any, mailbox: Any, clock: Any, script: Browser) -> None:
    persona("invited", email="ada@hospital.example")
    link = mailbox.wait(to="ada@hospital.example").links[0].url
    clock.advance(minutes=20)
    assert script.open(link).at == ("set-password", "ready")


# Phones.


def ask_phone(script: Browser, person: Any, strength: str = "PASSWORD_MOBILE_APP", service: str = BACK) -> None:
    script.open(f"/cas/login?service={service}").send(username=person.email)
    script.send(follow=False, password=person.password, loginStrength=strength)


@reason(r"^The phone refused \(phone\.offline")
def test_the_phone_is_offline(script: Browser, persona: Any, world: World) -> None:
    ada = persona()
    phone = world.phones.get(ada.phone_id)
    phone.change(online=False)
    ask_phone(script, ada)
    phone.approve(ada.pin, seconds=SHORT)


@reason(
    r"^The sign-in of ada@hospital\.example to .* waits for a request to the phone: phone-\d+: the phone is offline"
)
def test_the_phone_is_offline_while_the_page_waits(script: Browser, persona: Any, world: World) -> None:
    ada = persona(email="ada@hospital.example")
    world.phones.get(ada.phone_id).change(online=False)
    ask_phone(script, ada)
    assert "session.signed_in" in {event.type for event in world.events.list()}


@reason(r"^No request was sent to phone-\d+: nobody chose the app as verification method; last, browser asked EU Login")
def test_no_request_comes_to_the_phone(script: Browser, persona: Any, world: World) -> None:
    ada = persona()
    script.open("/cas/login").send(username=ada.email)
    world.phones.get(ada.phone_id).approve(ada.pin, seconds=SHORT)


@reason(r"^No request came to phone-\d+; before it EU Login refused \(signin\.wrong_password, ada@hospital\.example")
def test_the_password_is_wrong_before_the_phone(script: Browser, persona: Any, world: World) -> None:
    ada = persona(email="ada@hospital.example")
    script.open(f"/cas/login?service={BACK}").send(username=ada.email)
    script.send(follow=False, password="Wrong-1234", loginStrength="PASSWORD_MOBILE_APP")
    world.phones.get(ada.phone_id).approve(ada.pin, seconds=SHORT)


@reason(r"^The phone refused \(phone\.pin_wrong, ada@hospital\.example")
def test_the_pin_is_wrong(script: Browser, persona: Any, world: World) -> None:
    ada = persona(email="ada@hospital.example", pin="2580")
    ask_phone(script, ada)
    world.phones.get(ada.phone_id).approve("0852")


@reason(r"^A request waits for the phone of ada@hospital\.example, not for phone-\d+, which has bo@hospital\.example")
def test_the_phone_of_somebody_else_is_asked(script: Browser, persona: Any, world: World) -> None:
    ada, bo = persona(email="ada@hospital.example"), persona(email="bo@hospital.example")
    ask_phone(script, ada)
    world.phones.get(bo.phone_id).approve(bo.pin, seconds=SHORT)


# The test's own mistakes.


@reason(r"^The control API refused the test's call POST /api/personas: .*stage")
def test_the_stage_is_misspelt(persona: Any) -> None:
    persona("enroled")


@reason(r"^The control API refused \(session\.not_reached.*stage enrolled")
def test_the_person_has_no_phone_yet(persona: Any, world: World) -> None:
    world.personas.session(persona("registered"), strength="PASSWORD_MOBILE_APP")


@reason(r"^ada@hospital\.example has no factor that .* accepts: it demands")
def test_the_person_has_one_factor_where_two_are_demanded(script: Browser, persona: Any) -> None:
    ada = persona("registered", email="ada@hospital.example")
    script.open(f"/cas/login?service={BACK}&authenticationLevel=MEDIUM").send(username=ada.email)
    script.send(password=ada.password, loginStrength="PASSWORD")
    assert "ticket=" in script.page.url
