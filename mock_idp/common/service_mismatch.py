"""In which way the service of a validation differs from the one at login, in the words of who has to mend it."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

_TICKET = re.compile(r"((?:ST|PT|PGT|PGTIOU)-)\d+-[A-Za-z0-9_-]+")
_SHOWN = 200  # characters of an address in the journal


def shown(address: str) -> str:
    """An address as the journal may hold it: without tickets that were left in it, and not endless."""
    return _TICKET.sub(r"\1...", address)[:_SHOWN]


def mismatch(at_login: str, at_validation: str) -> str:
    """What differs between two addresses; several things with semicolons between."""
    if difference := _encoding(at_login, at_validation):
        return difference
    try:
        differences = list(_mismatches(urlsplit(at_login), urlsplit(at_validation)))
    except ValueError:
        differences = []
    return "; ".join(differences) or "the addresses differ"


def _encoding(one: str, other: str) -> str:
    """What to say of addresses that are alike once decoded, once or twice; empty for others."""
    decoded = {unquote(one), unquote(unquote(one))} & {unquote(other), unquote(unquote(other))}
    return "they are encoded differently (encode the address once, as a parameter's value)" if decoded else ""


def _mismatches(login: SplitResult, validation: SplitResult) -> Iterator[str]:
    if login.scheme != validation.scheme:
        yield (
            f"{login.scheme}:// at login, {validation.scheme}:// at the validation "
            "(an application behind a proxy must know its public scheme)"
        )
    if login.netloc != validation.netloc:
        yield f"host {login.netloc} at login, {validation.netloc} at the validation"
    yield from _path(login.path, validation.path)
    if login.query != validation.query:
        yield _query(login.query, validation.query)
    if login.fragment != validation.fragment:
        both = login.fragment and validation.fragment
        yield (
            "the fragments (#...) differ; leave them out of both"
            if both
            else "one has a fragment (#...) that the other lacks; leave it out of both"
        )


def _path(login: str, validation: str) -> Iterator[str]:
    if login == validation:
        return
    if login.rstrip("/") == validation.rstrip("/"):
        yield f"a slash at the end {'at login only' if login.endswith('/') else 'at the validation only'}"
    elif difference := _encoding(login, validation):
        yield difference
    elif login.lower() == validation.lower():
        yield "capitals in the path differ"
    else:
        yield f"path {shown(login)} at login, {shown(validation)} at the validation"


def _query(login: str, validation: str) -> str:
    ours, theirs = parse_qsl(login, keep_blank_values=True), parse_qsl(validation, keep_blank_values=True)
    if ("ticket" in dict(theirs)) != ("ticket" in dict(ours)):
        return "the parameter ticket was left in the address (take it off before you send it as service)"
    if ours == theirs:
        return "the query says the same in other signs (encode the address once, as a parameter's value)"
    if sorted(ours) == sorted(theirs):
        return "the parameters of the query stand in another order"
    one, other = Counter(ours), Counter(theirs)
    names = sorted({name for name, _ in [*(one - other), *(other - one)]})
    return f"the query differs in {shown(', '.join(names))}"
