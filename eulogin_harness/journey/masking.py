"""Secrets in messages, made short: enough stays to see whether two are the same."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

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
_KEPT = 8  # characters of what was made, and at most half of it
_TICKET = re.compile(r"\b((?:ST|PT|PGT|PGTIOU)-\d+-)[\w-]+")
_JWT = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")
# A value of JSON by its name: a text, also one that breaks off, or a number.
_IN_JSON = re.compile(rf'("({"|".join(sorted(_MADE | _CHOSEN))})"\s*:\s*)(?:"((?:[^"\\]|\\.)*)("|$)|[\d.]+)')
_USER = re.compile(r"//[^/]*@")
_ADDRESS = ("http://", "https://", "/")


def masked(name: str, value: str) -> str:
    """A value by the name that it goes by; one that is an address has its query masked."""
    if name in _CHOSEN:
        return HIDDEN if value else ""
    if value.startswith(_ADDRESS) and "?" in value:
        return masked_url(value)
    known = masked_text(value)
    return _short(value) if name in _MADE and known == value else known


def _short(value: str) -> str:
    return f"{value[: min(_KEPT, len(value) // 2)]}…" if value else ""


def masked_text(text: str) -> str:
    """A text in which tickets, tokens and codes stand."""
    text = _IN_JSON.sub(_in_json, text)
    return _JWT.sub(lambda match: f"{match[0][:_KEPT]}…", _TICKET.sub(r"\1…", text))


def _in_json(match: re.Match[str]) -> str:
    value = match[3] if match[3] is not None else "0"
    return f'{match[1]}"{masked(match[2], value)}"'


def masked_rows(rows: Iterable[tuple[str, str]]) -> Rows:
    return [(name, masked(name, value)) for name, value in rows]


def query_rows(url: str) -> Rows:
    """The parameters of an address, masked; the opaque query of a mail's link as a whole."""
    query = url.partition("#")[0].partition("?")[2]
    if query and "=" not in query:
        return [("", _short(query))]
    return masked_rows(parse_qsl(query, keep_blank_values=True))


def masked_url(url: str) -> str:
    """An address, with what is secret in it made short; also one that no browser could read."""
    bare, rows = _USER.sub("//", url.partition("#")[0].partition("?")[0]), query_rows(url)
    query = rows[0][1] if rows and not rows[0][0] else urlencode(rows)
    return f"{bare}?{query}" if query else bare
