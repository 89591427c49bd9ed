"""People, their access requests, and the services that they sign in to."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol, Unpack, cast, overload

from requests.cookies import RequestsCookieJar

from eulogin_harness.client.connection import Resource, given, iso
from eulogin_harness.client.names import (
    Decision,
    PersonaBody,
    PersonaChanges,
    PersonaFields,
    PersonaTemplate,
    RequestState,
    ServiceFields,
    Stage,
    StageWithPin,
    Strength,
)
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.people import (
    AccessRequestAnswer,
    Persona,
    PersonaWithPassword,
    PersonaWithPin,
    ServiceAnswer,
    SessionAnswer,
)

if TYPE_CHECKING:
    from playwright.sync_api import StorageState

_BATCH = "/api/personas/batch"


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


class MakePersona(Protocol):
    """Makes a person at a stage: `persona("enrolled", language="fr")`."""

    @overload
    def __call__(self, stage: StageWithPin = ..., **fields: Unpack[PersonaFields]) -> PersonaWithPin: ...
    @overload
    def __call__(self, stage: Literal["registered"], **fields: Unpack[PersonaFields]) -> PersonaWithPassword: ...
    @overload
    def __call__(self, stage: Stage, **fields: Unpack[PersonaFields]) -> Persona: ...


class Personas(Resource):
    """People at a stage of the onboarding. seeds: by which they are invented, where they have none of their own."""

    seeds: Iterator[int] | None = None

    @overload
    def create(self, stage: StageWithPin = ..., **fields: Unpack[PersonaFields]) -> PersonaWithPin: ...
    @overload
    def create(self, stage: Literal["registered"], **fields: Unpack[PersonaFields]) -> PersonaWithPassword: ...
    @overload
    def create(self, stage: Stage, **fields: Unpack[PersonaFields]) -> Persona: ...
    def create(self, stage: Stage = "enrolled", **fields: Unpack[PersonaFields]) -> Persona:
        """A person at a stage; fields as in POST /api/personas."""
        seed = self._next_seed() if fields.get("seed") is None else {}
        return self._connection.ask(Persona, "POST", "/api/personas", json={"stage": stage, **iso(fields), **seed})

    @overload
    def create_many(
        self, count: int, stage: StageWithPin = ..., *, seed: int | None = None, **template: Unpack[PersonaTemplate]
    ) -> list[PersonaWithPin]: ...
    @overload
    def create_many(
        self, count: int, stage: Stage, *, seed: int | None = None, **template: Unpack[PersonaTemplate]
    ) -> list[Persona]: ...
    def create_many(
        self, count: int, stage: Stage = "enrolled", *, seed: int | None = None, **template: Unpack[PersonaTemplate]
    ) -> list[PersonaWithPin] | list[Persona]:
        """People after one template, all or none."""
        body = self._next_seed() | given(count=count, seed=seed, template={"stage": stage, **iso(template)})
        return self._connection.ask(Items[Persona], "POST", _BATCH, json=body).items

    def create_all(self, people: Iterable[PersonaBody], *, seed: int | None = None) -> list[Persona]:
        """People one by one described, all or none."""
        body = self._next_seed() | given(items=iso(list(people)), seed=seed)
        return self._connection.ask(Items[Persona], "POST", _BATCH, json=body).items

    def _next_seed(self) -> dict[str, int]:
        return {} if self.seeds is None else {"seed": next(self.seeds)}

    def list(self, *, stage: Stage | None = None, network: str | None = None) -> list[Persona]:
        """The people of the world, also who signed up by pages; at a stage, of a network."""
        query = given(stage=stage, network=network)
        return self._connection.ask(Items[Persona], "GET", "/api/personas", params=query).items

    def get(self, persona_id: int) -> Persona:
        """The person of that id. Raises ProblemError (`not-found`)."""
        return self._connection.ask(Persona, "GET", f"/api/personas/{persona_id}")

    def change(self, persona_id: int, **fields: Unpack[PersonaChanges]) -> Persona:
        """Change a person; fields as in PATCH /api/personas/{id}."""
        return self._connection.ask(Persona, "PATCH", f"/api/personas/{persona_id}", json=fields)

    def delete(self, persona_id: int) -> None:
        """Take a person away with all that is theirs, the phone too."""
        self._connection.send("DELETE", f"/api/personas/{persona_id}")

    def session(self, person: Persona, *, service: str | None = None, strength: Strength | None = None) -> Session:
        """Sign a person in without pages; fields as in POST /api/personas/{id}/session."""
        body = given(service=service, strength=strength)
        return Session(self._connection.ask(SessionAnswer, "POST", f"/api/personas/{person.id}/session", json=body))


class AccessRequests(Resource):
    """Access requests to the networks."""

    def list(
        self, *, network: str | None = None, state: RequestState | None = None, person: str | None = None
    ) -> list[AccessRequestAnswer]:
        """Requests, oldest first. person: an e-mail address."""
        query = given(network=network, state=state) | ({"for": person} if person is not None else {})
        model = Items[AccessRequestAnswer]
        return self._connection.ask(model, "GET", "/api/access-requests", params=query).items

    def get(self, request_id: int) -> AccessRequestAnswer:
        """The request of that id. Raises ProblemError (`not-found`)."""
        return self._connection.ask(AccessRequestAnswer, "GET", f"/api/access-requests/{request_id}")

    def decide(
        self, request_id: int, decision: Decision, *, reason: str = "", guest_until: datetime | None = None
    ) -> AccessRequestAnswer:
        """`approve`, `reject` or `ask`; the last two with a reason. guest_until: when access ends automatically."""
        path = f"/api/access-requests/{request_id}/decide"
        body = given(decision=decision, reason=reason, guest_until=iso(guest_until))
        return self._connection.ask(AccessRequestAnswer, "POST", path, json=body)


class Services(Resource):
    """The registry of CAS services."""

    def create(self, url: str, **fields: Unpack[ServiceFields]) -> ServiceAnswer:
        """Register a service; `url` matches as a prefix, fields as in POST /api/services."""
        return self._connection.ask(ServiceAnswer, "POST", "/api/services", json={"url": url, **fields})

    def list(self) -> list[ServiceAnswer]:
        """The registered services."""
        return self._connection.ask(Items[ServiceAnswer], "GET", "/api/services").items

    def delete(self, service_id: int) -> None:
        """Take a service away."""
        self._connection.send("DELETE", f"/api/services/{service_id}")
