"""To whom an authorization request may be answered: the client, and exactly an address that it registered."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from mock_idp.oidc.clients import find_client, metadata_of, shown_id
from mock_idp.oidc.model import Client
from mock_world import Refusal, RefusalKind, World
from mock_world.i18n import N_

QUERY, FORM_POST = "query", "form_post"

CLIENT_UNKNOWN = RefusalKind(
    "authorize.client_unknown",
    message=N_("Go back to the application: EU Login does not know it by this client_id."),
    expected="one client_id, of a client that is registered in this world",
    remedy="register the client by POST /api/clients, and send its client_id as it was answered, once",
    status=400,
)
REDIRECT_MISSING = RefusalKind(
    "authorize.redirect_missing",
    message=N_("Go back to the application: it did not say where to send you after signing in."),
    expected="one redirect_uri, of these that are registered: {registered}",
    remedy="send redirect_uri once, exactly as it is registered",
    status=400,
)
REDIRECT_DIFFERS = RefusalKind(
    "authorize.redirect_differs",
    message=N_("Go back to the application: it asks to send you to an address that is not registered for it."),
    expected="exactly one of the registered redirect addresses: {registered}",
    remedy="{difference}; send a registered one letter by letter, or add this one to the client's redirect_uris",
    status=400,
)
_LOOPBACK = {"127.0.0.1", "::1"}  # by number alone (RFC 8252, 7.3 and 8.3)
_SHOWN = 200  # characters of an address in a text


@dataclass(frozen=True)
class RedirectTarget:
    """Where the answer to an authorization request goes. state: as it came; mode: `query` or `form_post`."""

    client: Client
    redirect_uri: str
    state: str = ""
    mode: str = QUERY


def single(values: Mapping[str, list[str]], name: str) -> str:
    """The value of a parameter that came once; empty where it came not at all or several times."""
    sent = values.get(name, [])
    return sent[0] if len(sent) == 1 else ""


def find_redirect_target(world: World, values: Mapping[str, list[str]]) -> RedirectTarget:
    """Where a request may be answered, checked before it is. Raises Refusal (authorize.client_unknown, redirect_*)."""
    client_id = single(values, "client_id")
    client = find_client(world, client_id) if client_id else None
    if client is None:
        got = repr(shown_id(client_id)) if client_id else f"{len(values.get('client_id', []))} client_ids"
        raise world.refuse(CLIENT_UNKNOWN, got=got)
    mode = single(values, "response_mode")
    return RedirectTarget(
        client, _redirect_uri(world, client, values), single(values, "state"), FORM_POST if mode == FORM_POST else QUERY
    )


def _redirect_uri(world: World, client: Client, values: Mapping[str, list[str]]) -> str:
    metadata = metadata_of(client)
    registered = metadata.redirect_uris
    came = single(values, "redirect_uri")
    if not came:
        got = f"{len(values.get('redirect_uri', []))} redirect_uris"
        raise world.refuse(REDIRECT_MISSING, got=got, registered=_listed(registered))
    is_native = metadata.application_type == "native"
    if came in registered or (is_native and any(_same_but_port(one, came) for one in registered)):
        return came
    raise _differs(world, registered, came)


def _differs(world: World, registered: list[str], came: str) -> Refusal:
    difference = mismatch_of(registered, came)
    got = came[:_SHOWN].partition("?")[0]  # its query may hold anything
    return world.refuse(REDIRECT_DIFFERS, got=got, registered=_listed(registered), difference=difference)


def _listed(addresses: list[str]) -> str:
    return ", ".join(addresses) or "none"


def _same_but_port(registered: str, came: str) -> bool:
    """Whether addresses differ by port alone: native apps listen on any port of loopback (RFC 8252, 7.3)."""
    if not came.isprintable():  # tabs and line ends are passed over where addresses are taken apart
        return False
    try:
        mine, theirs = urlsplit(registered), urlsplit(came)
        port = theirs.port  # no number is an error here
    except ValueError:
        return False
    loopback = mine.scheme == "http" and mine.hostname in _LOOPBACK and port != 0
    anywhere = theirs._replace(netloc=mine.netloc).geturl()
    host = f"[{mine.hostname}]" if ":" in str(mine.hostname) else mine.hostname
    return loopback and anywhere == registered and theirs.netloc in {host, f"{host}:{port}"}


def mismatch_of(registered: list[str], came: str) -> str:
    """In words, how an address differs from the registered one that is most like it."""
    near = difflib.get_close_matches(came[:_SHOWN], registered, n=1, cutoff=0.0)
    if not near:
        return "no redirect address is registered"
    try:
        mine, theirs = urlsplit(near[0]), urlsplit(came)
        parts = {
            "scheme": (mine.scheme, theirs.scheme),
            "host": (mine.hostname, theirs.hostname),
            "port": (mine.port, theirs.port),
            "path": (mine.path, theirs.path),
            "query": (mine.query, theirs.query),
            "fragment": (mine.fragment, theirs.fragment),
        }
    except ValueError:
        return "what came is no address"
    words = [_words(part, one, other) for part, (one, other) in parts.items() if one != other]
    return "; ".join(words) or f"it is spelt otherwise than {near[0]}"


def _words(part: str, registered: object, came: object) -> str:
    if part in {"query", "fragment"}:
        return f"the {part} differs from the registered one"
    if part == "path" and str(registered).rstrip("/") == str(came).rstrip("/"):
        return "the slash at the end differs"
    return f"the {part} differs: {registered or 'none'} is registered, {str(came or 'none')[:_SHOWN]} came"
