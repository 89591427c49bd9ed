"""A running mock and its worlds."""

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Unpack

from eulogin_harness.client.clients import Clients
from eulogin_harness.client.connection import Connection, Resource, given, iso
from eulogin_harness.client.events import Captchas, Clock, Events, Mails
from eulogin_harness.client.faults import Faults
from eulogin_harness.client.grades import Grades
from eulogin_harness.client.names import SettingName, SettingValues, WorldFields
from eulogin_harness.client.people import AccessRequests, Personas, Services
from eulogin_harness.client.phones import Phones
from eulogin_harness.client.prepared_worlds import PreparedWorlds
from eulogin_harness.documents.bundles import OpenedAnswer
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.report import Report
from eulogin_harness.documents.worlds import Addresses, Ready, SettingAnswer, WorldAnswer
from eulogin_harness.readiness import new_session, wait_until_ready


class Settings(Resource):
    """The settings of a world."""

    def list(self) -> list[SettingAnswer]:
        """All settings, each with its value, its default and what set it."""
        return self._connection.ask(Items[SettingAnswer], "GET", "/api/settings").items

    def __getitem__(self, name: SettingName) -> Any:
        """A value by dotted name. Raises KeyError."""
        return {setting.name: setting.value for setting in self.list()}[name]

    def change(self, values: SettingValues) -> None:
        """Values by dotted name: `change({"link.life": "PT15M"})`."""
        self._connection.send("PATCH", "/api/settings", json=iso(values))


class World:
    """One world: its name, the addresses of its actors, and everything in it."""

    def __init__(self, answer: WorldAnswer, connection: Connection) -> None:
        self.name = answer.name
        self.addresses: Addresses = answer.addresses
        self.connection = connection
        self.clock = Clock(connection)
        self.personas = Personas(connection)
        self.mails = Mails(connection)
        self.captchas = Captchas(connection)
        self.phones = Phones(connection)
        self.events = Events(connection)
        self.access_requests = AccessRequests(connection)
        self.services = Services(connection)
        self.faults = Faults(connection)
        self.clients = Clients(connection)
        self.grades = Grades(connection)
        self.settings = Settings(connection)
        self.prepared = PreparedWorlds(connection)

    def __repr__(self) -> str:
        return f"<World {self.name} at {self.addresses.desk}, {self.clock!r}>"

    def reset(self, **spec: Unpack[WorldFields]) -> None:
        """Make the world as new; fields as in POST /api/reset."""
        self.connection.send("POST", "/api/reset", json=iso(spec))

    def state(self) -> dict[str, Any]:
        """The whole world as one document."""
        document: dict[str, Any] = self.connection.send("GET", "/api/state").json()
        return document

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Let the world become what `state()` wrote. Raises ProblemError where it cannot be."""
        self.connection.send("PUT", "/api/state", json=state)

    def report(self, *, after: int = 0) -> Report:
        """What explains a test that failed; nothing changes. after: id of an event, for only what came later."""
        return self.connection.ask(Report, "GET", "/api/report", params=given(after=after))

    def bundle(self, *, person: str | None = None) -> bytes:
        """The world as one file, with what led there; cut to a person by e-mail address."""
        return self.connection.send("GET", "/api/bundle", params=given(person=person)).content

    def load_bundle(self, content: bytes, *, step: int | None = None) -> OpenedAnswer:
        """Let the world become that of a bundle, before one of its steps or as it was when it was written."""
        query = given(**{"from": step})
        kind = {"Content-Type": "application/zip"}
        return self.connection.ask(OpenedAnswer, "POST", "/api/bundle", params=query, data=content, headers=kind)

    def delete(self) -> None:
        """End the world; what it was is gone."""
        self.connection.send("DELETE", f"/api/worlds/{self.name}")


class Worlds:
    """The worlds of one process."""

    def __init__(self, harness: "Harness") -> None:
        self._harness = harness

    def create(
        self, name: str | None = None, *, ttl: timedelta | str | None = None, **spec: Unpack[WorldFields]
    ) -> World:
        """A new world; fields as in POST /api/worlds: `now frozen seed profile settings`.

        ttl: how long it may be unused before it is dropped, `PT1H`; left out: as setting `worlds.ttl` says.
        """
        body = iso(given(name=name, ttl=ttl, **spec))
        answer = self._harness.connection.ask(WorldAnswer, "POST", "/api/worlds", json=body)
        return self._harness.world_of(answer)

    def list(self) -> list[World]:
        """The worlds that run, the default one among them."""
        answers = self._harness.connection.ask(Items[WorldAnswer], "GET", "/api/worlds")
        return [self._harness.world_of(answer) for answer in answers.items]

    def get(self, name: str) -> World:
        """The world of that name. Raises KeyError."""
        return {world.name: world for world in self.list()}[name]


class Harness:
    """A running mock, by the address of its desk.

    token: where it demands one; default EULOGIN_TOKEN. ca: PEM file of the authority to trust, which `serve --tls`
    writes with --ca-file; default EULOGIN_CA.
    """

    def __init__(self, url: str, *, token: str | None = None, ca: str | Path | None = None) -> None:
        self.url = url.rstrip("/")
        path = ca or os.environ.get("EULOGIN_CA")
        self.ca = Path(path) if path else None
        self._session = new_session(self.ca)
        if token := token or os.environ.get("EULOGIN_TOKEN"):
            self._session.headers["Authorization"] = f"Bearer {token}"
        self.connection = Connection(self.url, self._session)
        self.worlds = Worlds(self)

    def __repr__(self) -> str:
        return f"<Harness {self.url}>"

    def world_of(self, answer: WorldAnswer) -> World:
        """The world behind an answer, reached the way this harness is reached."""
        prefix = f"/w/{answer.name}" if answer.name != "default" else ""
        return World(answer, Connection(self.url + prefix, self._session))

    @cached_property
    def default(self) -> World:
        """The world without prefix."""
        return self.worlds.get("default")

    @cached_property
    def _ready(self) -> Ready:
        return self.wait_until_ready()

    @property
    def addresses(self) -> Addresses:
        """Where browsers find each actor in the world without prefix."""
        return self._ready.addresses

    @property
    def ports(self) -> dict[str, int]:
        """At which port each actor listens."""
        return self._ready.ports

    @property
    def smtp(self) -> tuple[str, int]:
        """Host and port of the mail server that the application under test is to send its mails by."""
        host, _, port = self._ready.smtp.rpartition(":")
        return host, int(port)

    def wait_until_ready(self, seconds: float = 0) -> Ready:
        """What /readyz says, waiting at most `seconds` for the process to come. Raises NotReady."""
        return Ready.model_validate(wait_until_ready(self.url, self.ca, seconds))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()
