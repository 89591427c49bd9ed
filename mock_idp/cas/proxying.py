"""Proxying: a service gets a ticket with which it obtains tickets for other services (facts, proxying)."""

from datetime import datetime
from urllib.parse import urlsplit

import requests
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from mock_idp.accounts.model import Account
from mock_idp.cas.refusals import CasRefusalKind, check_no_internal_error
from mock_idp.cas.tickets import ServiceTicket, make_ticket, new_ticket_id
from mock_idp.common import settings as s
from mock_idp.common.back_channel import PATIENCE, reason_of
from mock_idp.common.cas_dialect import is_plain
from mock_idp.common.service_mismatch import shown
from mock_idp.signin import services
from mock_idp.signin.sessions import SignedIn, SsoSession, find_session
from mock_idp.signin.strengths import Demand, suffices
from mock_world import Refusal, World
from mock_world.addresses import with_query
from mock_world.calls import call, can_call
from mock_world.correlation import correlation_column, follow
from mock_world.database import Base
from mock_world.domains import LOOPBACK
from mock_world.events import EventType

GRANTED = EventType(
    "proxy.granted",
    "{service} got a proxy granting ticket for {person} by a call to its call-back address.",
)
ISSUED = EventType(
    "proxy.ticket_issued",
    "A proxy ticket for {service} was issued, for {person}.",
)

_SUCCESS = "{http://www.yale.edu/tp/casClient}proxySuccess"
_LONGEST = 64 * 1024  # bytes of an answer that is read

CALLBACK_INVALID = CasRefusalKind(
    "proxy.callback_invalid",
    message="The proxy call-back address is not accepted: {host}",
    expected=(
        "a pgtUrl with https (http on loopback alone, where setting proxy.plain_http allows it), on loopback, on a "
        "reserved domain or of allowed_targets"
    ),
    remedy="send an https address of your own as pgtUrl, URL-encoded; its host may need setting allowed_targets",
    failure="INVALID_PROXY_CALLBACK_URL",
    plain_failure="INVALID_PROXY_CALLBACK",
)
NOT_A_PROXY = CasRefusalKind(
    "proxy.not_allowed",
    message="The service is not allowed to act as a proxy",
    expected="a service that is registered with proxy, or is not registered at all",
    remedy='register the service with "proxy": true by POST /api/services, or validate without pgtUrl',
    failure="INVALID_PROXY_CALLBACK_URL",
    plain_failure="UNAUTHORIZED_SERVICE_PROXY",
)
CALLBACK_FAILED = CasRefusalKind(
    "proxy.callback_failed",
    message="The proxy call-back address did not answer as it must",
    expected="within {seconds} seconds, {wanted}",
    remedy="let the application answer {method} at its pgtUrl, and listen where this machine reaches it",
    failure="ECAS_PROXY_COMMUNICATION_ERROR",
    plain_failure="INVALID_PROXY_CALLBACK",
)
INCOMPLETE = CasRefusalKind(
    "proxy.incomplete",
    message="Parameters 'targetService' and 'pgt' are both required",
    expected="parameters targetService and pgt",
    remedy="send both, URL-encoded",
)
BAD_PGT = CasRefusalKind(
    "proxy.bad_pgt",
    message="The proxy granting ticket is not recognized",
    expected="a proxy granting ticket of this world, whose person is still signed in",
    remedy="send the pgtId of the call-back, not the pgtIou; after a sign-out let the person sign in again",
    failure="BAD_PGT",
)
ACCESS_DENIED = CasRefusalKind(
    "proxy.access_denied",
    message="The user may not use the target service",
    expected="a person of assurance level {least} or higher, signed in at level {level} or higher",
    remedy="let somebody sign in whom the target service accepts, or lower what its registration demands",
    failure="ACCESSED_DENIED",
    plain_failure="UNAUTHORIZED_SERVICE",
)


class ProxyGrant(Base):
    """A proxy granting ticket; it is worth something while the session of that `sid` lasts.

    proxies: call-back addresses of the proxies that it passed, the last one first.
    """

    __tablename__ = "idp_proxy_grant"

    id: Mapped[str] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(index=True)
    sid: Mapped[str]
    proxies: Mapped[list[str]]
    made_at: Mapped[datetime]
    correlation_id: Mapped[str] = correlation_column()


def grant(world: World, ticket: ServiceTicket, account: Account, pgt_url: str) -> str:
    """Give the service of a validated ticket a proxy granting ticket by its call-back address; returns the IOU.

    Calls out, so no transaction may be held. Raises Refusal (proxy.*).
    """
    _check_proxy(world, ticket.service, account, pgt_url)
    pgt, iou = (new_ticket_id(world, kind) for kind in ("PGT", "PGTIOU"))
    _call_back(world, account, pgt_url, {"pgtId": pgt, "pgtIou": iou})
    with world.database.session() as db:
        proxies = [pgt_url, *ticket.proxies]
        db.add(ProxyGrant(id=pgt, uid=account.uid, sid=ticket.sid, proxies=proxies, made_at=world.clock.now()))
        world.journal.record(GRANTED, person=account.email, service=shown(ticket.service))
    return iou


