"""Applications that are registered in a world: services of CAS and clients of OpenID Connect, and forms for both."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eulogin_harness.api.services import new_service
from eulogin_harness.desk.application_forms import ClientForm, ServiceForm
from eulogin_harness.desk.frame import done, not_done
from eulogin_harness.desk.values import given, problems_at
from eulogin_harness.documents.clients import ClientBody
from eulogin_harness.documents.people import ServiceBody
from mock_idp.common import assurance
from mock_idp.oidc.clients import clients, delete_client, metadata_of, name_of, register_client
from mock_idp.oidc.model import Client
from mock_idp.signin.services import Service, delete_service, register_service, services
from mock_world import Refusal, World
from mock_world.i18n import N_
from mock_world.web import current_world, translate
from mock_world.web.context import number_of

applications = Blueprint("applications", __name__)


@dataclass(frozen=True)
class Application:
    """A registered service or client. level: what it demands, or asks for where a sign-in asks for nothing.

    id: by which the control API deletes it. secret: of a client that has one.
    """

    protocol: str
    id: str
    name: str
    address: str
    level: str
    secret: str = ""


def registered(world: World) -> list[Application]:
    """Services of CAS, then clients of OpenID Connect, each oldest first."""
    return [*map(_service, services(world)), *map(_client, clients(world))]


def _service(service: Service) -> Application:
    least = assurance.NAMES[service.least_assurance_level] if service.least_assurance_level else ""
    level = ", ".join(filter(None, (service.authentication_level, least)))
    return Application("CAS", str(service.id), service.name, service.url, level)


def _client(client: Client) -> Application:
    metadata = metadata_of(client)
    levels = ", ".join(value.rpartition("/")[2].upper() for value in metadata.default_acr_values)
    addresses = ", ".join(metadata.redirect_uris)
    return Application("OpenID Connect", client.client_id, name_of(client), addresses, levels, client.secret)


@applications.get("/applications")
def listed() -> str:
    return _page()


@applications.post("/applications")
def act() -> ResponseReturnValue:
    """Register a service or a client (`action`), or take one off (`delete_service`, `delete_client`)."""
    try:
        if "delete_service" in request.form:
            number = number_of(request.form["delete_service"])
            delete_service(current_world(), number)
            return _deleted(f"/api/services/{number}")
        if "delete_client" in request.form:
            delete_client(current_world(), request.form["delete_client"])
            return _deleted(f"/api/clients/{request.form['delete_client']}")
    except Refusal as refusal:
        return not_done(refusal.message(translate))
    form = ClientForm() if request.form.get("action") == "client" else ServiceForm()
    if form.validate_on_submit():
        with problems_at(form):
            return _register_client(form) if isinstance(form, ClientForm) else _register_service(form)
    return _page(form)


def _register_service(form: ServiceForm) -> ResponseReturnValue:
    body = given(form, booleans=("proxy", "single_logout"))
    checked = ServiceBody.model_validate({"url": ""} | body)
    service = register_service(current_world(), new_service(checked))
    return _registered(service.name, "/api/services", body)


def _register_client(form: ClientForm) -> ResponseReturnValue:
    lists = ("redirect_uris", "post_logout_redirect_uris", "default_acr_values")
    body = given(form, lists=lists, booleans=("require_auth_time",))
    client = register_client(current_world(), ClientBody.model_validate(body))
    return _registered(name_of(client), "/api/clients", body)


def _registered(name: str, path: str, body: dict[str, object]) -> ResponseReturnValue:
    sentence = translate(N_("{name} is registered.")).format(name=name)
    return done(sentence, path, body, back=url_for("applications.listed"))


def _deleted(path: str) -> ResponseReturnValue:
    return done(translate(N_("The application was taken off.")), path, method="DELETE")


def _page(form: ServiceForm | ClientForm | None = None) -> str:
    """A form is given where it has something to say."""
    return render_template(
        "desk/applications.html",
        applications=registered(current_world()),
        service_form=form if isinstance(form, ServiceForm) else ServiceForm(formdata=None),
        client_form=form if isinstance(form, ClientForm) else ClientForm(formdata=None),
    )
