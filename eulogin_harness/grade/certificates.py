"""What happens when EU Login shows a certificate that is not to be trusted."""

import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from eulogin_harness.grade.outcomes import NotApplicable, NotDone, Unsound
from eulogin_harness.grade.stand_in import Answer, EuLoginCall
from mock_world.addresses import Addresses
from mock_world.tls import NAMES, Authority, make_authority

if TYPE_CHECKING:
    from eulogin_harness.grade.trial import Trial

BY_HTTP = "it asks EU Login by http, where no certificate is shown"
Certificate = Callable[[Authority, Iterable[str]], ssl.SSLContext]
_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def of_unknown_authority(_: Authority, names: Iterable[str]) -> ssl.SSLContext:
    """For EU Login's names, of an authority that nobody trusts."""
    return make_authority(names).context


def of_other_host(authority: Authority, _: Iterable[str]) -> ssl.SSLContext:
    """Of the right authority, for another name."""
    return authority.other_context("other.example")


def expired(authority: Authority, names: Iterable[str]) -> ssl.SSLContext:
    """Of the right authority, for EU Login's names, over long ago."""
    return authority.other_context(*names, not_after=_LONG_AGO)


def names_of_eu_login(addresses: Addresses) -> list[str]:
    """By what EU Login may be called: as by the listeners' own certificate, and in its addresses."""
    called = (urlsplit(address).hostname or "" for address in (addresses.public("idp"), addresses.internal("idp")))
    return list(dict.fromkeys([*NAMES, *called]))


class Shown:
    """A certificate that EU Login shows. believed: calls over connections to which it was shown; others: the rest."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.believed: list[EuLoginCall] = []
        self.others: list[EuLoginCall] = []
        self._context = context
        self._connections: dict[int, ssl.SSLSocket] = {}  # by the caller's port

    @property
    def was_seen(self) -> bool:
        """Whether anybody came to see it."""
        return bool(self._connections)

    def show(self, connection: ssl.SSLSocket, _name: str | None, _context: ssl.SSLContext) -> None:
        """Show it to a client that says hello (`sni_callback` of ssl)."""
        self._connections[connection.getpeername()[1]] = connection
        connection.context = self._context

    def note(self, call: EuLoginCall) -> None:
        """Note a call while its connection is open: one that was resumed verified an earlier certificate."""
        connection = self._connections.get(call.port)
        is_new = connection is not None and not connection.session_reused
        (self.believed if is_new else self.others).append(call)


@contextmanager
def shown(authority: Authority, context: ssl.SSLContext) -> Iterator[Shown]:
    """EU Login's listeners show the certificate of `context` while this lasts."""
    certificate = Shown(context)
    authority.context.sni_callback = cast("Any", certificate.show)  # typeshed knows no sockets there
    try:
        yield certificate
    finally:
        authority.context.sni_callback = None


def expect_no_call(
    trial: "Trial", endpoint: str, certificate: Certificate, come_back: Callable[[], object], unsound: str
) -> None:
    """Raises Unsound, with that text, where an endpoint is called although EU Login shows that certificate.

    come_back: lets a browser come back, so that the application calls. Raises NotDone where it kept a connection,
    NotApplicable where EU Login speaks http.
    """
    authority = trial.stand_in.authority
    if authority is None:
        raise NotApplicable(BY_HTTP)
    with shown(authority, certificate(authority, names_of_eu_login(trial.world.addresses))) as now:

        def note(answer: Answer) -> Answer:
            now.note(trial.stand_in.calls_of(endpoint)[-1])
            return answer

        trial.change(endpoint, note)
        come_back()
    if now.believed:
        raise Unsound(unsound)
    if now.others or not now.was_seen:
        raise NotDone("expected a new connection to EU Login; the application kept one from before")


def closing(answer: Answer) -> Answer:
    """Let the caller keep no connection."""
    answer.headers["Connection"] = "close"
    return answer
