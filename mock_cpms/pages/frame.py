"""What all pages of this actor share: layout, style sheet, who is signed in."""

from flask import Blueprint

from mock_cpms.countries import country_name
from mock_cpms.helpdesk.rules import networks_helped_by
from mock_cpms.pages.session import current_person
from mock_world.web import current_language, current_world

blueprint = Blueprint("frame", __name__)


@blueprint.app_context_processor
def signed_in() -> dict[str, object]:
    person = current_person()
    helps = bool(person and networks_helped_by(current_world(), person.uid))
    return {"person": person, "helps": helps}


@blueprint.app_template_filter("country")
def country(code: str) -> str:
    """A country's name in the page's language."""
    return country_name(code, current_language())
