"""What a step of a sign-in means to those who write the application: right, wrong, or worth minding."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl

from eulogin_harness.debugger import cas_answer
from eulogin_harness.debugger.cas_answer import Answer
from eulogin_harness.debugger.id_token import Wishes, checks_of_id_token
from eulogin_harness.debugger.messages import json_object
from eulogin_harness.debugger.model import Check
from eulogin_harness.journey.model import Step
from mock_idp.cas.parameters import ENDPOINTS
from mock_idp.oidc.keys import public_jwks
from mock_world import World
from mock_world.addresses import split
from mock_world.i18n import N_
from mock_world.messages import LARGEST, HttpMessage

_VALIDATIONS = frozenset(f"/cas{path}" for path in ENDPOINTS)
_AUTHORIZE, _TOKEN, _LOGIN = "/cas/oauth2/authorize", "/cas/oauth2/token", "/cas/login"


def with_checks(world: World, steps: Sequence[Step]) -> list[Step]:
    """The steps with what is to say of each."""
    login_query = _query_sent_to(world, steps, _LOGIN)
    authorize_query = _query_sent_to(world, steps, _AUTHORIZE)
    return [
        replace(step, checks=tuple(_of_message(world, step.message, login_query, authorize_query)))
        if step.message
        else step
        for step in steps
    ]


def path_of(world: World, message: HttpMessage) -> str:
    """The path of a message to EU Login, without the world's prefix."""
    return split(message.url).path.removeprefix(world.prefix)


def query_of(message: HttpMessage) -> dict[str, str]:
    return dict(parse_qsl(split(message.url).query, keep_blank_values=True))


def _query_sent_to(world: World, steps: Sequence[Step], path: str) -> dict[str, str]:
    """What the browser was sent with to `/cas/login` or `/authorize`, the first time."""
    messages = (step.message for step in steps if step.message is not None and step.receiver == "idp")
    return next((query_of(message) for message in messages if path_of(world, message) == path), {})


def _of_message(
    world: World, message: HttpMessage, login_query: Mapping[str, str], authorize_query: Mapping[str, str]
) -> list[Check]:
    path = path_of(world, message)
    if message.receiver != "idp" or len(message.body) == LARGEST:  # cut, so nobody knows what it was
        return []
    if path in _VALIDATIONS:
        parameters = query_of(message) | dict(message.fields)
        answer = Answer(message.status, message.body)
        return cas_answer.checks_of(answer, cas_answer.read(answer), login_query=login_query, parameters=parameters)
    if path == _TOKEN:
        return _of_tokens(world, message, authorize_query)
    return []


def _of_tokens(world: World, message: HttpMessage, authorize_query: Mapping[str, str]) -> list[Check]:
    tokens = json_object(message.body)
    if not tokens:
        return [Check(False, N_("This is no JSON object, or it breaks off."))]
    if "error" in tokens:
        return []  # the journal's refusal says more
    if not tokens.get("id_token"):
        return [Check(None, N_("No ID token came."), N_("Ask for scope openid."))]
    if not authorize_query:  # long ago, and not kept any more
        return []
    is_refreshed = dict(message.fields).get("grant_type") == "refresh_token"
    wishes = Wishes(
        client_id=authorize_query.get("client_id", ""),
        nonce=None if is_refreshed else authorize_query.get("nonce"),
        acr_values=authorize_query.get("acr_values", ""),
        max_age=authorize_query.get("max_age", ""),
    )
    return checks_of_id_token(world, tokens, public_jwks(world), wishes)
