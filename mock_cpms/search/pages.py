"""The search page. It stands apart from CPMS: no sign-in, its own name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, SelectField, StringField, ValidationError

from mock_cpms.countries import CODES, country_choices
from mock_cpms.networks import networks
from mock_cpms.search.finding import Wanted, search
from mock_cpms.search.model import Hospital
from mock_cpms.search.spelling import find_networks, spelling_key
from mock_cpms.search.suggesting import suggestions
from mock_world.i18n import N_
from mock_world.web import current_language, current_world, number_of, translate
from mock_world.web.forms import PageForm

blueprint = Blueprint("search", __name__, template_folder="templates")

TOO_LONG = N_("Please use at most {length} characters for “{label}”.")
NO_COUNTRY = N_("Please choose a country from the list.")

_LENGTH = 200  # characters
_PAGE = 25  # hospitals


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
        render_kw={"list": "networks", "autocomplete": "off", "maxlength": _LENGTH},
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
        render_kw={"autocomplete": "off", "maxlength": _LENGTH},
    )

    def validate_network(self, field: Field) -> None:
        if len(field.data) > _LENGTH:
            raise ValidationError(translate(TOO_LONG).format(length=_LENGTH, label=translate(field.label.text)))

    validate_hospital = validate_network

    def validate_country(self, field: Field) -> None:
        if field.data not in {"", *CODES}:
            raise ValidationError(translate(NO_COUNTRY))

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.network.data or "", self.country.data or "", self.hospital.data or "")


@dataclass(frozen=True)
class Part:
    """The hospitals on one page of a result. Numbers begin with 1; `first` and `last` count hospitals."""

    hospitals: Sequence[Hospital]
    number: int
    pages: int

    @property
    def first(self) -> int:
        return (self.number - 1) * _PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.hospitals) - 1

    @property
    def by_country(self) -> Iterator[tuple[str, Iterator[Hospital]]]:
        return groupby(self.hospitals, key=lambda hospital: hospital.country)


@blueprint.get("/ernsd/screen/public")
def page() -> ResponseReturnValue:
    form = SearchForm(request.args)
    form.country.choices = {"": translate(N_("Any country"))} | country_choices(current_language())
    asked = any(name in request.args for name in form.data)
    if not asked or not form.validate():
        return _show(form)
    found = search(current_world(), form.wanted)
    return _show(form, found=found, part=_part(found)) if found else _nothing(form)


def _show(form: SearchForm, **more: object) -> str:
    return render_template("cpms/search.html", form=form, networks=networks().values(), **{"found": None} | more)


def _part(found: Sequence[Hospital]) -> Part:
    """The page that the address names, or the one nearest to it."""
    place = {code: number for number, code in enumerate(country_choices(current_language()))}
    ordered = sorted(found, key=lambda hospital: place[hospital.country])
    pages = (len(ordered) - 1) // _PAGE + 1
    number = min(max(number_of(request.args.get("page")), 1), pages)
    return Part(ordered[(number - 1) * _PAGE : number * _PAGE], number, pages)


def _nothing(form: SearchForm) -> str:
    wanted = form.wanted
    return _show(
        form,
        found=[],
        meant=find_networks(wanted.network),
        other_letters=not spelling_key(wanted.network + wanted.hospital).isascii(),
        suggestions=suggestions(current_world(), wanted),
    )


@blueprint.app_template_global("search_address")
def search_address(wanted: Wanted, page: int | None = None) -> str:
    """Where that search is shown; fields that are empty are left out, but one stays, so that it is a search."""
    fields = {"network": wanted.network, "country": wanted.country, "hospital": wanted.hospital}
    given: dict[str, Any] = {name: text for name, text in fields.items() if text} or {"hospital": ""}
    return url_for("search.page", **given, page=page)
