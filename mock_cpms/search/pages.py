"""The search page. It stands apart from CPMS: no sign-in, its own name."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField

from mock_cpms.countries import country_choices
from mock_cpms.networks import networks
from mock_cpms.search.finding import search
from mock_world.i18n import N_
from mock_world.web import current_language, current_world, translate
from mock_world.web.forms import PageForm

blueprint = Blueprint("search", __name__, template_folder="templates")


class SearchForm(PageForm):
    """All optional, in the address so that a search can be kept."""

    class Meta(PageForm.Meta):
        csrf = False

    network = StringField(
        N_("Network"),
        description=N_("Such as PaedCAN or ERN Lung."),
        render_kw={"list": "networks", "autocomplete": "off"},
    )
    country = SelectField(
        N_("Country"),
        description=N_("Where the hospital is."),
        render_kw={"autocomplete": "country"},
        validate_choice=False,
    )
    hospital = StringField(
        N_("Hospital"), description=N_("A part of its name or city."), render_kw={"autocomplete": "off"}
    )


@blueprint.get("/ernsd/screen/public")
def page() -> ResponseReturnValue:
    form = SearchForm(request.args)
    form.country.choices = {"": translate(N_("Any country"))} | country_choices(current_language())
    wanted = {name: text.strip() for name, text in request.args.items() if name in form}
    found = search(current_world(), **wanted) if wanted else None
    return render_template(
        "cpms/search.html",
        form=form,
        found=found,
        networks=networks().values(),
    )
