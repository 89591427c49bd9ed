"""The names that the mock knows, as types for the client: eulogin_harness/client/names.py, made from the code."""

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import indent
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator

from eulogin_harness.api.description import docstrings_of
from eulogin_harness.documents import clients, common, grades, people, phones, prepared_worlds, worlds
from eulogin_harness.prepared_worlds import catalogue
from eulogin_harness.settings import TABLE
from mock_idp.common import assurance
from mock_idp.oidc import client_metadata
from mock_world.fault_types import FAULTS

FILE = Path(__file__).parent.parent / "eulogin_harness" / "client" / "names.py"
_RUFF = (Path(sys.executable).with_name("ruff"), "format", "--stdin-filename", str(FILE), "-")

_HEAD = '''"""Names that the mock knows, and fields of its calls, as types: made from the code by `make reference`."""

from datetime import datetime, timedelta
from typing import Any, Literal, Required, TypedDict
'''
_WITH_PIN: tuple[people.Stage, ...] = people.STAGES[people.STAGES.index("device_added") :]
_LEVELS = (*assurance.LEVELS, *assurance.NAMES)
_DECISION = people.DecisionBody.model_fields["decision"].annotation
_AUTHENTICATION = people.ServiceBody.model_fields["authentication_level"].annotation

_LITERALS: Mapping[str, tuple[Any, ...]] = {
    "Stage": people.STAGES,
    "StageWithPin": _WITH_PIN,
    "EmployeeType": people.EMPLOYEE_TYPES,
    "AssuranceLevel": _LEVELS,
    "RequestState": get_args(people.RequestState),
    "Decision": get_args(_DECISION),
    "Strength": get_args(common.Strength),
    "AuthenticationLevel": get_args(_AUTHENTICATION),
    "Profile": get_args(worlds.Profile),
    "Biometrics": get_args(phones.Biometrics),
    "SigningAlg": client_metadata.SIGNING_ALGS,
    "AuthMethod": client_metadata.AUTH_METHODS,
    "GrantType": client_metadata.GRANT_TYPES,
    "PreparedWorldName": tuple(catalogue.names()),
    "FaultName": tuple(FAULTS),
    "SettingName": tuple(TABLE),
}
_NAMES = {values: name for name, values in _LITERALS.items()}
# What they take is more or less than the type says.
_BY_VALIDATOR: Mapping[Any, str] = {people._assurance: "AssuranceLevel", people._as_list: "list[str] | str"}  # noqa: SLF001
_MOMENT, _DURATION = "datetime | str", "timedelta | str"
_SIMPLE: Mapping[Any, str] = {
    datetime: _MOMENT,
    AwareDatetime: _MOMENT,
    timedelta: _DURATION,
    NoneType: "None",
    Any: "Any",
}

# Each with its sentence, the document, and its fields that are parameters of the method, not fields.
_FIELDS: Mapping[str, tuple[str, type[BaseModel], frozenset[str]]] = {
    "RegistrationLevelVersion": ("One of somebody's levels.", people.RegistrationLevelVersion, frozenset()),
    "RequestFields": ("An access request that a person is to have.", people.PersonRequestBody, frozenset()),
    "PersonaTemplate": ("What may be said of people.", people.PersonaFields, frozenset({"stage", "seed"})),
    "PersonaChanges": ("What may be changed of a person.", people.PersonaChange, frozenset()),
    "ServiceFields": ("What a CAS service is registered with.", people.ServiceBody, frozenset({"url"})),
    "ClientFields": ("What a client of OpenID Connect may say.", clients.ClientBody, frozenset()),
    "PhoneChanges": ("Switches of a phone.", phones.PhoneChange, frozenset()),
    "WorldFields": ("How a world begins.", worlds.WorldBody, frozenset()),
    "LoadFields": ("How a prepared world is loaded.", prepared_worlds.LoadBody, frozenset()),
    "GradeFields": ("How an application is graded.", grades.GradeBody, frozenset({"url"})),
}
_DICTS = {model: name for name, (_, model, _) in _FIELDS.items()}


def module() -> str:
    """The text of the module."""
    parts = [_HEAD, *_literals(), _settings(), *(_fields(name) for name in _FIELDS), _ONE_PERSON]
    done = subprocess.run(_RUFF, input="\n".join(parts), capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout


_ONE_PERSON = '''
class PersonaFields(PersonaTemplate, total=False):
    """What may be said of a person."""

    seed: int | None
    """The same seed invents the same person."""


class PersonaBody(PersonaFields, total=False):
    """A person for `create_all`: the fields and the stage."""

    stage: Stage
'''


def _literals() -> Iterator[str]:
    for name, values in _LITERALS.items():
        yield f"{name} = {_literal(values)}"


def _literal(values: Iterable[Any]) -> str:
    return f"Literal[{', '.join(map(repr, values))}]"


def _settings() -> str:
    types = ", ".join(f'"{name}": {type_of(setting.kind)}' for name, setting in TABLE.items())
    return f'SettingValues = TypedDict("SettingValues", {{{types}}}, total=False)'


def _fields(name: str) -> str:
    sentence, model, others = _FIELDS[name]
    texts = docstrings_of(model)
    lines = [f"class {name}(TypedDict, total=False):", f'    """{sentence}"""', ""]
    for field, info in model.model_fields.items():
        if field in others:
            continue
        kind = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        text = "SettingValues" if field == "settings" else type_of(kind)
        lines.append(f"    {field}: {f'Required[{text}]' if info.is_required() else text}")
        if field in texts:
            lines.append(indent(f'"""{texts[field]}"""', "    "))
    return "\n".join(lines)


def type_of(kind: Any) -> str:
    """How a caller may write a value of that kind."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        validators = (each.func for each in parts[1:] if isinstance(each, AfterValidator | BeforeValidator))
        return next((name for func in validators if (name := _BY_VALIDATOR.get(func))), type_of(parts[0]))
    if origin in {Union, UnionType}:
        return " | ".join(dict.fromkeys(map(type_of, parts)))
    if origin is Literal:
        return _NAMES.get(parts) or _literal(parts)
    if origin in {list, dict}:
        return f"{origin.__name__}[{', '.join(map(type_of, parts))}]"
    return _SIMPLE.get(kind) or _DICTS.get(kind) or kind.__name__


if __name__ == "__main__":
    FILE.write_text(module(), encoding="utf-8")
