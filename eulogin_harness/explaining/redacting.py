"""The first thing that happens to a recording: each secret becomes a mark, the same for the same secret.

Secrets are found by the names that they go by, by their shapes, and by being long and without meaning; then each of
them is replaced wherever it stands, in all its encodings.
"""

import base64
import binascii
import html
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote

from eulogin_harness.explaining.reading import RawEntry, body_of, rows_of
from eulogin_harness.explaining.secret_shapes import (
    EMAIL,
    JWT,
    KIND_OF,
    MEANT,
    METADATA_NAME,
    PLAIN,
    SECRET_NAME,
    TICKET,
    claims_of,
    digest_of,
    forms_of,
    is_opaque,
    kind_by,
    leaves,
)
from mock_idp.oidc.tokens import challenge_of

_OPAQUE_PATH = re.compile(r";[\w-]+=[^/?#;]*")
_INPUT = re.compile(r"<input\b[^<>]{0,4000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(name|value)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_ADDRESS = re.compile(r"""(?:https?:)?//[^\s"'<>]+|(?<=["'])/[^\s"'<>?]{0,2000}\?[^\s"'<>]+""")
_IN_XML = re.compile(r"<(?:\w+:)?(proxyGrantingTicket|proxyTicket|loginRequestId|loginResponseId)>([^<]+)<")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # a terminal would obey some of them
_WORD = re.compile(r"[\w.~-]{6,}")
_LEAST = 6  # characters of a secret that is looked for everywhere
_DEEPEST = 4  # addresses within addresses


class Redactor:
    """Learns the secrets of a recording, then takes them out of any text."""

    def __init__(self) -> None:
        self.tokens: dict[str, dict[str, object]] = {}
        self._marks: dict[str, str] = {}
        self._numbers: defaultdict[str, int] = defaultdict(int)
        self._forms: list[tuple[str, str]] = []
        self._words: dict[str, str] = {}
        self._others: list[tuple[str, str]] = []

    # Learning.

    def learn(self, entry: RawEntry) -> None:
        """All secrets of an entry."""
        request, response = entry["request"], entry["response"]
        self._learn_address(request["url"])
        self._learn_rows(rows_of(request.get("queryString")))
        for part in (request, response):
            for name, value in rows_of(part.get("headers")):
                self._learn_header(name.lower(), value)
            for _, value in rows_of(part.get("cookies")):
                self._learn_cookie(value)
        self._learn_address(str(response.get("redirectURL") or ""))
        posted = request.get("postData")
        if isinstance(posted, dict):
            self._learn_rows(rows_of(posted.get("params")))
            self._learn_body(body_of(posted), str(posted.get("mimeType") or ""))
        self._learn_body(body_of(response.get("content")), "")

    def _learn_address(self, address: str, depth: int = 0) -> None:
        bare, _, fragment = address.partition("#")
        before, _, query = bare.partition("?")
        for match in _OPAQUE_PATH.finditer(before):
            self._learn("session", match[0].partition("=")[2])
        if "@" in before.partition("//")[2].partition("/")[0]:
            user, _, password = before.partition("//")[2].rpartition("@")[0].partition(":")
            self._learn("user", user)
            self._learn("password", password)
        for segment in before.split("/"):
            self._learn_if_opaque(segment)
        for text in (query, fragment):
            if text and "=" not in text:
                self._learn_if_opaque(text, least=8, kind="link")
            self._learn_rows(parse_qsl(text, keep_blank_values=True), depth)

    def _learn_rows(self, rows: Iterable[tuple[str, str]], depth: int = 0) -> None:
        for name, value in rows:
            self._learn_value(name, value, depth)

    def _learn_value(self, name: str, value: str, depth: int = 0) -> None:
        text = unquote(value)
        plain = name in PLAIN or METADATA_NAME.fullmatch(name)
        has_secret_name = not plain and (name.lower() in KIND_OF or SECRET_NAME.search(name))
        if ("//" in text[:12] or text.startswith("/")) and not has_secret_name:
            if depth < _DEEPEST:
                self._learn_address(text, depth + 1)
            return
        if plain:
            return
        kind = KIND_OF.get(name.lower())
        if kind == "code" and MEANT.fullmatch(value):
            return
        if kind == "pkce" and name.lower() == "code_verifier":
            self._alias(value, "pkce", challenge_of(value))
        elif kind == "fingerprint":
            self._alias(value, "fingerprint", digest if (digest := digest_of(value)) in self._marks else value)
        elif kind:
            self._learn(kind, value)
        elif SECRET_NAME.search(name):
            self._learn(kind_by(name), value)
        else:
            self._learn_if_opaque(value)
        self._learn_shapes(value)

    def _learn_header(self, name: str, value: str) -> None:
        if name == "cookie":
            for pair in value.split(";"):
                self._learn_cookie(pair.partition("=")[2].strip())
        elif name == "set-cookie":
            for line in value.split("\n"):
                self._learn_cookie(line.partition(";")[0].partition("=")[2].strip())
        elif name in {"authorization", "proxy-authorization"}:
            self._learn_authorization(value)
        elif name in {"location", "referer", "content-location", "link", "refresh"}:
            self._learn_address(value)
        elif SECRET_NAME.search(name):
            self._learn("value", value)

    def _learn_cookie(self, value: str) -> None:
        self._learn("cookie", value.strip('"'))

    def _learn_authorization(self, value: str) -> None:
        scheme, _, rest = value.strip().partition(" ")
        self._learn("authorization", rest or scheme)
        for part in rest.split():
            self._learn("authorization", part)
        if scheme.lower() == "basic":
            try:
                _, _, secret = base64.b64decode(rest).decode(errors="replace").partition(":")
            except (binascii.Error, ValueError):
                return
            self._learn("secret", secret)
            self._learn("secret", unquote(secret))
        self._learn_shapes(value)

    def _learn_body(self, text: str, kind: str) -> None:
        if text.lstrip().startswith(("{", "[")):
            self._learn_json(text)
        elif "form-urlencoded" in kind:
            self._learn_rows(parse_qsl(text, keep_blank_values=True))
        elif "multipart" in kind:
            for name, value in re.findall(r'name="([^"]*)"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n){0,5}\r?\n([^\r\n]*)', text):
                self._learn_value(name, value)
        self._learn_page(text)
        self._learn_shapes(text)

    def _learn_page(self, text: str) -> None:
        """Hidden fields, addresses with a query, and elements of XML."""
        for tag in _INPUT.findall(text):
            given = {name.lower(): html.unescape(one or other) for name, one, other in _ATTRIBUTE.findall(tag)}
            if given.get("name") and given.get("value"):
                self._learn_value(given["name"], given["value"])
        for address in _ADDRESS.findall(text):
            if "?" in address or "#" in address:
                self._learn_address(html.unescape(address))
        for name, value in _IN_XML.findall(text):
            self._learn_value(name, value)

    def _learn_json(self, text: str) -> None:
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):  # of a body that was cut, or is none: by what looks like its texts
            for name, value in re.findall(r'"(\w+)"\s*:\s*"((?:[^"\\]|\\.)*)', text):
                self._learn_value(name, value)
            return
        for name, value in leaves(document):
            self._learn_value(name, value)

    def _learn_shapes(self, text: str) -> None:
        for ticket in TICKET.findall(text):
            self._learn("login-request" if "_LR-" in ticket else "ticket", ticket)
        for token in JWT.findall(text):
            self._learn("token", token)

    def _learn_if_opaque(self, text: str, least: int = 24, kind: str = "value") -> None:
        """Learn what is long and without meaning: letters and digits mixed."""
        if len(text) >= least and is_opaque(text):
            self._learn(kind, text)

    def _alias(self, value: str, kind: str, same_as: str) -> None:
        """Give a secret the mark of the one that it belongs to, as a verifier belongs to its challenge."""
        if value not in self._marks:
            self._learn(kind, same_as)
            self._marks[value] = self._marks.get(same_as, "")

    def _learn(self, kind: str, value: str) -> None:
        value = value.strip()
        if not value or value in self._marks or value.startswith("["):
            return
        self._numbers[kind] += 1
        mark = self._marks[value] = f"[{kind}-{self._numbers[kind]}]"
        if JWT.fullmatch(value):
            claims = claims_of(value)
            for name, held in leaves(claims):
                if name.lower() in KIND_OF:
                    self._learn_value(name, held)
            self.tokens[mark] = claims

    # Taking out.

    def prepare(self) -> None:
        """After all was learned: the longest first, so that no part of one stays."""
        forms = {form: mark for value, mark in self._marks.items() for form in forms_of(value) if len(form) >= _LEAST}
        self._forms = sorted(forms.items(), key=lambda pair: -len(pair[0]))
        self._words = {form: mark for form, mark in self._forms if _WORD.fullmatch(form)}
        self._others = [(form, mark) for form, mark in self._forms if form not in self._words]
        self.tokens = {mark: self._clean_claims(claims) for mark, claims in self.tokens.items()}

    def _clean_claims(self, claims: dict[str, object]) -> dict[str, object]:
        return {name: self.clean_value(name, held) if isinstance(held, str) else held for name, held in claims.items()}

    def clean(self, text: str) -> str:
        """A text without secrets and e-mail addresses: words that are secrets, and all that is no word."""
        text = _CONTROL.sub("�", text.encode(errors="replace").decode())
        text = _WORD.sub(lambda match: self._words.get(match[0], match[0]), _replaced(text, self._others))
        return self._by_shape(text)

    def clean_output(self, text: str) -> str:
        """A text without its secrets, each also where it is a part of a word: slow, for what is shown."""
        return self._by_shape(_replaced(text, self._forms))

    def _by_shape(self, text: str) -> str:
        text = JWT.sub("[token]", TICKET.sub("[ticket]", text))
        return EMAIL.sub("[user]", text)

    def clean_value(self, name: str, value: str) -> str:
        """A value by its name: also a short one, such as a PIN."""
        if name not in PLAIN and (mark := self._marks.get(value.strip())):
            return mark
        return self.clean(value)

    def clean_address(self, address: str) -> str:
        return self.clean(_OPAQUE_PATH.sub("", re.sub(r"//[^/?#]*@", "//", address)).partition("#")[0])


def _replaced(text: str, forms: Iterable[tuple[str, str]]) -> str:
    for form, mark in forms:
        if form in text:
            text = text.replace(form, mark)
    return text
