"""Wrong use of the control API: one sentence each, never a stack trace."""

import json
from collections.abc import Callable
from copy import deepcopy
from threading import Timer
from typing import Any

import pytest

from eulogin_harness.client import Harness, ProblemError
from eulogin_harness.state import FORMAT
from mock_world.mailbox import Mail, Mailbox
from tests.eulogin_harness.conftest import Api

JSON = {"Content-Type": "application/json"}
LATER = "2199-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind", "told"),
    [
        ("GET", "/api/nothing", None, 404, "not-found", "/api/nothing"),
        ("DELETE", "/api/clock", None, 405, "method-not-allowed", "one of the methods GET, POST"),
        ("POST", "/api/clock", [], 400, "wrong-body", "JSON, but a list"),
        ("POST", "/api/clock", {"speed": 2}, 422, "unknown-field", "only the fields set, advance, freeze"),
        ("POST", "/api/clock", {"advance": 5}, 422, "wrong-field", "write it in ISO 8601"),
        ("POST", "/api/clock", {"set": "2026-11-27T17:00:00"}, 422, "wrong-field", "timezone"),
        ("POST", "/api/clock", {"advance": "-PT1M"}, 409, "clock.back", "expected a time after"),
        ("POST", "/api/clock", {"advance": "P99999999D"}, 422, "wrong-field", "advance"),
        ("POST", "/api/clock", {"set": "2199-12-31T00:00:00Z", "advance": "P9D"}, 422, "clock.too_far", "2200"),
        ("POST", "/api/personas", {"seed": 2**70}, 422, "wrong-field", "seed"),
        ("POST", "/api/personas", {"email": "a@b.example\nBcc: c@d.example"}, 422, "wrong-field", "e-mail"),
        ("POST", "/api/personas", {"email": "a" * 250 + "@b.example"}, 422, "wrong-field", "254"),
        ("POST", "/api/personas", {"first_name": "\ud800"}, 422, "wrong-body", "surrogate"),
        ("GET", f"/api/mails/{10**20}", None, 404, "not-found", str(10**20)),
        ("GET", "/api/mails/99", None, 404, "not-found", "got 99"),
        ("GET", f"/api/mails?after={10**20}", None, 422, "wrong-field", "after"),
        ("GET", "/api/mails?wait=61", None, 422, "wrong-field", "less than or equal to 60"),
        ("GET", "/api/events?after=x", None, 422, "wrong-field", "after = 'x'"),
        ("PATCH", "/api/settings", {"link.lif": "PT1M"}, 422, "wrong-value", "did you mean link.life?"),
        ("PATCH", "/api/settings", {"oidc.clients": "no/clients.json"}, 422, "wrong-value", "clients.json: it cannot"),
        ("PATCH", "/api/settings", {"back_channel.ca": "no/ca.pem"}, 422, "wrong-value", "no/ca.pem cannot be read"),
        ("PATCH", "/api/settings", {"back_channel.ca": "/dev/zero"}, 422, "wrong-value", "it is a device; name a file"),
        ("PATCH", "/api/settings", {"oidc.clients": "/dev/zero"}, 422, "wrong-value", "it is a device; name a file"),
        ("PATCH", "/api/settings", {"oidc.clients": __file__}, 422, "wrong-value", "line 1: it is no JSON"),
        ("PATCH", "/api/settings", {"back_channel.ca": __file__}, 422, "wrong-value", "no certificates in PEM"),
        ("POST", "/api/worlds", {"name": "Blue"}, 422, "world.name_refused", "a-z"),
        ("POST", "/api/worlds", {"name": "default"}, 409, "world.exists", "no world has yet"),
        ("POST", "/api/reset", {"name": "x"}, 422, "unknown-field", "got name"),
        ("DELETE", "/api/worlds/default", None, 409, "world.default_stays", "another world"),
        ("DELETE", "/api/worlds/gone", None, 404, "world.unknown", "gone"),
        ("POST", "/api/personas", {"stage": "born"}, 422, "wrong-field", "'invited'"),
        ("POST", "/api/personas", {"requests": [{"network": "X"}]}, 422, "network.unknown", "X"),
        ("POST", "/api/personas", {"requests": [{"network": "BOND"}] * 2}, 422, "wrong-field", "BOND stands there"),
        ("POST", "/api/personas", {"requests": [{"network": "BOND", "guest_until": LATER}]}, 422, "access.end_unfit",
         "got submitted, guest_until 2199"),
        ("POST", "/api/personas", {"requests": [{"network": "BOND", "state": "expired", "guest_until": LATER}]}, 422,
         "access.end_unfit", "one between since and now with state expired"),
        ("POST", "/api/personas", {"email": "a@ec.europa.eu"}, 422, "account.real_address", "reserved domain"),
        ("POST", "/api/personas/batch", {}, 422, "wrong-field", "neither"),
        ("POST", "/api/personas/batch", {"count": 1, "items": []}, 422, "wrong-field", "both"),
        ("GET", "/api/personas/99", None, 404, "not-found", "got 99"),
        ("GET", "/api/phones/none", None, 404, "phone.unknown", "none"),
        ("POST", "/api/phones/phone-helpdesk/scan", {}, 422, "wrong-field", "either image or payload"),
        ("POST", "/api/phones/phone-helpdesk/scan", {"image": "?"}, 422, "wrong-field", "base64"),
        ("POST", "/api/phones/phone-helpdesk/approve", {}, 422, "wrong-field", "either pin or biometrics"),
        ("POST", "/api/access-requests/9/decide", {"decision": "approve"}, 404, "access.unknown", "got 9"),
        ("GET", "/api/access-requests/9", None, 404, "access.unknown", "got 9"),
        ("GET", "/api/access-requests?network=paedcan", None, 422, "network.unknown", "such as PaedCAN"),
        ("POST", "/api/services", {"url": "https://a.example/*"}, 422, "service.wrong_url", "or asterisks"),
        ("POST", "/api/services", {"url": "ftp://a.example/"}, 422, "service.wrong_url", "http"),
        ("DELETE", "/api/services/9", None, 404, "service.unknown", "got 9"),
        ("PUT", "/api/state", {"format": FORMAT, "tables": {}}, 422, "wrong-value", "exactly one row"),
        ("PUT", "/api/state", {"format": FORMAT - 1, "tables": {}}, 422, "wrong-value", f"this version reads {FORMAT}"),
        ("PUT", "/api/state", {"format": 9, "tables": {}}, 422, "wrong-value", "format 9"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_told_what_was_expected(
    api: Api, method: str, path: str, body: Any, status: int, kind: str, told: str
) -> None:
    got, problem = api.refused(method, path, body)
    assert (got, problem["type"]) == (status, kind)
    assert told in problem["detail"]
    assert problem["instructions"]


@pytest.mark.parametrize(
    ("headers", "status", "told"),
    [
        (JSON, 400, "got something that is no JSON"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415, "got application/x-www-form-urlencoded"),
        ({}, 415, "expected Content-Type: application/json; got none"),
    ],
)
def test_a_body_that_is_no_json_is_refused(api: Api, headers: dict[str, str], status: int, told: str) -> None:
    got, problem = api.refused("POST", "/api/clock", data=b"advance=5", headers=headers)
    assert got == status
    assert told in problem["detail"]


def test_a_secret_is_not_repeated_in_an_error(api: Api) -> None:
    _, problem = api.refused("POST", "/api/personas", {"password": ["Secret-123"], "pin": "98765"})
    assert "Secret-123" not in str(problem)
    assert "98765" not in str(problem)


def test_a_batch_is_all_or_nothing(api: Api) -> None:
    before = len(api.send("GET", "/api/personas").json()["items"])
    twice = {"items": [{"email": "a@hospital.example"}, {"email": "a@hospital.example"}]}
    assert api.refused("POST", "/api/personas/batch", twice)[1]["type"] == "account.email_taken"
    assert len(api.send("GET", "/api/personas").json()["items"]) == before


def _with(table: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda tables: tables[table][0].update(values)


def _setting(name: str, value: object, origin: str = "changed") -> Callable[[dict[str, Any]], None]:
    row = {"name": name, "value": {"value": value}, "origin": origin}
    return lambda tables: tables.update(world_setting=[row])


def _service(**values: object) -> Callable[[dict[str, Any]], None]:
    row = {
        "id": 1,
        "url": "http://app.example",
        "name": "x",
        "least_assurance_level": 0,
        "authentication_level": "BASIC",
    }
    return lambda tables: tables.update(idp_service=[row | {"proxy": False, "single_logout": False} | values])


def _client(**metadata: object) -> Callable[[dict[str, Any]], None]:
    row = {"client_id": "c", "secret": "", "metadata": metadata, "made_at": "2026-11-27T16:00:00Z"}
    return lambda tables: tables.update(idp_oidc_client=[row])


def _request_to(network: str) -> Callable[[dict[str, Any]], None]:
    row = {"id": 1, "uid": "n00petra", "network": network, "state": "draft", "history": [], "due_at": None}
    return lambda tables: tables.update(cpms_access_request=[row | {"guest_until": None, "submitted_at": None}])


def _due(kind: str) -> Callable[[dict[str, Any]], None]:
    row = {"id": 1, "due_at": "2026-11-27T16:00:00Z", "kind": kind, "payload": {}}
    return lambda tables: tables.update(world_scheduled_job=[row])


@pytest.mark.threat("A state with altered values is taken up and breaks pages afterwards")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_setting("colour", "blue"), "no setting 'colour'"),
        (_setting("password.groups", 5), "password.groups"),
        (_setting("device.max", 3, origin="heaven"), "unknown origin"),
        (_due("rain"), "unknown kinds rain"),
        (_with("world", id=2), "id is not 1"),
        (_with("world", seed=2**70), "OverflowError"),
        (_with("world", clock_offset="P500Y"), "clock"),
        (_with("world", frozen_at="9999-12-31T00:00:00Z"), "world.frozen_at"),
        (_with("idp_account", groups=5), "idp_account.groups"),
        (lambda tables: tables.update(idp_account=[{"uid": "x"}]), "columns missing or unknown"),
        (_with("desk_persona", stage="born"), "desk_persona.stage"),
        (_with("phone_phone", to_ask=["torch"]), "switches or permissions"),
        (_service(authentication_level="ULTRA"), "service x with a level that is not known"),
        (_service(least_assurance_level=2**40), "service x with a level that is not known"),
        (_request_to("Nowhere"), "requests to unknown networks: Nowhere"),
        (_client(colour="blue"), "client c with metadata that do not fit: colour"),
        (_client(redirect_uris="http://app.example/"), "client c with metadata that do not fit: redirect_uris"),
        (lambda tables: tables["idp_account"].append(tables["idp_account"][0]), "IntegrityError"),
    ],
)
def test_a_state_that_cannot_be_taken_up_changes_nothing(
    api: Api, change: Callable[[dict[str, Any]], None], told: str
) -> None:
    state = api.send("GET", "/api/state").json()
    broken = deepcopy(state)
    change(broken["tables"])
    assert told in api.refused("PUT", "/api/state", broken)[1]["got"]
    assert api.send("GET", "/api/state").json() == state
    assert api.send("POST", "/api/personas", {}).status_code == 201


