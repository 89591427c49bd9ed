"""What is a secret in a recording: by which names it goes, which shapes it has, and how else it is written."""

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus

from eulogin_harness.debugger.messages import token_part

_KINDS: dict[str, tuple[str, ...]] = {
    "ticket": ("ticket", "pgt", "pgtid", "pgtiou", "proxyticket", "proxygrantingticket", "private_service_ticket"),
    "code": ("code",),
    "state": ("state", "relaystate"),
    "nonce": ("nonce",),
    "pkce": ("code_verifier", "code_challenge"),
    "fingerprint": ("clientfingerprint",),
    "login-request": ("loginrequestid",),
    "user": ("username", "login_hint", "email", "emailconfirm", "user", "login"),
}
KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}
# Names of values that are secret, whatever else is in the name.
SECRET_NAME = re.compile(
    r"pass(?!word_)|pwd|secret|token|^pin|otp|passcode|captcha|ticket|saml|assertion|verifier|challenge|session|sid$"
    r"|csrf|xsrf|credential|signature|api.?key|^key$|jwt|proof|opened|nonce|^authorization$|wresult|^request$",
    re.IGNORECASE,
)
# Names of parameters of the protocols whose values are no secrets.
PLAIN = frozenset(
    {
        *("service", "renew", "gateway", "acceptStrengths", "authenticationLevel", "assuranceLevel", "userDetails"),
        *("groups", "locale", "format", "domain", "version", "ticketTypes", "proxyGrantingProtocol", "singleSignOut"),
        *("pgtUrl", "targetService", "url", "redirect_uri", "client_id", "scope", "response_type", "response_mode"),
        *("prompt", "max_age", "acr_values", "ui_locales", "code_challenge_method", "grant_type", "error"),
        *("error_description", "post_logout_redirect_uri", "loginStrength", "token_type", "token_type_hint", "iss"),
    }
)
METADATA_NAME = re.compile(r".*_(supported|endpoint|alg|type|methods?)")
MEANT = re.compile(r"[A-Z_]{3,40}|[a-z_]{3,40}")  # a failure code, an error, a word
TICKET = re.compile(r"\b(?:ECAS_)?(?:ST|PT|PGT|PGTIOU|TGT|TGC|ECAS_LR)-\d+-[\w.~-]+|\bST-[\w.-]{20,}")
JWT = re.compile(r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_SIGNS = re.compile(r"[A-Za-z0-9+/_=.~!-]+")


def leaves(document: Any) -> Iterator[tuple[str, str]]:
    """The texts of a JSON document by their names, however deep."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.items())
        elif isinstance(value, list):
            waiting.extend((name, each) for each in value)
        elif isinstance(value, str):
            yield name, value


def kind_by(name: str) -> str:
    """The kind of a secret of which only the name says what it is."""
    kinds = ("password", "secret", "token", "csrf", "session", "pin", "otp", "ticket")
    return next((kind for kind in kinds if kind in name.lower()), "value")


def is_opaque(text: str) -> bool:
    """Whether a text is without meaning: letters and digits mixed, and no other signs than such values have."""
    is_plain = _SIGNS.fullmatch(text) is not None
    return is_plain and any(sign.isdigit() for sign in text) and any(sign.isalpha() for sign in text)


def digest_of(secret: str) -> str:
    """What begins a login transaction, for the secret that is sent at its end (facts, login transactions)."""
    once = hashlib.sha1(secret.encode(), usedforsecurity=False).digest()
    return base64.b64encode(hashlib.sha1(once, usedforsecurity=False).digest()).decode()


def claims_of(token: str) -> dict[str, object]:
    """Claims of a JSON Web Token, with the algorithm of its header as `alg`; nothing where it cannot be read."""
    header, claims = token_part(token, 0), token_part(token, 1)
    return {**claims, "alg": header.get("alg")} if header and claims else {}


def forms_of(value: str) -> set[str]:
    """A secret as addresses, forms, pages and JSON write it."""
    once = quote(value, safe="")
    return {
        value,
        once,
        quote(once, safe=""),
        quote_plus(value),
        quote(value),
        html.escape(value),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        value.replace("+", " "),
    }
