"""The journey inspector: steps of any application's sign-in in order, what they mean, and nothing secret."""

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import requests

from eulogin_harness.client import World
from eulogin_harness.documents.people import Persona
from eulogin_harness.journey.masking import HIDDEN, masked, masked_text, masked_url
from tests.eulogin_harness.test_correlation import to_cpms
from tests.mock_idp.conftest import Browser

SERVICE = "https://app.example/in?x=1"


@pytest.fixture
def doctor(world: World) -> Persona:
    return world.personas.create("enrolled")


def page(world: World, path: str = "") -> str:
    answer = requests.get(f"{world.addresses.desk}/journey{path}", timeout=30)
    answer.raise_for_status()
    return answer.text


def lines(world: World, path: str) -> list[str]:
    return [" ".join(line.split()) for line in page(world, f"{path}/text").splitlines()]


def newest(world: World) -> str:
    found = re.search(r'href="[^"]*/journey(/signin-\d+)"', page(world))
    assert found
    return found[1]


def ticket(world: World, person: Persona, **query: str) -> str:
    """A service ticket, by the pages."""
    browser = Browser(world.addresses.idp)
    address = requests.Request("GET", f"{world.addresses.idp}/cas/login", params={"service": SERVICE} | query)
    browser.open(str(address.prepare().url))
    browser.send(username=person.email)
    browser.send(follow=False, password=str(person.password), loginStrength="PASSWORD")
    return str(browser.page.headers["Location"].partition("ticket=")[2])


def validate(world: World, ticket: str, path: str = "laxValidate", **query: str) -> None:
    requests.get(f"{world.addresses.idp}/cas/{path}", params={"service": SERVICE, "ticket": ticket} | query, timeout=30)


def test_a_sign_in_is_told_lane_by_lane_in_its_order(world: World, doctor: Persona) -> None:
    to_cpms(world, doctor)
    told = [re.sub(r"^\d+ [\d:]+ ", "", line) for line in lines(world, newest(world)) if re.match(r"\d+ ", line)]
    assert [re.sub(r"\d{9,}", "<id>", line) for line in told if "app/requests?" not in line] == [
        "Browser -> EU Login: GET /cas/login 200 whoami ready",
        "Browser -> EU Login: POST /cas/login 200 password ready",
        "Browser -> EU Login: POST /cas/login 303 → /cas/login",
        "Browser -> EU Login: GET /cas/login 200 waiting pending",
        "Phone -> EU Login: POST /cas/app/requests/<id> 200 application/json",
        "Phone -> EU Login: GET /cas/app/requests 200 application/json",
        "Phone: phone.approved",
        "Browser -> EU Login: GET /cas/login 302 → /screen/signin",
        "Browser -> CPMS: GET /screen/signin 302 → /screen/profile",
        "CPMS -> EU Login: GET /cas/laxValidate 200 text/xml",
    ]


def test_what_an_application_got_is_judged_by_what_it_asked_for(world: World, doctor: Persona) -> None:
    validate(world, ticket(world, doctor, renew="true", authenticationLevel="BASIC"))
    told = "\n".join(lines(world, newest(world)))
    words = "good The ticket is good, and this is the user: the unique identifier, no e-mail address."
    assert f"{words} {doctor.uid}" in told
    for words in (
        "mind What was asked for at the sign-in was not asked for at the validation. authenticationLevel=BASIC",
        "mind A new proof was asked for at the sign-in and not at the validation. renew=true",
        "mind Name and e-mail address are not told.",
    ):
        assert words in told


def test_what_was_refused_stands_first_with_what_to_do(world: World, doctor: Persona) -> None:
    validate(world, ticket(world, doctor), service="https://app.example/in")
    shown = page(world, newest(world))
    assert 'data-page="journey-sign-in" data-state="refused"' in shown
    first = shown.index("What was refused")
    assert first < shown.index("service exactly as at login: https://app.example/in?x=1") < shown.index("<svg")
    assert "wrong EU Login names nobody for this ticket. INVALID_SERVICE" in lines(world, newest(world))


def test_a_ticket_that_nobody_validated_shows(world: World, doctor: Persona) -> None:
    ticket(world, doctor)
    assert 'data-state="issued"' in page(world, newest(world))
    assert "not validated" in page(world)


def test_the_list_is_filtered_by_person_application_refusals_and_time(world: World, doctor: Persona) -> None:
    to_cpms(world, doctor)
    world.clock.advance(minutes=30)
    other = world.personas.create("registered")
    validate(world, ticket(world, other), path="strictValidate")

    def listed(query: str) -> list[str]:
        return re.findall(r">(signin-\d+)</a>", page(world, f"?{query}"))

    second, first = listed("")
    assert listed(f"person={doctor.email.partition('@')[0]}") == [first]
    assert listed("application=app.exam") == [second]
    assert listed("refused=y") == listed("since=5") == [second]
    assert listed("q=Assurance+level") == listed("q=app.example") == [second]
    assert listed(f"q={first}") == [first]
    assert 'name="q" type="search" value="signin"' in page(world, "?q=signin")
    assert listed("since=60") == listed("since=x") == [second, first]
    assert 'data-state="nothing-found"' in page(world, "?person=nobody")


