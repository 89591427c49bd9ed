"""Faults: what goes wrong in reality, on demand."""

from collections.abc import Iterator
from contextlib import contextmanager

from eulogin_harness.client.connection import Resource
from eulogin_harness.client.names import FaultName
from eulogin_harness.documents.common import Items
from eulogin_harness.documents.faults import ArmedFault, FaultAnswer


class Faults(Resource):
    """The faults of a world, by their names: `faults.arm("mail.lost")`."""

    def list(self) -> list[FaultAnswer]:
        """All faults, each with what is armed of it."""
        return self._connection.ask(Items[FaultAnswer], "GET", "/api/faults").items

    def arm(
        self,
        name: FaultName,
        *,
        times: int | None = 1,
        person: str | None = None,
        service: str | None = None,
        client_id: str | None = None,
        seconds: float | None = None,
        status: int | None = None,
    ) -> ArmedFault:
        """Inject a fault so many times; None: until it is disarmed.

        `person`: the only e-mail address that it hits; `service`, `client_id`: the only application. `seconds`,
        `status`: its parameters, where it takes any.
        """
        targets = {"for": person, "service": service, "client_id": client_id}
        body = {"times": times, **targets, "seconds": seconds, "status": status}
        return self._connection.ask(ArmedFault, "POST", f"/api/faults/{name}", json=body)

    def disarm(self, name: FaultName) -> None:
        """Disarm a fault, for whomever it was armed."""
        self._connection.send("DELETE", f"/api/faults/{name}")

    @contextmanager
    def armed(
        self,
        name: FaultName,
        *,
        times: int | None = None,
        person: str | None = None,
        service: str | None = None,
        client_id: str | None = None,
        seconds: float | None = None,
        status: int | None = None,
    ) -> Iterator[ArmedFault]:
        """Arm a fault for the time of a block, each time unless said otherwise: `with faults.armed("mail.lost"):`."""
        fault = self.arm(
            name, times=times, person=person, service=service, client_id=client_id, seconds=seconds, status=status
        )
        try:
            yield fault
        finally:
            self.disarm(name)
