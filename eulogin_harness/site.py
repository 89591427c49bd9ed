"""Everything of one process: four actors on their listeners, and the people whom each world begins with."""

import secrets
from collections.abc import Mapping
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from mock_world.server import Site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

    from mock_world import World
    from mock_world.addresses import Addresses
    from mock_world.settings import Profile
    from mock_world.storage import Storage

MOCKUP_PORTS = (7002, 7001)  # https for browsers, http for the back channel (official mock-up configuration)


def open_site(
    *,
    port: int = 0,
    host: str = "localhost",
    profile: "Profile" = "guide",
    defaults: Mapping[str, object] | None = None,
    token: str | None = None,
    tls: bool = False,
    mockup: tuple[int, int] | None = None,
    smtp_port: int = 0,
    storage: "Storage | None" = None,
) -> Site:
    """All four actors, not started yet: use it as a context manager, or call start() and stop().

    port: of the desk, the others follow; 0 takes free ones. defaults: settings that each world starts with.
    token: what desk, control API and phones demand; None demands nothing. tls: all speak https, by an authority of this
    site.
    mockup: EU Login's ports in place of its usual one, https and http; MOCKUP_PORTS are those of the official mock-up.
    CAS services are then told of the password as there, unless defaults say otherwise. smtp_port: of the mail server; a
    free one where that is 0 or taken. storage: where the worlds are kept; None keeps none.
    """
    import eulogin_harness.debugger.model
    import eulogin_harness.personas.model
    import eulogin_harness.prepared_worlds.model  # noqa: F401 - the desk's tables are in the template of all worlds
    from eulogin_harness.grade.stand_in import StandIns
    from mock_cpms import create_app as create_cpms
    from mock_idp import create_app as create_idp
    from mock_phone import create_app as create_phone

    if mockup:
        defaults = {"cas.password_strength": "BASIC"} | dict(defaults or {})
    apps: dict[str, WSGIApplication] = {
        "desk": _Desk(token),
        "idp": StandIns(create_idp()),
        "cpms": create_cpms(),
        "phone": create_phone(token),
    }
    return Site(
        apps,
        port=port,
        host=host,
        profile=profile,
        defaults=defaults,
        seed=_first_people,
        tls=tls,
        mockup=mockup,
        smtp_port=smtp_port,
        storage=storage,
    )


class _Desk:
    """The desk's app, made at its first request: its control API takes as long to import as the rest together."""

    def __init__(self, token: str | None) -> None:
        self._token = token
        self._lock = Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        with self._lock:
            app = self._app
        return app(environ, start_response)

    @cached_property
    def _app(self) -> "Flask":
        from eulogin_harness import desk

        return desk.create_app(self._token)


def _first_people(world: "World") -> None:
    """Put the people of fixtures/worlds/default.yaml into the template of all worlds."""
    from sqlalchemy import delete

    from eulogin_harness.prepared_worlds.catalogue import first_people
    from eulogin_harness.prepared_worlds.people import make
    from mock_world.journal import Event

    for person in first_people().people.values():
        if world.exposed and person.password:  # the one that is printed in the documentation
            person = person.model_copy(update={"password": f"Helpdesk-{secrets.token_hex(12)}"})  # noqa: PLW2901
        make(world, person)
    with world.database.session() as db:
        db.execute(delete(Event))  # a new world's journal is empty


def address_lines(addresses: "Addresses") -> str:
    """Where a browser finds the parts of a world, a line each, and its back channel where that has another."""
    public = addresses.public
    back, front = addresses.internal("idp", "/cas"), public("idp", "/cas")
    back_channel = f"\n  Back channel  {back}" if back != front else ""
    return f"""  Control room  {public("desk", "/")}
  EU Login      {public("idp", "/cas/login")}{back_channel}
  CPMS 2.0      {public("cpms", "/screen/home")}
  Phones        {public("phone", "/")}"""
