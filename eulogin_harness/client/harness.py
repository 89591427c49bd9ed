"""A running mock and its worlds."""

import math
import os
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from eulogin_harness.client.clients import Clients
from eulogin_harness.client.connection import Connection, NotReady, ProblemError, given, iso
from eulogin_harness.client.happenings import Captchas, Clock, Events, Mails
from eulogin_harness.client.people import AccessRequests, Personas, Services
from eulogin_harness.client.phones import Phones
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.worlds import Addresses, Ready, SettingAnswer, WorldAnswer

_PAUSE = 0.1  # seconds between two looks whether the process is there


class Settings:
    """The settings of a world."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> list[SettingAnswer]:
        return self._connection.ask(Items[SettingAnswer], "GET", "/api/settings").items

    def __getitem__(self, name: str) -> Any:
        """A value by dotted name. Raises KeyError."""
        return {setting.name: setting.value for setting in self.list()}[name]

    def change(self, values: Mapping[str, Any]) -> None:
        """Values by dotted name: `change({"link.life": "PT15M"})`."""
        body = {name: iso(value) for name, value in values.items()}
        self._connection.send("PATCH", "/api/settings", json=body)


class World:
    """One world: its name, the addresses of its actors, and everything in it."""

    def __init__(self, answer: WorldAnswer, connection: Connection) -> None:
        self.name = answer.name
        self.addresses: Addresses = answer.addresses
        self._connection = connection
        self.clock = Clock(connection)
        self.personas = Personas(connection)
        self.mails = Mails(connection)
        self.captchas = Captchas(connection)
        self.phones = Phones(connection)
        self.events = Events(connection)
        self.access_requests = AccessRequests(connection)
        self.services = Services(connection)
        self.clients = Clients(connection)
        self.settings = Settings(connection)

    def reset(self, **spec: Any) -> None:
        """As new; fields as in POST /api/reset."""
        self._connection.send("POST", "/api/reset", json={name: iso(value) for name, value in spec.items()})

    def state(self) -> dict[str, Any]:
        """The whole world as one document."""
        found: dict[str, Any] = self._connection.send("GET", "/api/state").json()
        return found

    def load_state(self, state: Mapping[str, Any]) -> None:
        self._connection.send("PUT", "/api/state", json=state)

    def delete(self) -> None:
        self._connection.send("DELETE", f"/api/worlds/{self.name}")


class Worlds:
    """The worlds of one process."""

    def __init__(self, harness: "Harness") -> None:
        self._harness = harness

    def create(self, name: str | None = None, **spec: Any) -> World:
        """A new world; fields as in POST /api/worlds: `now frozen seed profile settings`."""
        body = {key: iso(value) for key, value in given(name=name, **spec).items()}
        answer = self._harness.connection.ask(WorldAnswer, "POST", "/api/worlds", json=body)
        return self._harness.world_of(answer)

    def list(self) -> list[World]:
        found = self._harness.connection.ask(Items[WorldAnswer], "GET", "/api/worlds")
        return [self._harness.world_of(answer) for answer in found.items]

    def get(self, name: str) -> World:
        """The world of that name. Raises KeyError."""
        return {world.name: world for world in self.list()}[name]


class Harness:
    """A running mock, by the address of its desk. `token`: where it demands one; default EULOGIN_TOKEN."""

    def __init__(self, url: str, *, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        if token := token or os.environ.get("EULOGIN_TOKEN"):
            self._session.headers["Authorization"] = f"Bearer {token}"
        self.connection = Connection(self.url, self._session)
        self.worlds = Worlds(self)

    def world_of(self, answer: WorldAnswer) -> World:
        """The world behind an answer, reached the way this harness is reached."""
        prefix = f"/w/{answer.name}" if answer.name != "default" else ""
        return World(answer, Connection(self.url + prefix, self._session))

    @cached_property
    def default(self) -> World:
        """The world without prefix."""
        return self.worlds.get("default")

    def wait_until_ready(self, seconds: float = 0) -> Ready:
        """What /readyz says, waiting at most `seconds` for the process to come. Raises NotReady."""
        tries = math.ceil(seconds / _PAUSE)
        patience = Retry(total=tries, backoff_factor=_PAUSE, backoff_max=_PAUSE, status_forcelist=[503])
        with requests.Session() as session:
            session.trust_env = False
            session.mount("http://", HTTPAdapter(max_retries=patience))
            session.mount("https://", HTTPAdapter(max_retries=patience))
            try:
                return Connection(self.url, session).ask(Ready, "GET", "/readyz")
            except (requests.RequestException, ProblemError, ValueError) as error:
                raise NotReady(
                    f"expected a ready mock at {self.url} within {seconds:g} seconds, but got "
                    f"{type(error).__name__}; start it with `eulogin-harness serve`, or give its address with --url"
                ) from None

    def close(self) -> None:
        self._session.close()