def test_the_picture_stands_for_itself_and_its_arrows_lead_to_their_steps(world: World, doctor: Persona) -> None:
    to_cpms(world, doctor)
    shown, own = page(world, newest(world)), ET.fromstring(page(world, f"{newest(world)}/picture"))  # noqa: S314 - ours
    links = {element.get("href") for element in own.iter("{http://www.w3.org/2000/svg}a")}
    assert links == {f"#{step}" for step in re.findall(r'id="(step-\d+)"', shown)}
    assert {"style", "class"}.isdisjoint(name for element in own.iter() for name in element.attrib)


def test_nothing_secret_is_in_page_text_har_and_picture(world: World, doctor: Persona) -> None:
    world.settings.change({"cpms.sign_in": "oidc", "oidc.signing_alg": "ES256"})
    to_cpms(world, doctor)
    world.settings.change({"cpms.sign_in": "cas"})
    to_cpms(world, doctor)
    value = ticket(world, doctor)
    validate(world, value)
    secrets = {str(doctor.password), value}
    secrets |= {row["value"] for row in world.state()["tables"]["idp_oidc_token"]}
    secrets |= {row["code"] for row in world.state()["tables"]["idp_oidc_grant"]}
    secrets |= {row["id"] for row in world.state()["tables"]["idp_ticket"]}
    assert len(secrets) > 4
    for number in {event.correlation_id for event in world.events.list() if event.correlation_id}:
        for part in ("", "/text", "/har", "/picture"):
            shown = page(world, f"/{number}{part}")
            assert [secret for secret in secrets if secret in shown] == []
            assert not re.search(r"eyJ[\w-]{20,}", shown)


def test_a_har_has_each_message_with_its_form_and_answer(world: World, doctor: Persona) -> None:
    validate(world, ticket(world, doctor))
    log: dict[str, Any] = json.loads(page(world, f"{newest(world)}/har"))["log"]
    assert log["version"] == "1.2"
    methods = [(entry["request"]["method"], entry["response"]["status"]) for entry in log["entries"]]
    assert methods == [("GET", 200), ("POST", 200), ("POST", 303), ("GET", 200)]
    form = {field["name"]: field["value"] for field in log["entries"][2]["request"]["postData"]["params"]}
    assert (form["username"], form["password"]) == (doctor.email, HIDDEN)
    assert "authenticationSuccess" in log["entries"][3]["response"]["content"]["text"]
    assert log["entries"][2]["response"]["redirectURL"].startswith("https://app.example/in?x=1&ticket=ST-")


def test_a_sign_in_that_is_not_known_is_not_found(world: World) -> None:
    assert requests.get(f"{world.addresses.desk}/journey/signin-99", timeout=30).status_code == 404


# Masking.


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("password", "Secret-2026", HIDDEN),
        ("password", "", ""),
        ("ticket", "ST-12345678-abcdefghij", "ST-12345678-…"),
        ("code", "abcdefghijklmnop", "abcdefgh…"),
        ("state", "short", "sh…"),
        ("state", "x", "…"),
        ("next", "/cas/login?ticket=ST-1-abc", "/cas/login?ticket=ST-1-%E2%80%A6"),
        ("next", "http://[?x=1", "http://[?x=1"),
        ("username", "ada@hospital.example", "ada@hospital.example"),
        ("anything", "a ticket PT-1-xyz in a text", "a ticket PT-1-… in a text"),
    ],
)
def test_a_value_is_masked_by_its_name_or_its_form(name: str, value: str, shown: str) -> None:
    assert masked(name, value) == shown


def test_texts_and_addresses_keep_their_form() -> None:
    body = '{"access_token": "abcdefghijklmnop", "expires_in": 300, "id_token": "eyJhbGciOi.eyJzdWIi.c2ln"}'
    assert json.loads(masked_text(body)) == {"access_token": "abcdefgh…", "expires_in": 300, "id_token": "eyJhbGci…"}
    inner = masked_url("http://a.example/login?service=http://b.example/in?ticket=ST-1-abc&x=1")
    assert requests.utils.unquote(requests.utils.unquote(inner)).count("ST-1-…") == 1  # type: ignore[attr-defined]
    assert masked_url("http://a.example/init.cgi?abcdefghijklmnop") == "http://a.example/init.cgi?abcdefgh…"
    assert masked_url("http://ada:secret@a.example/in") == "http://a.example/in"
    assert masked_text('{"otp": 123456, "code": "abcdefghij') == '{"otp": "•••", "code": "abcde…"'


def test_addresses_that_are_none_and_an_opaque_query_break_no_page_and_tell_nothing(world: World) -> None:
    browser = Browser(world.addresses.idp)
    browser.open("/cas/login?service=http://[&authenticationLevel=LOUD")
    browser.open("/cas/init/initialisePasswordLogin.cgi?abcdefghijklmnop")
    shown = newest(world)
    assert "http://[" in page(world)
    assert "abcdefghijklmnop" not in page(world, shown) + page(world, f"{shown}/har") + page(world, f"{shown}/text")
