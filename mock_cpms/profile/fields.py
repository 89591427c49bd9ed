"""The form "Complete Profile" as data, from fixtures/cpms/profile.yaml or the file of setting cpms.profile."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from mock_cpms import settings as s
from mock_world import RefusalKind, World
from mock_world.file_input import problem_of, read_file
from mock_world.fixtures import FOLDER, line_not_utf8, stamp
from mock_world.i18n import DEFAULT, N_
from mock_world.yaml_input import LOADER, load_yaml

FORM_UNREADABLE = RefusalKind(
    "profile.form_unreadable",
    message=N_("Please mend the file of setting cpms.profile: {problem}."),
    expected="a YAML file of the form of fixtures/cpms/profile.yaml",
    remedy="mend the file, or set cpms.profile back to cpms/profile.yaml",
    status=500,
)
_NEEDED = frozenset({"firstName", "lastName", "email", "networks"})
_LARGEST = 500_000  # bytes
_NAME = re.compile(r"[a-z][A-Za-z0-9]*", re.ASCII)
_TAKEN = frozenset({"main"})  # ids of the page's frame
_WITH_OPTIONS = frozenset({"select", "checkboxes"})
SEPARATOR = "; "  # between the options that were ticked

FieldType = Literal[
    "readonly", "text", "textarea", "tel", "select", "checkboxes", "country", "hospital", "networks", "tick"
]
ANSWERED: frozenset[FieldType] = frozenset(
    {"text", "textarea", "tel", "select", "checkboxes", "country", "hospital", "tick"}
)  # the types whose answers are kept by name of the field


def _spoken(text: object, info: ValidationInfo) -> object:
    """Of a text in several languages the one in the requested language, else the English one, else the first."""
    if not isinstance(text, dict) or not text:
        return text
    language = (info.context or {}).get("language", DEFAULT)
    return text.get(language, text.get(DEFAULT, next(iter(text.values()))))


Text = Annotated[str, BeforeValidator(_spoken)]


class FieldSpec(BaseModel):
    """One field of the form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    label: Annotated[Text, Field(min_length=1)]
    type: FieldType
    mandatory: bool = False
    hint: Text = ""
    source: Literal["guide", "invented"] = "invented"
    options: tuple[str, ...] = ()

    @field_validator("name")
    @classmethod
    def _fit_for_a_page(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError("a name begins with a small letter and has letters and digits only, such as jobTitle")
        if name in _TAKEN:
            raise ValueError(f"the page itself uses the name {name}: choose another one")
        return name

    @model_validator(mode="after")
    def _type_by_name(self) -> Self:
        if (self.name == "networks") != (self.type == "networks"):
            raise ValueError("the field called networks, and no other, has the type networks")
        if self.name == "country" and self.type != "country":
            raise ValueError("the field called country has the type country")
        return self

    @model_validator(mode="after")
    def _options_by_type(self) -> Self:
        if bool(self.options) != (self.type in _WITH_OPTIONS):
            raise ValueError("fields of the types select and checkboxes, and no others, have options")
        if self.type == "checkboxes" and any(SEPARATOR.strip() in option for option in self.options):
            raise ValueError("options of checkboxes hold no semicolon: it stands between the answers")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    fields: tuple[FieldSpec, ...]

    @model_validator(mode="after")
    def _names(self) -> Self:
        for place, field in enumerate(self.fields):
            if field.name in {before.name for before in self.fields[:place]}:
                said = "each name stands once, but not {name}"
                raise PydanticCustomError("twice", said, {"name": field.name, "place": ("fields", place, "name")})
        if missing := _NEEDED - {field.name for field in self.fields}:
            raise ValueError(f"fields missing: {', '.join(sorted(missing))}")
        return self


class FormUnreadableError(ValueError):
    """Says where in the file something is wrong, and what it is."""


def profile_fields(world: World, language: str = DEFAULT) -> tuple[FieldSpec, ...]:
    """The form's fields in order, as the file has them now; labels and hints in `language`, where it has them.

    Raises Refusal (profile.form_unreadable).
    """
    path = world.settings[s.CPMS_PROFILE]
    try:
        return read_form(FOLDER / path, language)
    except FormUnreadableError as error:
        raise world.refuse(FORM_UNREADABLE, got=path, problem=str(error)) from None


def read_form(file: Path, language: str = DEFAULT) -> tuple[FieldSpec, ...]:
    """The fields of a form's file in order; labels and hints in `language`, where it has them.

    Raises FormUnreadableError.
    """
    try:
        return _fields(file, stamp(file), language)
    except ValidationError as error:
        problem = _wrong_place(file, error)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        problem = f"{line}it is no YAML ({error.problem})"
    except yaml.YAMLError:
        problem = "it is no YAML"
    except UnicodeDecodeError:
        problem = f"line {line_not_utf8(file)} is not UTF-8; save the file in that encoding"
    except (OSError, ValueError) as error:
        problem = f"it cannot be read ({problem_of(error)})"
    raise FormUnreadableError(problem)


def answer_of_type(answers: Mapping[str, str], specs: Iterable[FieldSpec], field_type: FieldType) -> str:
    """The first answer to a field of that type, whatever it is called; empty where there is none."""
    given = (answers.get(spec.name, "") for spec in specs if spec.type == field_type)
    return next(filter(None, given), "")


def hospital_and_country(world: World, answers: Mapping[str, str]) -> tuple[str, str]:
    """What a profile says of them in the form of today, the country by its code.

    Raises Refusal (profile.form_unreadable).
    """
    specs = profile_fields(world)
    return answer_of_type(answers, specs, "hospital"), answer_of_type(answers, specs, "country")


@lru_cache(maxsize=64)
def _fields(file: Path, _changed: tuple[int, int, int], language: str) -> tuple[FieldSpec, ...]:
    """Read once for each stamp: a file that was changed is read again."""
    document = load_yaml(read_file(file, _LARGEST).decode())
    return _File.model_validate(document, context={"language": language}).fields


def _wrong_place(file: Path, error: ValidationError) -> str:
    """Where in the file the first thing is that is wrong, and what it is."""
    first = error.errors()[0]
    if first["type"] == "model_type" and not first["loc"]:
        return 'begin it with "fields:", below it "- name: ..." for each field'
    said = first["msg"].removeprefix("Value error, ")
    place = first["loc"] or first.get("ctx", {}).get("place")
    if not place:
        return said
    node = _innermost(read_file(file, _LARGEST).decode(), place)
    if first["type"] == "string_type" and isinstance(node, yaml.ScalarNode) and node.value:
        said = f'put it into quotation marks, "{node.value}", as YAML reads it as something else than a text'
    return f"line {node.start_mark.line + 1}: {'.'.join(str(part) for part in place)}: {said}"


def _innermost(text: str, place: tuple[str | int, ...]) -> Any:
    """The node of the innermost part of `place` that the file has."""
    node: Any = yaml.compose(text, Loader=LOADER)
    for part in place:
        child = _child(node, part)
        if child is None:
            break
        node = child
    return node


def _child(node: Any, part: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    has_child = isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value)
    return node.value[part] if has_child else None
