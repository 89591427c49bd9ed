"""What schemas of the OpenAPI document say beyond the models: named lists of values, settings, what may be left out.

Generators of clients take a field with a default for one that is always there: so what comes in has its default in
words, and what goes out requires what it always has.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import TypeAdapter

from eulogin_harness.documents import common, events, people, phones, worlds
from eulogin_harness.settings import TABLE, Setting
from mock_idp.common import assurance
from mock_idp.oidc import client_metadata
from mock_world.fault_types import FAULTS

Schema = dict[str, Any]

_PREFIX = "#/components/schemas/"
_PARAMETERS = {("/api/faults/{name}", "name"): "FaultName"}  # by path and name
_FIELDS = {  # by model and field
    ("FaultAnswer", "name"): "FaultName",
    ("ArmedFault", "name"): "FaultName",
    ("SettingAnswer", "name"): "SettingName",
    ("WorldBody", "settings"): "SettingsBody",
    ("NewWorldBody", "settings"): "SettingsBody",
    ("LoadBody", "settings"): "SettingsBody",
    ("OwnWorldBody", "settings"): "SettingsBody",
}
_VALUES: Mapping[str, Iterable[str]] = {  # lists of values that get a name
    "Stage": people.STAGES,
    "FaultName": FAULTS,
    "SettingName": TABLE,
    "Strength": get_args(common.Strength),
    "EmployeeType": people.EMPLOYEE_TYPES,
    "RequestState": get_args(people.RequestState),
    "Decision": get_args(people.DecisionBody.model_fields["decision"].annotation),
    "AssuranceLevel": assurance.LEVELS,
    "AuthenticationLevel": get_args(people.ServiceBody.model_fields["authentication_level"].annotation),
    "SigningAlg": client_metadata.SIGNING_ALGS,
    "Profile": get_args(worlds.Profile),
    "Folder": get_args(events.Folder),
    "AppState": get_args(phones.State),
    "Biometrics": get_args(phones.Biometrics),
    "Permission": get_args(phones.Permission),
}
_LEFT_OUT: Mapping[str, Iterable[str]] = {"Event": events.OF_REFUSALS}  # fields that an answer need not have
_NAMES = {tuple(values): name for name, values in _VALUES.items()}
_NOISE = {"title", "ge", "le"}  # pydantic's: names written again, and bounds that JSON Schema does not know


def complete(document: dict[str, Any]) -> None:
    """Complete the schemas of a document that holds the models as pydantic describes them."""
    schemas: dict[str, Schema] = document["components"]["schemas"]
    for (model, field), name in _FIELDS.items():
        _refer(schemas[model]["properties"][field], name)
    for path, name, parameter in _parameters(document):
        _complete_parameter(parameter, _PARAMETERS.get((path, name)))
    schemas["SettingsBody"] |= {"properties": settings_schemas(), "additionalProperties": False}
    _tidy([schemas, document["paths"]])
    schemas |= {name: {"type": "string", "enum": list(values)} for name, values in _VALUES.items()}
    answered = _reached(schemas, *(call["responses"] for call in _calls(document)))
    for name in answered:
        _require_fields(name, schemas[name])
    taken = _reached(schemas, *(call.get("requestBody") for call in _calls(document)))
    for name in taken - answered:
        _describe_defaults(schemas[name])
    document["components"]["schemas"] = {name: schemas[name] for name in sorted(answered | taken)}


def settings_schemas() -> dict[str, Schema]:
    """Schema of each setting's value, by its name."""
    return {name: _setting_schema(setting) for name, setting in TABLE.items()}


def _setting_schema(setting: Setting[Any]) -> Schema:
    schema = TypeAdapter(setting.kind).json_schema()
    if schema.get("type") in {"boolean", "integer"}:  # ini files and variables have them as text
        schema = {"anyOf": [schema, {"type": "string"}]}
    return schema | {"description": setting.sentence}


def _calls(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()


def _parameters(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, calls in document["paths"].items():
        for call in calls.values():
            yield from ((path, parameter["name"], parameter) for parameter in call["parameters"])


def _complete_parameter(parameter: dict[str, Any], name: str | None) -> None:
    """A parameter is there or not: none is null."""
    schema = parameter["schema"]
    if name:
        _refer(schema, name)
    if alternatives := schema.pop("anyOf", None):
        (only,) = (each for each in alternatives if each != {"type": "null"})
        schema |= {key: value for key, value in only.items() if key not in schema}
        del schema["default"]
    text = schema.pop("description", "") or parameter.pop("description", "")
    parameter |= {"description": text} if text else {}


def _refer(schema: Schema, name: str) -> None:
    """Let a schema name another one, in place of all but its own description."""
    kept = {key: schema[key] for key in ("description", "default") if key in schema}
    schema.clear()
    schema |= {"$ref": _PREFIX + name} | kept


def _tidy(part: Any) -> None:
    """Name the lists of values that have a name, and take out what says nothing."""
    if isinstance(part, list):
        for each in part:
            _tidy(each)
    if not isinstance(part, dict):
        return
    for word in [word for word in _NOISE & part.keys() if isinstance(part[word], str)]:  # else it is a field's name
        del part[word]
    if name := _NAMES.get(tuple(part["enum"]) if isinstance(part.get("enum"), list) else ()):
        _refer(part, name)
    for each in part.values():
        _tidy(each)


def _reached(schemas: Mapping[str, Schema], *parts: Any) -> set[str]:
    """Names of the schemas that these parts of the document mention, and those that they mention."""
    reached: set[str] = set()
    mentioned = _mentioned(parts)
    while new := mentioned - reached:
        reached |= new
        mentioned = _mentioned([schemas[name] for name in new])
    return reached


def _mentioned(part: Any) -> set[str]:
    return set(re.findall(rf'"{_PREFIX}(\w+)"', json.dumps(part)))


def _require_fields(name: str, schema: Schema) -> None:
    """An answer has each field, but for those that its model leaves out; a default says nothing more then."""
    fields: dict[str, Schema] = schema.get("properties", {})
    for field in fields.values():
        field.pop("default", None)
    if fields:
        schema["required"] = [field for field in fields if field not in _LEFT_OUT.get(name, ())]


def _describe_defaults(schema: Schema) -> None:
    for field in schema.get("properties", {}).values():
        if (default := field.pop("default", None)) not in (None, "", [], {}):
            words = f"Left out: `{default if isinstance(default, str) else json.dumps(default)}`."
            field["description"] = f"{field['description']} {words}" if "description" in field else words
