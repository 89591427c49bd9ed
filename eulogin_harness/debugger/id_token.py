"""An ID token, checked claim by claim as a client must (OpenID Connect Core, 3.1.3.7)."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eulogin_harness.debugger.messages import flat, token_part
from eulogin_harness.debugger.model import APPLICATION, Check, Message, Trial
from mock_idp.oidc.acr import ACR
from mock_idp.oidc.claims import issuer
from mock_world import World
from mock_world.i18n import N_

CLIENT_ID = "eulogin-debugger"
_ALGORITHMS = ["PS512", "RS256", "ES256"]
_HASHES = {"512": hashlib.sha512, "256": hashlib.sha256}
_LOA = list(ACR.values())  # the weakest first
_LEEWAY = 60  # seconds by which clocks may differ


@dataclass(frozen=True)
class Wishes:
    """What a client sent to `/authorize`, and compares the ID token with. nonce: None where it compares none."""

    client_id: str
    nonce: str | None
    acr_values: str = ""
    max_age: str = ""


def read_id_token(world: World, trial: Trial, tokens: Mapping[str, Any], keys: Mapping[str, Any]) -> Message:
    """The ID token of a token answer taken apart. keys: the published ones."""
    token = str(tokens["id_token"])
    header, claims = (token_part(token, number) for number in (0, 1))
    demanded = {name: trial.parameters[name] for name in ("acr_values", "max_age") if name in trial.parameters}
    checks = checks_of_id_token(world, tokens, keys, Wishes(CLIENT_ID, trial.kept["nonce"], **demanded))
    parts = [(N_("Header"), flat(header)), (N_("Claims"), flat(claims))]
    title = N_("The application reads the ID token")
    return Message(title, APPLICATION, APPLICATION, "JWT", parts, token, checks=checks)


def checks_of_id_token(world: World, tokens: Mapping[str, Any], keys: Mapping[str, Any], wishes: Wishes) -> list[Check]:
    """What a client says to the ID token of a token answer. keys: the published ones."""
    token = str(tokens["id_token"])
    header, claims = (token_part(token, number) for number in (0, 1))
    words = N_("nonce is the one that was sent")
    return [
        _signature(token, keys),
        same(N_("iss is the issuer"), claims.get("iss"), issuer(world)),
        _of_audience(claims.get("aud"), wishes.client_id),
        *([] if wishes.nonce is None else [same(words, claims.get("nonce"), wishes.nonce)]),
        _of_expiry(world, claims.get("exp")),
        *_of_access_token(tokens, header, claims),
        *_of_requested_sign_in(world, wishes, claims),
    ]


def same(words: str, came: object, expected: object, remedy: str = "") -> Check:
    """Whether a value is what it has to be. remedy: for another one than in a token."""
    if came == expected:
        return Check(True, words)
    return Check(False, words, remedy or N_("A client refuses such a token."), f"{came} != {expected}")


def _signature(token: str, keys: Mapping[str, Any]) -> Check:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    words = N_("It is signed by a published key")
    try:
        jwt.decode(token, KeySet.import_key_set({"keys": keys["keys"]}), algorithms=_ALGORITHMS)
    except (JoseError, ValueError, KeyError) as error:
        remedy = N_("A client reads the keys anew once, in case they were changed, and then refuses the token.")
        return Check(False, words, remedy, type(error).__name__)
    return Check(True, words)


def _of_audience(aud: object, client_id: str) -> Check:
    listed = aud if isinstance(aud, list) else [aud]
    return same(N_("aud is this client"), client_id if client_id in listed else aud, client_id)


def _of_expiry(world: World, exp: object) -> Check:
    now, words = int(world.protocol_now().timestamp()), N_("It has not expired")
    if isinstance(exp, int) and exp > now - _LEEWAY:
        return Check(True, words)
    return Check(
        False, words, N_("Compare the clocks: tokens tell the time of setting protocol_time."), f"{exp} < {now}"
    )


def _of_access_token(tokens: Mapping[str, Any], header: Mapping[str, Any], claims: Mapping[str, Any]) -> list[Check]:
    """`at_hash`: the left half of the access token's hash, where the ID token has it."""
    if "at_hash" not in claims:
        return []
    digest = _HASHES.get(str(header.get("alg"))[-3:], hashlib.sha256)(str(tokens.get("access_token")).encode()).digest()
    expected = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    return [same(N_("at_hash fits the access token"), claims["at_hash"], expected)]


def _of_requested_sign_in(world: World, wishes: Wishes, claims: Mapping[str, Any]) -> list[Check]:
    """Level and age of the sign-in: to ask for them is a wish until the client looks at the answer."""
    checks, acr = [], claims.get("acr")
    requested = wishes.acr_values
    if requested in _LOA:
        reached = acr in _LOA and _LOA.index(str(acr)) >= _LOA.index(requested)
        checks.append(
            Check(reached, N_("acr reaches what was asked for"), detail="" if reached else f"{acr} < {requested}")
        )
    if max_age := wishes.max_age:
        age = int(world.protocol_now().timestamp()) - int(claims.get("auth_time", 0))
        young = age <= int(max_age) + _LEEWAY
        checks.append(Check(young, N_("auth_time is within max_age"), detail="" if young else f"{age} s > {max_age} s"))
    return checks
