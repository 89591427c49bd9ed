"""OpenID Connect clients, by the names of RFC 7591, and the keys of EU Login."""

from datetime import datetime

from pydantic import ConfigDict

from eulogin_harness.documents.common import Answer
from mock_idp.oidc.client_metadata import ClientMetadata, NewClient


class ClientBody(NewClient):
    """A client to be registered; every field may be left out."""


class ClientAnswer(ClientMetadata):
    """A registered client, with what was filled in and made up."""

    model_config = ConfigDict(extra="ignore")

    client_id: str
    client_secret: str
    """Empty where it has none."""
    made_at: datetime


class KeyAnswer(Answer):
    """A key by which EU Login signs from now on."""

    kid: str
    alg: str
    made_at: datetime
