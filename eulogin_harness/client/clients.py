"""OpenID Connect clients of EU Login, and its keys."""

from typing import Any

from eulogin_harness.client.connection import Resource
from eulogin_harness.documents.clients import ClientAnswer, KeyAnswer
from eulogin_harness.documents.common import Items


class Clients(Resource):
    """The registry of OpenID Connect clients."""

    def create(self, *redirect_uris: str, **fields: Any) -> ClientAnswer:
        """A client, by the names of RFC 7591; the answer has its client_id and client_secret."""
        body = {"redirect_uris": redirect_uris, **fields}
        return self._connection.ask(ClientAnswer, "POST", "/api/clients", json=body)

    def delete(self, client_id: str) -> None:
        self._connection.send("DELETE", f"/api/clients/{client_id}")

    def rotate_keys(self) -> list[KeyAnswer]:
        """EU Login signs by new keys from now on; answers with them."""
        return self._connection.ask(Items[KeyAnswer], "POST", "/api/keys/rotate").items

    def list(self) -> list[ClientAnswer]:
        return self._connection.ask(Items[ClientAnswer], "GET", "/api/clients").items
