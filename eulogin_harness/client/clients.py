"""OpenID Connect clients of EU Login, and its keys."""

from typing import Unpack

from eulogin_harness.client.connection import Resource
from eulogin_harness.client.names import ClientFields
from eulogin_harness.documents.clients import ClientAnswer, KeyAnswer
from eulogin_harness.documents.common import Items


class Clients(Resource):
    """The registry of OpenID Connect clients."""

    def create(self, *addresses: str, **fields: Unpack[ClientFields]) -> ClientAnswer:
        """A client with these redirect_uris; fields as in RFC 7591. The answer has client_id and client_secret."""
        body = {"redirect_uris": addresses, **fields}
        return self._connection.ask(ClientAnswer, "POST", "/api/clients", json=body)

    def delete(self, client_id: str) -> None:
        """Take a client away, with all that was issued to it."""
        self._connection.send("DELETE", f"/api/clients/{client_id}")

    def rotate_keys(self) -> list[KeyAnswer]:
        """EU Login signs by new keys from now on; answers with them."""
        return self._connection.ask(Items[KeyAnswer], "POST", "/api/keys/rotate").items

    def list(self) -> list[ClientAnswer]:
        """The registered clients."""
        return self._connection.ask(Items[ClientAnswer], "GET", "/api/clients").items
