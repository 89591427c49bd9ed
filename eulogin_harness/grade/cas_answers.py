"""Validation answers of CAS that are not what they ought to be: changes of an answer that is a success.

They work on the text, as a parser writes no broken XML. Each raises ValueError where the answer is no success.
"""

import re
from collections.abc import Callable

from eulogin_harness.grade.stand_in import Answer

_USER = re.compile(r"<cas:user>([^<]*)</cas:user>")
_SUCCESS = re.compile(r"<cas:authenticationSuccess>(.*)</cas:authenticationSuccess>", re.DOTALL)
_ROOT = re.compile(r"<cas:serviceResponse[^>]*>.*</cas:serviceResponse>", re.DOTALL)
_NAMESPACE = re.compile(r'xmlns:cas="[^"]*"')
_LEVEL = re.compile(r"<cas:authenticationLevel>[^<]*</cas:authenticationLevel>")
_STRENGTHS = re.compile(r"<cas:strengths[^>]*>.*</cas:strengths>", re.DOTALL)
_DECLARATION = re.compile(r"<\?xml[^>]*\?>\s*")

_WEAK_LEVEL = "<cas:authenticationLevel>BASIC</cas:authenticationLevel>"
_WEAK_STRENGTHS = '<cas:strengths number="1"><cas:strength>PASSWORD</cas:strength></cas:strengths>'


def uid_in(answer: Answer) -> str:
    """The user whom an answer names."""
    return _searched(_USER, answer)[1]


def with_users(xml: str) -> Callable[[Answer], Answer]:
    """Change the element `user` into this XML, in which {uid} stands for who was in it."""
    return lambda answer: _replaced(_USER, answer, xml.replace("{uid}", uid_in(answer)))


def with_user(text: str) -> Callable[[Answer], Answer]:
    """Change the content of `user` into this XML, in which {uid} stands for who was in it."""
    return with_users(f"<cas:user>{text}</cas:user>")


def with_document_type(declaration: str, user: str) -> Callable[[Answer], Answer]:
    """Put a document type in front of the answer, and an entity of it into `user`."""

    def change(answer: Answer) -> Answer:
        declared = declaration.replace("{uid}", uid_in(answer))
        changed = with_user(user)(answer)
        bare = _DECLARATION.sub("", changed.text)
        return changed.with_text(f"<?xml version='1.0' encoding='utf-8'?>\n{declared}\n{bare}")

    return change


def as_failure(answer: Answer) -> Answer:
    """A failure in which all stands that stood in the success."""
    inside = _searched(_SUCCESS, answer)[1]
    return _replaced(_SUCCESS, answer, _failure(inside))


def as_failure_and_success(answer: Answer) -> Answer:
    """A failure, and the success behind it."""
    success = _searched(_SUCCESS, answer)[0]
    return _replaced(_SUCCESS, answer, _failure("The ticket is not recognized") + success)


def _failure(inside: str) -> str:
    return f'<cas:authenticationFailure code="INVALID_TICKET">{inside}</cas:authenticationFailure>'


def cut_off(answer: Answer) -> Answer:
    """The answer without its end."""
    _searched(_SUCCESS, answer)
    return answer.with_text(answer.text.partition("</cas:authenticationSuccess>")[0])


def in_a_page(answer: Answer) -> Answer:
    """A web page, as proxies show it, in which the answer stands."""
    quoted = _searched(_ROOT, answer)[0]
    page = f"<!doctype html><html lang=en><title>Interrupted</title><h1>Service interrupted</h1>{quoted}</html>"
    return answer.with_text(page, "text/html; charset=utf-8")


def of_namespace(namespace: str) -> Callable[[Answer], Answer]:
    """The answer with all elements in another namespace."""
    return lambda answer: _replaced(_NAMESPACE, answer, f'xmlns:cas="{namespace}"')


def as_password_only(answer: Answer) -> Answer:
    """The answer to a sign-in by password: level BASIC, where it names a level, and strength PASSWORD."""
    _searched(_STRENGTHS, answer)
    return answer.with_text(_LEVEL.sub(_WEAK_LEVEL, _STRENGTHS.sub(_WEAK_STRENGTHS, answer.text)))


def _searched(pattern: re.Pattern[str], answer: Answer) -> re.Match[str]:
    if not (match := pattern.search(answer.text)):
        raise ValueError(f"expected EU Login to confirm the ticket, with {pattern.pattern}; got {answer.text[:300]}")
    return match


def _replaced(pattern: re.Pattern[str], answer: Answer, xml: str) -> Answer:
    _searched(pattern, answer)
    return answer.with_text(pattern.sub(lambda _: xml, answer.text, count=1))
