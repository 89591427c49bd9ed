"""Details of staff, between the control API's names and those of EU Login's answer (facts, validation answer)."""

from collections.abc import Mapping
from typing import Any

from eulogin_harness.documents.people import StaffFields

NAMES: Mapping[str, str] = {
    "department_number": "departmentNumber",
    "employee_number": "employeeNumber",
    "domain_username": "domainUsername",
    "telephone_number": "telephoneNumber",
    "user_manager": "userManager",
    "time_zone": "timeZone",
    "org_id": "orgId",
    "teleworking_priority": "teleworkingPriority",
    "registration_level_versions": "registrationLevelVersions",
    "extended_attributes": "extendedAttributes",
}


def details_after(before: Mapping[str, Any], said: StaffFields) -> dict[str, Any]:
    """An account's details after something was said of them; what is said to be empty is not returned any more."""
    changes = {NAMES[name]: value for name, value in said.model_dump(include=set(NAMES), exclude_none=True).items()}
    return {name: value for name, value in {**before, **changes}.items() if value}


def fields_of(details: Mapping[str, Any]) -> dict[str, Any]:
    """An account's details by the control API's names, as far as EU Login returns them."""
    return {name: details[answered] for name, answered in NAMES.items() if answered in details}
