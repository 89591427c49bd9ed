"""OpenID Connect clients, and the keys of EU Login."""

from eulogin_harness.api.frame import api, call
from eulogin_harness.documents.clients import ClientAnswer, ClientBody, KeyAnswer
from eulogin_harness.documents.common import Items
from mock_idp.oidc.clients import clients as registered
from mock_idp.oidc.clients import delete_client, register_client
from mock_idp.oidc.keys import alg_of_id_tokens, rotate
from mock_idp.oidc.model import Client
from mock_world.web import current_world


def _answer(client: Client) -> ClientAnswer:
    metadata = client.metadata_ | {"id_token_signed_response_alg": alg_of_id_tokens(current_world(), client)}
    return ClientAnswer(client_id=client.client_id, client_secret=client.secret, made_at=client.made_at, **metadata)


@api.get("/api/clients")
@call("clients", Items[ClientAnswer])
def list_clients() -> Items[ClientAnswer]:
    """The OpenID Connect clients, oldest first"""
    return Items[ClientAnswer](items=[_answer(client) for client in registered(current_world())])


@api.post("/api/clients")
@call("clients", ClientAnswer, status=201)
def create_client(json: ClientBody) -> tuple[ClientAnswer, int]:
    """Register a client; id and secret are made up where they are left out"""
    return _answer(register_client(current_world(), json)), 201


@api.delete("/api/clients/<client_id>")
@call("clients", None, status=204)
def remove_client(client_id: str) -> tuple[str, int]:
    """Take a client off; its tokens are worth nothing any more"""
    delete_client(current_world(), client_id)
    return "", 204


@api.post("/api/keys/rotate")
@call("clients", Items[KeyAnswer])
def rotate_keys() -> Items[KeyAnswer]:
    """Sign by new keys from now on; the old ones stay published while their tokens live"""
    return Items[KeyAnswer](items=[KeyAnswer.model_validate(key) for key in rotate(current_world())])