def _check_proxy(world: World, service: str, account: Account, pgt_url: str) -> None:
    """Raises Refusal (proxy.not_allowed, proxy.callback_invalid)."""
    if not services.service_of(world, service).proxy:
        raise world.refuse(NOT_A_PROXY, got=shown(service), person=account.email)
    if not _is_safe(pgt_url, plain=world.settings[s.PROXY_PLAIN_HTTP]) or not can_call(world, pgt_url):
        address = shown(pgt_url.partition("?")[0])  # the rest may be secret
        raise world.refuse(CALLBACK_INVALID, got=address, person=account.email, host=_origin(pgt_url))


def _is_safe(url: str, *, plain: bool) -> bool:
    """Whether a call-back address is https. plain: http on loopback too, where applications under test listen."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" or (plain and (host in LOOPBACK or host.endswith(".localhost")))


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "no address"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"[:200]


def _call_back(world: World, account: Account, pgt_url: str, tickets: dict[str, str]) -> None:
    """Raises Refusal (proxy.callback_failed)."""
    plain = is_plain(world)
    method = "GET" if plain else "POST"
    url, form = (with_query(pgt_url, tickets), None) if plain else (pgt_url, tickets)
    try:
        answer = call(world, method, url, form=form, seconds=PATIENCE, largest=_LONGEST)
        problem = _problem(answer, plain=plain)
    except Refusal as refusal:  # the authority that calls are to trust cannot be read, say
        problem = refusal.message()
    except requests.RequestException as error:
        problem = reason_of(error)
    if problem:
        document = "" if plain else " and a proxySuccess document of namespace http://www.yale.edu/tp/casClient"
        expected = f"status 200{document} as answer to a {method} with pgtId and pgtIou"
        raise world.refuse(
            CALLBACK_FAILED, got=problem, person=account.email, seconds=int(PATIENCE), wanted=expected, method=method
        )


def _problem(answer: requests.Response, *, plain: bool) -> str:
    """What is wrong with an answer; empty where nothing is."""
    if answer.status_code != requests.codes.ok:
        return f"status {answer.status_code} from {_origin(answer.url)}"
    if plain:
        return ""
    try:
        root = fromstring(answer.content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return "status 200 with something else than XML, or XML with a document type"
    return "" if root.tag == _SUCCESS else f"status 200 with a document {root.tag[:100]}"


def issue_proxy_ticket(world: World, pgt: str, target: str) -> ServiceTicket:
    """A proxy ticket for the service `target`. Raises Refusal (proxy.*, service.*, ticket.internal_error)."""
    if not pgt or not target:
        raise world.refuse(INCOMPLETE, got="no pgt" if not pgt else "no targetService")
    living_grant = _living(world, pgt)
    if living_grant is None:
        raise world.refuse(BAD_PGT, got="a pgtIou" if pgt.startswith("PGTIOU-") else "another ticket")
    given, signed_in = living_grant
    follow(given.correlation_id, person=signed_in.account.email)
    services.check_service(world, target)
    _check_target(world, signed_in, target)
    check_no_internal_error(world, target, signed_in.account.email)
    with world.database.session() as db:
        ticket = make_ticket(world, signed_in, target, kind="PT", sso=True, proxies=given.proxies)
        db.add(ticket)
        world.journal.record(ISSUED, person=signed_in.account.email, service=shown(target))
    return ticket


def _living(world: World, pgt: str) -> tuple[ProxyGrant, SignedIn] | None:
    """The grant with the session on which it hangs, while that lasts and the account is not disabled."""
    with world.database.session() as db:
        given = db.get(ProxyGrant, pgt)
        if given is None:
            return None
        signed_in = find_session(world, db.scalar(select(SsoSession.id).where(SsoSession.sid == given.sid)))
    return (given, signed_in) if signed_in is not None else None


def _check_target(world: World, signed_in: SignedIn, target: str) -> None:
    """Check assurance (plain CAS knows none) and level of the person. Raises Refusal (proxy.access_denied)."""
    account, strengths = signed_in.account, signed_in.session.strengths
    service = services.service_of(world, target)
    least, level = 0 if is_plain(world) else service.least_assurance_level, service.authentication_level
    if account.assurance_level < least or not suffices(account, strengths, Demand(level)):
        got = f"assurance level {account.assurance_level}, signed in by {', '.join(strengths)}"
        raise world.refuse(ACCESS_DENIED, got=got, person=account.email, least=least, level=level)
