"""The control API, call by call."""

from datetime import UTC, datetime, timedelta
from threading import Timer

import pytest

from eulogin_harness.client import Harness, World
from tests.eulogin_harness.conftest import Api

FRIDAY = "2026-11-27T17:00:00+01:00"
frozen = pytest.mark.eulogin_world(now=FRIDAY, frozen=True, seed=1)


def test_the_process_lives_and_is_ready(api: Api) -> None:
    assert api.send("GET", "/livez").json() == {"alive": True}
    ready = api.send("GET", "/readyz").json()
    assert ready.keys() == {"ready", "version", "addresses", "internal", "ports", "smtp", "ca"}
    assert (ready["addresses"]["desk"], ready["ca"]) == (api.base, None)


def test_settings_tell_value_default_and_source(api: Api) -> None:
    settings = {item["name"]: item for item in api.send("GET", "/api/settings").json()["items"]}
    assert settings["link.life"] == {
        "name": "link.life",
        "value": "PT5M",
        "default": "PT5M",
        "origin": "default",
        "source": "guide",
        "sentence": "How long the link of a mail works, counted from its sending.",
    }


def test_a_world_begins_as_said(api: Api) -> None:
    spec = {"now": FRIDAY, "frozen": True, "profile": "today", "settings": {"device.max": 2}}
    made = api.send("POST", "/api/worlds", {"name": "blue", **spec})
    blue = Api(made.json()["addresses"]["desk"])
    assert made.status_code == 201
    assert blue.base.endswith("/w/blue")
    assert blue.send("GET", "/api/clock").json() == {"now": "2026-11-27T16:00:00Z", "frozen": True}
    values = {item["name"]: item["value"] for item in blue.send("GET", "/api/settings").json()["items"]}
    assert (values["password.min_length"], values["device.max"]) == (10, 2)
    assert api.send("DELETE", "/api/worlds/blue").status_code == 204
    assert "blue" not in [item["name"] for item in api.send("GET", "/api/worlds").json()["items"]]


def test_a_world_tells_where_servers_find_it(api: Api, world: World) -> None:
    assert world.addresses.internal.idp == world.addresses.idp
    world.settings.change({"idp.internal_url": "http://eulogin:8401"})
    (told,) = (item for item in api.send("GET", "/api/worlds").json()["items"] if item["name"] == world.name)
    assert told["addresses"]["internal"]["idp"] == f"http://eulogin:8401/w/{world.name}"
    assert told["addresses"]["internal"]["cpms"] == told["addresses"]["cpms"] == world.addresses.cpms


def test_a_reset_world_is_as_new(api: Api, world: World) -> None:
    world.personas.create("enrolled")
    world.settings.change({"device.max": 2})
    assert api.send("POST", "/api/reset", {"now": FRIDAY, "frozen": True}).json()["frozen"] is True
    assert [one.email for one in world.personas.list()] == ["helpdesk@paedcan.ern.example"]
    assert world.settings["device.max"] == 10
    assert api.send("POST", "/api/reset").json()["frozen"] is False  # a body may be left out


@frozen
def test_the_clock_is_set_then_advanced_then_frozen(api: Api) -> None:
    body = {"freeze": False, "advance": "PT4M59S", "set": "2026-11-27T18:00:00+01:00"}
    moved = api.send("POST", "/api/clock", body).json()
    assert moved["frozen"] is False
    gone = datetime.fromisoformat(moved["now"]) - datetime(2026, 11, 27, 17, 4, 59, tzinfo=UTC)
    assert timedelta(0) <= gone < timedelta(seconds=5)


def test_mails_have_links_and_are_filtered(api: Api, world: World) -> None:
    anna, ben = world.personas.create("invited"), world.personas.create("invited")
    mail = api.send("GET", f"/api/mails?to={anna.email}").json()["items"][0]
    fields = {"id", "to", "sender", "subject", "sent_at", "arrived_at", "text", "html", "links", "codes", "folder"}
    assert mail.keys() == fields
    assert mail["links"][0]["url"].startswith(world.addresses.idp + "/cas/init/initialisePasswordLogin.cgi?")
    assert api.send("GET", f"/api/mails/{mail['id']}").json() == mail
    assert [one.to for one in world.mails.list(after=mail["id"])] == [ben.email]
    assert world.mails.list(subject="ACCOUNT")
    assert world.mails.list(subject="something else") == []


