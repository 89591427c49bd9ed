"""The form that changes a person: fields are called as in the control API."""

from collections.abc import Callable, Mapping

from eulogin_harness.desk.values import choice, line, list_of, text_of, yes_or_no
from eulogin_harness.documents.people import EMPLOYEE_TYPES, Persona
from mock_idp.common import assurance
from mock_world.web.forms import PageForm


class PersonChangeForm(PageForm):
    """What EU Login says of a person; details of staff are taken away by empty fields."""

    first_name = line("first_name")
    last_name = line("last_name")
    password = line("password")
    language = line("language")
    domain = line("domain")
    employee_type = choice("employee_type", *EMPLOYEE_TYPES)
    assurance_level = choice("assurance_level", *assurance.LEVELS)
    groups = line("groups")
    notifications = yes_or_no("notifications")
    always_two_factors = yes_or_no("always_two_factors")
    department_number = line("department_number")
    employee_number = line("employee_number")
    domain_username = line("domain_username")
    telephone_number = line("telephone_number")
    user_manager = line("user_manager")
    time_zone = line("time_zone")
    org_id = line("org_id")
    teleworking_priority = line("teleworking_priority")


def form_of(one: Persona) -> PersonChangeForm:
    """The form, filled in with what a person has."""
    values = {field.name: text_of(getattr(one, field.name)) for field in PersonChangeForm(formdata=None)}
    return PersonChangeForm(formdata=None, data=values)


def changes_of(form: PersonChangeForm, one: Persona) -> dict[str, object]:
    """What was sent and differs from what the person has, as the control API takes it. An empty password is none."""
    sent = {field.name: field.data or "" for field in form if field.raw_data}
    changed = {name: text for name, text in sent.items() if text != text_of(getattr(one, name))}
    if not changed.get("password"):
        changed.pop("password", None)
    return {name: _PARSED[name](text) if name in _PARSED else text for name, text in changed.items()}


def _is_true(text: str) -> bool:
    return text == "true"


_PARSED: Mapping[str, Callable[[str], object]] = {
    "groups": list_of,
    "notifications": _is_true,
    "always_two_factors": _is_true,
}
