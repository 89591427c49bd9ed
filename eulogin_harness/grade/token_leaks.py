"""Whether tokens that EU Login gave an application can be read where they do not belong."""

import base64
import re
import zlib
from typing import TYPE_CHECKING

from eulogin_harness.grade.outcomes import NotDone, Unsound
from eulogin_harness.grade.stand_in import TOKEN, Answer
from eulogin_harness.grade.tokens import tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eulogin_harness.grade.trial import Trial
    from eulogin_harness.grade.visitor import Visitor

Tokens = dict[str, str]
_KINDS = ("access_token", "id_token", "refresh_token")
_HINT = re.compile(r"id_token_hint=[\w.-]+")  # meant for the browser (RP-Initiated Logout, 2)


def signed_in_with_tokens(trial: "Trial") -> "tuple[Visitor, Tokens]":
    """A browser in which somebody has signed in, and the tokens that the application got: kinds by value.

    Raises NotDone.
    """
    tokens: Tokens = {}

    def record(answer: Answer) -> Answer:
        issued = tokens_of(answer)
        tokens.update({issued[kind]: kind for kind in _KINDS if kind in issued})
        return answer

    trial.change(TOKEN, record)
    visitor = trial.signed_in()
    if not tokens:
        raise NotDone("expected the application to redeem a code for tokens; it asked for none")
    return visitor, tokens


def expect_none_in(texts: "Iterable[tuple[str, str]]", tokens: Tokens) -> None:
    """Raises Unsound where a text holds a token. texts: what each is, and itself."""
    for name, text in texts:
        searched = _HINT.sub("", text)
        for value, kind in tokens.items():
            if value in searched:
                raise Unsound(f"{name} holds the {kind} that EU Login gave the application")


def readings(value: str) -> str:
    """The value of a cookie as it is, and what its parts are in base64, unpacked where they are packed."""
    return "\n".join([value, *(_read(part) for part in re.split(r"[.|&=\"% ]+", value))])


def _read(part: str) -> str:
    try:
        data = base64.urlsafe_b64decode(part.replace("+", "-").replace("/", "_") + "=" * (-len(part) % 4))
    except ValueError:
        return ""
    try:
        return zlib.decompress(data).decode("utf-8", "replace")
    except zlib.error:
        return data.decode("utf-8", "replace")
