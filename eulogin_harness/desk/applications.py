"""Applications that are registered in a world, as the control room lists them."""

from dataclasses import dataclass

from mock_idp.common import assurance
from mock_idp.oidc.clients import clients, metadata_of, name_of
from mock_idp.oidc.model import Client
from mock_idp.signin.services import Service, services
from mock_world import World


@dataclass(frozen=True)
class Application:
    """A registered service or client. level: what it demands, or asks for where a sign-in asks for nothing."""

    protocol: str
    name: str
    address: str
    level: str


def applications(world: World) -> list[Application]:
    """Services of CAS, then clients of OpenID Connect, each oldest first."""
    return [*map(_service, services(world)), *map(_client, clients(world))]


def _service(service: Service) -> Application:
    least = assurance.NAMES[service.least_assurance_level] if service.least_assurance_level else ""
    level = ", ".join(filter(None, (service.authentication_level, least)))
    return Application("CAS", service.name, service.url, level)


def _client(client: Client) -> Application:
    metadata = metadata_of(client)
    levels = ", ".join(value.rpartition("/")[2].upper() for value in metadata.default_acr_values)
    return Application("OpenID Connect", name_of(client), ", ".join(metadata.redirect_uris), levels)
