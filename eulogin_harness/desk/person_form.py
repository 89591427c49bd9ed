"""The form that changes a person: fields are called as in the control API."""

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
    """What differs in the form from what the person has, as the control API takes it."""
    changed = {
        field.name: field.data or "" for field in form if (field.data or "") != text_of(getattr(one, field.name))
    }
    parsed = {"groups": list_of, "notifications": bool_of, "always_two_factors": bool_of}
    return {name: parsed[name](text) if name in parsed else text for name, text in changed.items()}


def bool_of(text: str) -> bool:
    return text == "true"