def test_waiting_for_a_mail_that_does_not_come_tells_what_was_there(api: Api, world: World) -> None:
    anna = world.personas.create("invited")
    assert api.send("GET", "/api/mails?to=nobody@hospital.example").json() == {"items": []}
    status, problem = api.refused("GET", "/api/mails?to=nobody@hospital.example&wait=0.05")
    assert (status, problem["type"]) == (404, "nothing-yet")
    assert f"to {anna.email}" in problem["got"]


def test_waiting_ends_when_the_mail_comes(world: World) -> None:
    late = Timer(0.05, lambda: world.personas.create("invited", email="late@hospital.example"))
    late.start()
    assert world.mails.wait(to="late@hospital.example").to == "late@hospital.example"
    late.join()


def test_events_are_filtered_and_waited_for(api: Api, world: World) -> None:
    anna = world.personas.create("registered")
    last = world.events.list()[-1]
    assert (last.type, last.person) == ("persona.made", anna.email)
    assert api.send("GET", f"/api/events?for={anna.email}&type=persona.made").json()["items"][-1]["id"] == last.id
    assert api.refused("GET", f"/api/events?after={last.id}&wait=0.05")[1]["got"].endswith("persona.made")


def test_a_refusal_says_in_the_journal_what_to_do(api: Api, world: World) -> None:
    world.personas.create("registered")
    api.refused("POST", "/api/clock", {"advance": "-PT1M"})
    (refusal,) = world.events.refusals()
    assert refusal.type == "clock.back"
    assert refusal.expected
    assert refusal.got
    assert refusal.remedy == "reset the world or make a new one with `now`"
    (made,) = api.send("GET", "/api/events?type=persona.made").json()["items"]
    assert "remedy" not in made


def test_services_are_registered_and_taken_off(api: Api, world: World) -> None:
    body = {"url": "https://app.example/cas", "least_assurance_level": 20, "authentication_level": "MEDIUM"}
    made = api.send("POST", "/api/services", body)
    assert made.status_code == 201
    assert made.json() == {
        "id": 1,
        "url": "https://app.example/cas",
        "name": "app.example",
        "least_assurance_level": "MEDIUM",
        "authentication_level": "MEDIUM",
        "proxy": False,
        "single_logout": False,
    }
    world.services.delete(1)
    assert world.services.list() == []


def test_a_state_is_carried_into_another_world(world: World, harness: Harness) -> None:
    anna = world.personas.create("access_approved", email="anna@hospital.example")
    state = world.state()
    other = harness.worlds.create()
    other.load_state(state)
    assert anna in other.personas.list()
    tables, again = state["tables"], other.state()["tables"]
    other.delete()
    assert {name for name in tables if tables[name] != again[name]} <= {"world_event", "world"}


def test_the_description_names_every_call(api: Api) -> None:
    answer = api.send("GET", "/api/openapi.json")
    document, schemas = answer.json(), answer.json()["components"]["schemas"]
    assert document["servers"] == [{"url": api.base}]
    assert document["paths"].keys() >= {"/livez", "/readyz", "/api/personas/{id}", "/api/access-requests/{id}/decide"}
    posted = document["paths"]["/api/clock"]["post"]
    assert posted["requestBody"]["required"] is False
    assert list(posted["responses"]["default"]["content"]) == ["application/problem+json"]
    assert schemas["ClockBody"]["properties"].keys() == {"set", "advance", "freeze"}
    assert schemas["Event"]["properties"].keys() >= {"id", "at", "type", "person", "remedy"}
    named = {part.partition('"')[0] for part in answer.text.split("#/components/schemas/")[1:]}
    assert named
    assert named <= schemas.keys()


def test_the_calls_can_be_tried_on_a_page(api: Api) -> None:
    page = api.send("GET", "/api/docs")
    assert 'data-page="control-api"' in page.text
    assert api.send("GET", "/api/docs/swagger-ui-bundle.js").ok
