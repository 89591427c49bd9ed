"""A sign-in by OpenID Connect: authorize, code, token, ID token (facts, OpenID Connect)."""

from collections.abc import Mapping
from typing import Any

from eulogin_harness.debugger.back_channel import ask, second_time
from eulogin_harness.debugger.id_token import CLIENT_ID, read_id_token, same
from eulogin_harness.debugger.journal import explain
from eulogin_harness.debugger.messages import answered, came_back, flat, json_object, sent_browser
from eulogin_harness.debugger.model import Check, Trial, add, get_trial
from mock_idp.oidc import BASE
from mock_idp.oidc.claims import issuer
from mock_idp.oidc.client_metadata import NewClient
from mock_idp.oidc.clients import delete_client, find_client, metadata_of, register_client
from mock_world import World
from mock_world.i18n import N_

SCOPE = "openid email profile"
PARAMETERS = ("scope", "acr_values", "prompt", "max_age", "login_hint", "ui_locales")


def redirect_address(world: World) -> str:
    return world.addresses.public("desk", "/debugger/back")


def go(world: World, trial: Trial) -> str:
    """Where to send the browser. The state begins with the trial's id, by which it is found again."""
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    _register(world)
    state = f"{trial.id}.{world.random.token(16)}"
    nonce, verifier = world.random.token(24), world.random.token(48)
    url = world.addresses.public(
        "idp",
        f"{BASE}/authorize",
        response_type="code",
        client_id=CLIENT_ID,
        redirect_uri=redirect_address(world),
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
        **{name: trial.parameters[name] for name in PARAMETERS if name in trial.parameters},
    )
    message = sent_browser(N_("The application sends the browser to EU Login"), url)
    add(world, trial, message, state=state, nonce=nonce, verifier=verifier, url=url)
    return url


def _register(world: World) -> None:
    """The debugger is a public client that registers itself, and again where its address changed. One at a time."""
    with world.database.session():
        client = find_client(world, CLIENT_ID)
        if client is not None and metadata_of(client).redirect_uris == [redirect_address(world)]:
            return
        if client is not None:
            delete_client(world, CLIENT_ID)
        public = NewClient(
            client_id=CLIENT_ID,
            client_name="Debugger",
            redirect_uris=[redirect_address(world)],
            token_endpoint_auth_method="none",  # noqa: S106 - a client without a secret
        )
        register_client(world, public)


def trial_of_state(world: World, state: str) -> Trial:
    """The trial to which a browser comes back with this `state`. Raises Refusal (trial.unknown)."""
    return get_trial(world, state.partition(".")[0], "oidc")


def come_back(world: World, trial: Trial, query: Mapping[str, str]) -> None:
    """The browser came back: exchange its code where a client would, and check what comes."""
    code = query.get("code", "")
    checks = [*second_time(trial, code or "nothing"), *_of_return_url(world, trial, query)]
    title = N_("EU Login sends the browser back to the application")
    message = came_back(title, redirect_address(world), list(query.items()), checks)
    add(world, trial, explain(world, trial, message), came=code or "nothing")
    if code and all(check.good is not False for check in checks):
        _exchange(world, trial, code)


def _of_return_url(world: World, trial: Trial, query: Mapping[str, str]) -> list[Check]:
    if "error" in query:
        return [_error(trial, query)]
    checks = [
        same(
            N_("state is the one that was sent"),
            query.get("state"),
            trial.kept["state"],
            N_("A client stops here: the answer belongs to another sign-in, or the browser lost its session."),
        )
    ]
    if "iss" in query:
        checks.append(same(N_("iss is the issuer"), query["iss"], issuer(world), N_("Compare the addresses.")))
    if "code" not in query:
        checks.append(Check(False, N_("No code came."), N_("Look for something that takes it off the address.")))
    return checks


def _error(trial: Trial, query: Mapping[str, str]) -> Check:
    detail = f"{query['error']}: {query.get('error_description', '')}"
    if query["error"] == "login_required" and trial.parameters.get("prompt") == "none":
        return Check(None, N_("No code came: nobody is signed in, and with prompt=none nobody is asked."), "", detail)
    return Check(False, N_("EU Login refused, and says why to the application."), "", detail)


def _exchange(world: World, trial: Trial, code: str) -> None:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_address(world),
        "client_id": CLIENT_ID,
        "code_verifier": trial.kept["verifier"],
    }
    url = world.addresses.internal("idp", f"{BASE}/token")
    response = ask(world, trial, N_("The application exchanges the code"), "POST", url, form)
    if response is None:
        return
    tokens = json_object(response.content)
    message = answered(N_("EU Login gives the tokens"), response, flat(tokens), [_of_tokens(tokens)])
    add(world, trial, explain(world, trial, message))
    if tokens.get("id_token"):
        _check_id_token(world, trial, tokens)


def _of_tokens(tokens: Mapping[str, Any]) -> Check:
    if not tokens:
        return Check(False, N_("This is no JSON object, or it breaks off."))
    if "error" in tokens:
        detail = f"{tokens['error']}: {tokens.get('error_description', '')}"
        return Check(False, N_("EU Login gives no token for this code."), "", detail)
    return Check("id_token" in tokens, N_("An ID token came."), N_("Ask for scope openid."))


def _check_id_token(world: World, trial: Trial, tokens: Mapping[str, Any]) -> None:
    url = world.addresses.internal("idp", f"{BASE}/keys")
    response = ask(world, trial, N_("The application reads the keys of EU Login"), "GET", url)
    if response is None:
        return
    keys = json_object(response.content)
    add(world, trial, answered(N_("EU Login publishes its keys"), response, _by_kid(keys), []))
    add(world, trial, read_id_token(world, trial, tokens, keys))


def _by_kid(keys: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(str(key.get("kid")), f"{key.get('kty')} {key.get('alg')}") for key in keys.get("keys", [])]