def test_a_body_that_is_nested_too_deep_is_refused(api: Api) -> None:
    deep = b'{"settings": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert api.refused("POST", "/api/worlds", data=deep, headers=JSON)[1]["type"] == "wrong-body"


@pytest.mark.threat(
    "A body of the control API, deep or with a million wrong fields, keeps the mock busy and fills its memory"
)
def test_a_body_of_too_many_levels_is_refused_and_of_many_mistakes_the_first_are_told(api: Api) -> None:
    deep = api.refused("POST", "/api/worlds", {"settings": json.loads("[" * 50 + "]" * 50)})[1]
    assert deep["expected"] == "objects and arrays at most 50 deep within each other"
    wrong = api.refused("POST", "/api/personas/batch", {"items": [1] * 1000})[1]
    assert "items.19: " in wrong["expected"]
    assert "items.20: " not in wrong["expected"]
    assert api.refused("POST", "/api/personas", {f"a{number}": 1 for number in range(1000)})[1]["got"].endswith("a19")


def test_a_world_that_is_not_there_is_a_problem_too(api: Api) -> None:
    gone = Api(api.base.partition("/w/")[0] + "/w/gone")
    assert gone.refused("GET", "/api/clock")[1]["type"] == "world.unknown"


def test_a_call_that_waits_is_sent_home_when_its_world_ends(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    world = harness.worlds.create()
    wait = Mailbox.wait

    def wait_and_see_the_world_end(mailbox: Mailbox, **asked: Any) -> list[Mail]:
        Timer(0, world.delete).start()
        return wait(mailbox, **asked)

    monkeypatch.setattr(Mailbox, "wait", wait_and_see_the_world_end)
    with pytest.raises(ProblemError) as problem:
        world.mails.wait(seconds=20)
    assert problem.value.type == "world-ended"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/phones", {"installed": 0}),
        ("POST", "/api/reset", {"frozen": "yes"}),
        ("POST", "/api/reset", {"seed": "7"}),
        ("POST", "/api/personas", {"email": 5}),
        ("POST", "/api/clock", {"set": "4102444800"}),
        ("PATCH", "/api/settings", {"captcha": 1}),
        ("PATCH", "/api/settings", {"device.max": True}),
        ("PATCH", "/api/settings", {"device.max": "many"}),
        ("POST", "/api/worlds", {"settings": {"captcha": 0}}),
    ],
)
def test_a_value_of_another_type_is_refused(api: Api, method: str, path: str, body: dict[str, object]) -> None:
    status, problem = api.refused(method, path, body)
    assert (status, problem["type"] in {"wrong-field", "wrong-value"}) == (422, True)


def test_a_path_may_hold_any_character(api: Api) -> None:
    assert api.refused("GET", "/api/phones/a%0Ab%00c")[1]["type"] == "phone.unknown"


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/api/clock"])
def test_a_call_to_no_world_gets_a_problem_document(api: Api, path: str) -> None:
    api.base = f"{api.base.rpartition('/w/')[0]}/w/never-made"
    assert api.refused("GET", path)[1]["type"] == "world.unknown"
