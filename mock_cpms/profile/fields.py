"""The form "Complete Profile" as data, from fixtures/cpms/profile.yaml or the file of setting cpms.profile."""

from typing import TYPE_CHECKING, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from mock_world import RefusalKind
from mock_world import settings as s
from mock_world.fixtures import document
from mock_world.i18n import N_

if TYPE_CHECKING:
    from mock_world import World

FORM_UNREADABLE = RefusalKind(
    "profile.form_unreadable",
    message=N_("Please mend the file of setting cpms.profile: {problem}."),
    expected="a YAML file of the form of fixtures/cpms/profile.yaml",
    remedy="mend the file, or set cpms.profile back to cpms/profile.yaml",
    status=500,
)
_NEEDED = frozenset({"firstName", "lastName", "email", "networks"})

FieldType = Literal["readonly", "text", "tel", "select", "country", "hospital", "networks", "tick"]


class FieldSpec(BaseModel):
    """One field of the form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][A-Za-z0-9]*$")
    label: str
    type: FieldType
    mandatory: bool = False
    hint: str = ""
    source: Literal["guide", "invented"] = "invented"
    options: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _type_by_name(self) -> Self:
        if (self.name == "networks") != (self.type == "networks"):
            raise ValueError("the field called networks, and no other, has the type networks")
        if self.name == "country" and self.type != "country":
            raise ValueError("the field called country has the type country")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    fields: tuple[FieldSpec, ...]

    @model_validator(mode="after")
    def _names(self) -> Self:
        names = [field.name for field in self.fields]
        if len(names) != len(set(names)):
            raise ValueError("each name stands once")
        if missing := _NEEDED - set(names):
            raise ValueError(f"fields missing: {', '.join(sorted(missing))}")
        return self


def profile_fields(world: "World") -> tuple[FieldSpec, ...]:
    """The form's fields in order. Raises Refusal (profile.form_unreadable)."""
    path = world.settings[s.CPMS_PROFILE]
    try:
        return _File.model_validate(document(path)).fields
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        problem = f"{place}: {first['msg']}" if place else first["msg"]
    except yaml.YAMLError as error:
        problem = "it is no YAML" + (f" ({error.problem})" if isinstance(error, yaml.MarkedYAMLError) else "")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"it cannot be read ({type(error).__name__})"
    raise world.refuse(FORM_UNREADABLE, got=path, problem=problem)
