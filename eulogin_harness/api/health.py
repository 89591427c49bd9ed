"""Whether the process lives and is ready."""

from flask import current_app

from eulogin_harness import VERSION
from eulogin_harness.api.frame import api, call
from eulogin_harness.api.problems import Problem
from eulogin_harness.api.worlds import addresses_of, internal_addresses_of
from eulogin_harness.certificate_authority import certificate_url
from eulogin_harness.documents.worlds import Alive, Ready
from eulogin_harness.health import Health
from mock_world.addresses import port_of
from mock_world.web import current_world
from mock_world.web.context import current_site


@api.get("/livez")
@call("health", Alive)
def get_liveness() -> Alive:
    """The process lives"""
    return Alive()


@api.get("/readyz")
@call("health", Ready)
def get_readiness() -> Ready:
    """Everything is there and answers: listeners, mail server, database of the default world"""
    site = current_site()
    if dead := ", ".join(_health().dead(site)):
        raise Problem(
            "not-ready",
            "The mock is not well",
            "an answer of each part",
            f"no answer of {dead}",
            "see the log on standard error, and start the mock again",
            503,
        )
    host, port = site.smtp
    return Ready(
        version=VERSION,
        addresses=addresses_of(current_world()),
        ports={actor: port_of(url) or 0 for actor, url in site.listeners.items()},
        internal=internal_addresses_of(current_world()),
        smtp=f"{host}:{port}",
        ca=certificate_url(current_world()),
    )


def _health() -> Health:
    """That of this process."""
    health: Health = current_app.extensions.setdefault("health", Health())
    return health
