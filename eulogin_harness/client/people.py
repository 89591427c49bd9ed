"""People, their access requests, and the services that they sign in to."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from requests.cookies import RequestsCookieJar

from eulogin_harness.client.connection import Resource, given, iso
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.people import AccessRequestAnswer, Persona, ServiceAnswer, SessionAnswer

if TYPE_CHECKING:
    from playwright.sync_api import StorageState


class Session:
    """A browser that is signed in at EU Login.

    storage_state: for Playwright's `new_context`. url: the service with its ticket (`ticket`, good once); without a
    service EU Login's first page.
    """

    def __init__(self, answer: SessionAnswer) -> None:
        self.storage_state = cast("StorageState", answer.storage_state)
        self.url = answer.url
        self.ticket = answer.ticket

    def cookies(self) -> RequestsCookieJar:
        """The cookies for `requests`: `session.cookies.update(...)`."""
        jar = RequestsCookieJar()
        for cookie in self.storage_state["cookies"]:
            host = cookie["domain"]
            domain = host if "." in host else f"{host}.local"  # as http.cookiejar calls hosts without a dot
            jar.set(cookie["name"], cookie["value"], domain=domain, path=cookie["path"], secure=cookie["secure"])
        return jar


class Personas(Resource):
    """People at a stage of the onboarding. seeds: by which they are invented, where they have none of their own."""

    seeds: Iterator[int] | None = None

    def create(self, stage: str = "enrolled", **fields: Any) -> Persona:
        """A person at a stage; fields as in POST /api/personas."""
        seed = self._next_seed() if fields.get("seed") is None else {}
        return self._connection.ask(Persona, "POST", "/api/personas", json={"stage": stage, **fields, **seed})

    def create_many(
        self, count: int, stage: str = "enrolled", *, seed: int | None = None, **template: Any
    ) -> list[Persona]:
        """People after one template, all or none."""
        body = self._next_seed() | given(count=count, seed=seed, template={"stage": stage, **template})
        return self._connection.ask(Items[Persona], "POST", "/api/personas/batch", json=body).items

    def create_all(self, people: Iterable[Mapping[str, Any]], *, seed: int | None = None) -> list[Persona]:
        """People one by one described, all or none."""
        body = self._next_seed() | given(items=list(people), seed=seed)
        return self._connection.ask(Items[Persona], "POST", "/api/personas/batch", json=body).items

    def _next_seed(self) -> dict[str, int]:
        return {} if self.seeds is None else {"seed": next(self.seeds)}

    def list(self, *, stage: str | None = None, network: str | None = None) -> list[Persona]:
        query = given(stage=stage, network=network)
        return self._connection.ask(Items[Persona], "GET", "/api/personas", params=query).items

    def get(self, persona_id: int) -> Persona:
        return self._connection.ask(Persona, "GET", f"/api/personas/{persona_id}")

    def change(self, persona_id: int, **fields: Any) -> Persona:
        return self._connection.ask(Persona, "PATCH", f"/api/personas/{persona_id}", json=fields)

    def delete(self, persona_id: int) -> None:
        self._connection.send("DELETE", f"/api/personas/{persona_id}")

    def session(self, person: Persona, *, service: str | None = None, strength: str | None = None) -> Session:
        """Sign a person in without pages; fields as in POST /api/personas/{id}/session."""
        body = given(service=service, strength=strength)
        return Session(self._connection.ask(SessionAnswer, "POST", f"/api/personas/{person.id}/session", json=body))


class AccessRequests(Resource):
    """Access requests to the networks."""

    def list(
        self, *, network: str | None = None, state: str | None = None, person: str | None = None
    ) -> list[AccessRequestAnswer]:
        """Requests, oldest first. person: an e-mail address."""
        query = given(network=network, state=state) | ({"for": person} if person is not None else {})
        model = Items[AccessRequestAnswer]
        return self._connection.ask(model, "GET", "/api/access-requests", params=query).items

    def get(self, request_id: int) -> AccessRequestAnswer:
        return self._connection.ask(AccessRequestAnswer, "GET", f"/api/access-requests/{request_id}")

    def decide(
        self, request_id: int, decision: str, *, reason: str = "", guest_until: datetime | None = None
    ) -> AccessRequestAnswer:
        """`approve`, `reject` or `ask`; the last two with a reason. guest_until: when access ends automatically."""
        path = f"/api/access-requests/{request_id}/decide"
        body = given(decision=decision, reason=reason, guest_until=iso(guest_until))
        return self._connection.ask(AccessRequestAnswer, "POST", path, json=body)


class Services(Resource):
    """The registry of CAS services."""

    def create(self, url: str, **fields: Any) -> ServiceAnswer:
        return self._connection.ask(ServiceAnswer, "POST", "/api/services", json={"url": url, **fields})

    def list(self) -> list[ServiceAnswer]:
        return self._connection.ask(Items[ServiceAnswer], "GET", "/api/services").items

    def delete(self, service_id: int) -> None:
        self._connection.send("DELETE", f"/api/services/{service_id}")
