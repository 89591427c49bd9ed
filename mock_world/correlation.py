"""The correlation id of a sign-in: it joins what happens for one, across requests and actors."""

from contextvars import ContextVar
from dataclasses import dataclass, replace

from sqlalchemy.orm import MappedColumn, mapped_column

HEADER = "X-Correlation-ID"


@dataclass(frozen=True)
class SignIn:
    """The sign-in that the current request belongs to; person (e-mail address) and client where they are known.

    correlation_id: empty where only the client is known.
    """

    correlation_id: str
    person: str | None = None
    client: str | None = None


CURRENT: ContextVar[SignIn | None] = ContextVar("sign_in", default=None)


def follow(correlation_id: str | None, *, person: str | None = None, client: str | None = None) -> None:
    """Let what happens from now on in this request belong to a sign-in; an empty id changes nothing."""
    if correlation_id:
        CURRENT.set(SignIn(correlation_id, person, client))


def follow_none() -> None:
    """Let what happens from now on belong to no sign-in: another request, or another turn of a thread, begins."""
    CURRENT.set(None)


def name_client(client: str | None) -> None:
    """Let what happens from now on in this request name the client that calls, where nothing else has named it."""
    current = CURRENT.get() or SignIn("")
    CURRENT.set(replace(current, client=current.client or client))


def correlation_id() -> str:
    """The id of the current sign-in; empty where there is none."""
    current = CURRENT.get()
    return current.correlation_id if current else ""


def current_person() -> str | None:
    """E-mail address of the person of the current sign-in, where it is known."""
    current = CURRENT.get()
    return current.person if current else None


def correlation_column() -> MappedColumn[str]:
    """A column that keeps the sign-in in which its row was made."""
    return mapped_column(default=correlation_id)
