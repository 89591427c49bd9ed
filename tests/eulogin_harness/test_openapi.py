"""The file openapi.json is true: it names every call and value, and answers have what it says, and nothing else."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from eulogin_harness import desk
from eulogin_harness.api.frame import CALLS
from eulogin_harness.client import World
from eulogin_harness.documents.people import STAGES
from eulogin_harness.settings import TABLE
from eulogin_harness.site import open_site
from mock_world.fault_types import FAULTS
from tests.eulogin_harness.conftest import Api
from tools import reference

DOCUMENT: dict[str, Any] = json.loads(reference.OPENAPI.read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
CALLED = {(method.upper(), path): call for path, calls in DOCUMENT["paths"].items() for method, call in calls.items()}
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}


def test_the_file_is_up_to_date() -> None:
    assert reference.OPENAPI.read_text(encoding="utf-8") == reference.openapi(), "run: make reference"


def test_every_call_of_the_control_api_is_described() -> None:
    rules = [rule for rule in desk.create_app().url_map.iter_rules() if rule.endpoint.startswith("api.")]
    undescribed = {rule.rule for rule in rules if rule.endpoint not in CALLS}
    assert undescribed == {"/api/openapi.json", "/api/docs", "/api/docs/<path:name>"}
    served = {
        (method, re.sub(r"<(?:[^<>]+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in rule.methods or ()
        if rule.endpoint in CALLS and method not in {"HEAD", "OPTIONS"}
    }
    assert served == CALLED.keys()


def test_operations_are_called_like_a_verb_and_what_it_is_about() -> None:
    names = [call["operationId"] for call in CALLED.values()]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", name)] == []
    reading = {name for (method, _), call in CALLED.items() if method == "GET" for name in [call["operationId"]]}
    assert {name for name in reading if not name.startswith(("list", "get"))} == set()
    assert {name for name in set(names) - reading if name.startswith(("list", "get"))} == set()


def test_lists_of_values_have_names() -> None:
    names = {"Stage": STAGES, "FaultName": FAULTS, "SettingName": TABLE}
    assert {name: SCHEMAS[name]["enum"] for name in names} == {name: [*values] for name, values in names.items()}
    assert SCHEMAS["SettingsBody"]["properties"].keys() == TABLE.keys()
    arming = CALLED["POST", "/api/faults/{name}"]
    assert arming["parameters"][0]["schema"] == {"$ref": "#/components/schemas/FaultName"}
    assert SCHEMAS["PersonaFields"]["properties"]["stage"]["$ref"] == "#/components/schemas/Stage"


def test_what_may_be_left_out_is_optional_for_generators_that_require_what_has_a_default() -> None:
    fields = [(name, field) for name, schema in SCHEMAS.items() for field in schema.get("properties", {}).items()]
    assert [f"{name}.{field}" for name, (field, part) in fields if "default" in part] == []
    assert "required" not in SCHEMAS["PersonaFields"]
    assert "Left out: `enrolled`." in SCHEMAS["PersonaFields"]["properties"]["stage"]["description"]
    assert SCHEMAS["ServiceBody"]["required"] == ["url"]


def test_a_document_that_goes_both_ways_has_all_its_fields() -> None:
    coming = mentioned(*(call.get("requestBody") for call in CALLED.values()))
    going = mentioned(*(call["responses"] for call in CALLED.values()))
    both = {name: SCHEMAS[name] for name in coming & going if "properties" in SCHEMAS[name]}
    assert both.keys() == {"RegistrationLevelVersion"}
    assert all(schema["required"] == [*schema["properties"]] for schema in both.values())


def mentioned(*parts: object) -> set[str]:
    found: set[str] = set()
    while new := set(re.findall(r'#/components/schemas/(\w+)"', json.dumps(parts))) - found:
        found |= new
        parts = tuple(SCHEMAS[name] for name in new)
    return found


def test_calls_that_need_no_token_say_so() -> None:
    assert DOCUMENT["security"] == [{"token": []}, {}]  # only where the process was started with one
    assert DOCUMENT["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    with open_site(token="a token") as site:
        is_open = {
            path: requests.get(site.listeners["desk"] + path, timeout=30).ok
            for method, path in CALLED
            if method == "GET" and "{" not in path
        }
    assert {path for path in is_open if is_open[path]} == {
        path for path in is_open if CALLED["GET", path].get("security") == []
    }


@pytest.fixture
def full(world: World) -> World:
    """A world in which each list has something."""
    anna = world.personas.create(
        "access_requested",
        email="anna@hospital.example",
        registration_level_versions=[{"level": "1", "value": "2"}],
        extended_attributes={"a": ["b"]},
    )
    world.personas.create("device_added")
    bert = world.personas.create("access_requested")
    world.connection.send("POST", f"/api/access-requests/{bert.requests[0].id}/decide", json={"decision": "approve"})
    world.faults.arm("mail.late", person=anna.email)
    world.services.create("https://app.example/cas")
    world.clients.create(redirect_uris=["https://app.example/back"])
    world.connection.send("POST", "/api/phones", json={"id": "spare", "installed": False})
    world.connection.session.get(f"{world.addresses.idp}/cas/serviceValidate", timeout=30)
    return world


@pytest.mark.eulogin_world(settings={"captcha": True})
def test_answers_are_as_described(api: Api, full: World) -> None:
    full.connection.session.get(f"{full.addresses.idp}/cas/eim/external/register.cgi", timeout=30)
    wrong, empty = [], []
    for (method, path), call in CALLED.items():
        if method == "GET" and "{" not in path and path not in {"/api/bundle", "/api/grades"}:
            answer = api.send("GET", path).json()
            wrong += [f"{path}: {problem}" for problem in differences(schema_of(call), answer)]
            empty += [path] if answer.get("items") == [] else []
    assert (wrong, empty) == ([], [])


DEEDS = [
    ("POST", "/api/personas", {"stage": "registered"}),
    ("POST", "/api/personas/batch", {"count": 2}),
    ("PATCH", "/api/personas/{id}", {"language": "fr"}),
    ("POST", "/api/personas/{id}/session", {}),
    ("GET", "/api/personas/{id}", None),
    ("GET", "/api/access-requests/{id}", None),
    ("POST", "/api/access-requests/{id}/decide", {"decision": "approve"}),
    ("POST", "/api/clock", {"advance": "PT1M"}),
    ("PATCH", "/api/settings", {"link.life": "PT15M"}),
    ("POST", "/api/keys/rotate", None),
    ("POST", "/api/faults/{name}", {"seconds": 5}),
    ("POST", "/api/phones", {}),
    ("POST", "/api/prepared-worlds/{name}/load", {}),
    ("POST", "/api/reset", {}),
]


def test_what_is_made_is_answered_as_described(api: Api, full: World) -> None:
    ids = {"/api/personas": full.personas.list()[1].id, "/api/access-requests": 1}
    for method, path, body in DEEDS:
        id_ = next((ids[start] for start in ids if path.startswith(start)), 0)
        name = "mail.late" if "faults" in path else full.prepared.list()[0].name
        answer = api.send(method, path.format(id=id_, name=name), body)
        call = CALLED[method, path]
        assert str(answer.status_code) in call["responses"], (path, answer.text)
        assert [*differences(schema_of(call), answer.json())] == [], path


def schema_of(call: dict[str, Any]) -> dict[str, Any]:
    (answer,) = (each for status, each in call["responses"].items() if status != "default")
    schema: dict[str, Any] = answer["content"]["application/json"]["schema"]
    return schema


def differences(schema: dict[str, Any], value: Any, at: str = "answer") -> Iterator[str]:
    """Where a value is not as its schema says, as far as these schemas go."""
    if name := schema.get("$ref", "").rpartition("/")[2]:
        schema = SCHEMAS[name]
    if alternatives := schema.get("anyOf"):
        yield from min(([*differences(each, value, at)] for each in alternatives), key=len)
    elif "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        yield f"{at} is {value!r}, no {schema['type']}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{at} is {value!r}"
    elif isinstance(value, dict):
        yield from _of_fields(schema, value, at)
    elif isinstance(value, list) and "items" in schema:
        for number, each in enumerate(value):
            yield from differences(schema["items"], each, f"{at}[{number}]")


def _of_fields(schema: dict[str, Any], value: dict[str, Any], at: str) -> Iterator[str]:
    fields, others = schema.get("properties", {}), schema.get("additionalProperties", "properties" not in schema)
    yield from (f"{at} lacks {name}" for name in schema.get("required", ()) if name not in value)
    if others is False:
        yield from (f"{at} has {name}" for name in value.keys() - fields.keys())
    for name, each in value.items():
        if described := fields.get(name) or (others if isinstance(others, dict) else None):
            yield from differences(described, each, f"{at}.{name}")


def test_a_wrong_method_is_told_which_ones_there_are(api: Api) -> None:
    for path, method, allowed in (
        ("/api/clock", "DELETE", "GET, HEAD, OPTIONS, POST"),
        ("/api/reset", "GET", "OPTIONS, POST"),
        ("/readyz", "POST", "GET, HEAD, OPTIONS"),
        ("/api/prepared-worlds/load", "GET", "OPTIONS, POST"),
    ):
        answer = api.send(method, path)
        assert (answer.status_code, answer.headers.get("Allow")) == (405, allowed)
