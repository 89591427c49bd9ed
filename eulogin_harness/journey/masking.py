"""Secrets in messages, made short: enough stays to see whether two are the same."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from mock_world.addresses import with_query

Rows = list[tuple[str, str]]

HIDDEN = "•••"  # in place of what somebody chose
_CHOSEN = frozenset(
    {"password", "newPassword", "newPasswordConfirm", "currentPassword", "pin", "pinConfirm", "otp", "client_secret"}
)
_MADE = frozenset(
    {
        *("ticket", "pgt", "pgtId", "pgtIou", "clientFingerprint", "loginRequestId", "csrf_token", "opened", "proof"),
        *("code", "code_verifier", "code_challenge", "access_token", "refresh_token", "id_token", "id_token_hint"),
        *("token", "client_assertion", "logout_token", "challenge", "secret", "credential", "request", "key"),
        *("proxyTicket", "proxyGrantingTicket", "state", "nonce"),
    }
)
_KEPT = 8  # characters of what was made
_TICKET = re.compile(r"\b((?:ST|PT|PGT|PGTIOU)-\d+-)[\w-]+")
_JWT = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")
_IN_JSON = re.compile(rf'("(?:{"|".join(sorted(_MADE | _CHOSEN))})"\s*:\s*")([^"]+)(")')


def masked(name: str, value: str) -> str:
    """A value by the name that it goes by."""
    if name in _CHOSEN:
        return HIDDEN if value else ""
    known = masked_text(value)
    return _short(value) if name in _MADE and known == value else known


def _short(value: str) -> str:
    return value if len(value) <= _KEPT else f"{value[:_KEPT]}…"


def masked_text(text: str) -> str:
    """A text in which tickets, tokens and codes stand."""
    text = _JWT.sub(lambda match: f"{match[0][:_KEPT]}…", _TICKET.sub(r"\1…", text))
    return _IN_JSON.sub(lambda match: match[1] + masked(match[1].split('"')[1], match[2]) + match[3], text)


def masked_rows(rows: Iterable[tuple[str, str]]) -> Rows:
    return [(name, masked(name, value)) for name, value in rows]


def masked_url(url: str) -> str:
    """An address, with the values of its query made short; the opaque query of a mail's link as a whole."""
    parts = urlsplit(url)
    rows = parse_qsl(parts.query, keep_blank_values=True)
    bare = urlunsplit(parts._replace(query="", fragment=""))
    if "=" not in parts.query:
        return f"{bare}?{_short(parts.query)}" if parts.query else bare
    return with_query(bare, {name: masked_inner(name, value) for name, value in rows})


def masked_inner(name: str, value: str) -> str:
    """A value of a query, which may be an address with a query of its own."""
    is_address = value.startswith(("http://", "https://")) and "?" in value
    return masked_url(value) if is_address else masked(name, value)
