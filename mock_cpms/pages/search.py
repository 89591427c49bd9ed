"""The search page. It stands apart from CPMS: no sign-in, its own name."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField

from mock_cpms.countries import country_choices
from mock_cpms.networks import networks
from mock_cpms.paging import part_of
from mock_cpms.search.checks import LENGTH, wrong_search
from mock_cpms.search.finding import SearchCriteria, is_nothing, search
from mock_cpms.search.model import Hospital
from mock_cpms.search.spelling import find_networks, spelling_key
from mock_cpms.search.suggestions import suggestions
from mock_world.i18n import N_
from mock_world.web import current_language, current_world, number_of, translate
from mock_world.web.forms import PageForm

blueprint = Blueprint("search", __name__)


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class SearchForm(PageForm):
    """All optional, in the address so that a search can be kept."""

    class Meta(PageForm.Meta):
        csrf = False

        def wrap_formdata(self, form: PageForm, formdata: Any) -> Any:  # noqa: ARG002 - WTForms gives both
            """The address's own parameters: nothing is posted."""
            return formdata

    network = StringField(
        N_("Network"),
        description=N_("Such as PaedCAN or ERN Lung."),
        filters=[_stripped],
        render_kw={"list": "networks", "autocomplete": "off", "maxlength": LENGTH},
    )
    country = SelectField(
        N_("Country"),
        description=N_("Where the hospital is."),
        filters=[lambda code: _stripped(code).upper()],
        render_kw={"autocomplete": "country"},
        validate_choice=False,
    )
    hospital = StringField(
        N_("Hospital"),
        description=N_("A part of its name or city."),
        filters=[_stripped],
        render_kw={"autocomplete": "off", "maxlength": LENGTH},
    )

    @property
    def criteria(self) -> SearchCriteria:
        return SearchCriteria(self.network.data or "", self.country.data or "", self.hospital.data or "")


@blueprint.get("/ernsd/screen/public")
def page() -> ResponseReturnValue:
    form = SearchForm(request.args)
    form.country.choices = {"": translate(N_("Any country"))} | country_choices(current_language())
    searched = any(name in request.args for name in form.data)
    for refusal in wrong_search(current_world(), form.criteria):
        form.refuse(refusal)
    if not searched or form.errors:
        return _show(form)
    matches = search(current_world(), form.criteria)
    return _show_matches(form, matches) if matches else _nothing(form)


def _show(form: SearchForm, **more: object) -> str:
    return render_template("cpms/search.html", form=form, networks=networks().values(), **{"matches": None} | more)


def _show_matches(form: SearchForm, matches: Sequence[Hospital]) -> str:
    place = {code: number for number, code in enumerate(country_choices(current_language()))}
    ordered = sorted(matches, key=lambda hospital: place[hospital.country])
    part = part_of(ordered, number_of(request.args.get("page")))
    by_country = groupby(part.rows, key=lambda hospital: hospital.country)
    return _show(form, matches=matches, part=part, by_country=by_country, no_criteria=is_nothing(form.criteria))


def _nothing(form: SearchForm) -> str:
    criteria = form.criteria
    return _show(
        form,
        matches=[],
        meant=find_networks(criteria.network),
        other_letters=not spelling_key(criteria.network + criteria.hospital).isascii(),
        suggestions=suggestions(current_world(), criteria),
    )


@blueprint.app_template_global("search_address")
def search_address(criteria: SearchCriteria, page: int | None = None) -> str:
    """Where that search is shown; fields that are empty are left out, but one stays, so that it is a search."""
    fields = {"network": criteria.network, "country": criteria.country, "hospital": criteria.hospital}
    given: dict[str, Any] = {name: text for name, text in fields.items() if text} or {"hospital": ""}
    return url_for("search.page", **given, page=page)
