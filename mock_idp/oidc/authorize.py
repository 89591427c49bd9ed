"""From an authorization request to its code: what is kept until the person is signed in, and who gets the answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from mock_idp.accounts.model import Account
from mock_idp.common import settings as s
from mock_idp.oidc import BASE
from mock_idp.oidc.authorize_redirect import CLIENT_UNKNOWN, FORM_POST, RedirectTarget
from mock_idp.oidc.claims import issuer
from mock_idp.oidc.clients import find_client, name_of, shown_id
from mock_idp.oidc.model import AuthorizationRequest, Client, Grant
from mock_idp.oidc.refusals import OAuthRefusalKind, description, error_code
from mock_idp.signin.interstitials import interstitials_ahead
from mock_idp.signin.login_requests import store_login_request
from mock_idp.signin.services import is_openid_connect
from mock_idp.signin.sessions import SignedIn, described
from mock_idp.signin.strengths import Demand, suffices
from mock_idp.signin.unredeemed import Unredeemed, report, watch
from mock_world import Refusal, RefusalKind, World
from mock_world.correlation import follow
from mock_world.events import EventType
from mock_world.faults import Application
from mock_world.i18n import N_
from mock_world.world import job_handler

CODE_ISSUED = EventType(
    "code.issued",
    "{client} got an authorization code for {person}[, without a page: by the session that began at {session_since} "
    "with {session_strengths}][; not sent, so it cannot be found again: {not_sent}].",
)
NOT_REDEEMED = EventType(
    "code.not_redeemed",
    "{application} did not redeem the code of {person} within {seconds} seconds. Likely: {cause}[. Or else: "
    "{or_else}].",
    logged=True,
)
_WATCH = "code.watch"
_BY_FORM = (
    "the browser was sent to {address} by a form POST of another site, as response_mode=form_post wishes: the "
    "application takes no POST there, or its cookie does not come with it (SameSite)"
)
_REFUSES = "refuses what the browser brings to {address} ({why}), "
_STATE_SENT = (
    "it does not know the state: its own session cookie did not come back (SameSite=Strict, Secure on http, another "
    "host name, a path that does not fit, one cookie name for two applications), or it keeps another state"
)
_STATE_MISSING = "it expects a state, and none was sent to /authorize"

REQUEST_GONE = RefusalKind(
    "authorize.request_gone",
    message=N_(
        "Go back to the application and sign in from there: this sign-in is over, or belongs to another browser."
    ),
    expected="an authorization request of this browser, at most {minutes} minutes old, whose code was not redeemed yet",
    remedy="send the browser to /cas/oauth2/authorize again; what it is sent on with is for one browser, once",
    status=410,
)
LOGIN_REQUIRED = OAuthRefusalKind(
    "authorize.login_required",
    message="Nobody is signed in, or the sign-in is too old, and prompt=none was asked",
    expected="somebody who is signed in at EU Login in this browser, within max_age seconds where that is sent",
    remedy="send the browser again without prompt=none, so that the person can sign in",
    error="login_required",
)
OTHER_PERSON = OAuthRefusalKind(
    "authorize.other_person",
    message="The person whom id_token_hint names is not the one who is signed in",
    expected="the person whom id_token_hint names, and nobody else (OpenID Connect Core, 3.1.2.2)",
    remedy="leave id_token_hint out where somebody else may sign in",
    error="login_required",
)
INTERACTION_REQUIRED = OAuthRefusalKind(
    "authorize.interaction_required",
    message="The person must do something at EU Login first, and prompt=none was asked",
    expected="a sign-in of level {level} or higher, by somebody who is not to be asked before it is released",
    remedy="send the browser again without prompt=none, so that EU Login can ask the person",
    error="interaction_required",
)
DENIED = OAuthRefusalKind(
    "authorize.denied",
    message="The person gave the sign-in up",
    expected="a person who goes through with the sign-in",
    remedy="nothing is wrong with the client: tell the person, and offer to sign in again",
    error="access_denied",
)


@dataclass(frozen=True)
class PendingRequest:
    """An authorization request that waits for its person, with the return URL of its client."""

    row: AuthorizationRequest
    way: RedirectTarget

    @property
    def parameters(self) -> dict[str, str]:
        return self.row.parameters


def answer_fields(world: World, way: RedirectTarget, **fields: str) -> dict[str, str]:
    """The fields of an answer to the client, with its state and the issuer (RFC 9207)."""
    state = {"state": way.state} if way.state else {}
    return fields | state | {"iss": issuer(world)}


def error_fields(world: World, way: RedirectTarget, refusal: Refusal) -> dict[str, str]:
    return answer_fields(world, way, error=error_code(refusal), error_description=description(refusal))


def keep_request(
    world: World, way: RedirectTarget, parameters: dict[str, str], browser: str, signed_in: SignedIn | None
) -> AuthorizationRequest:
    """Store the checked parameters of an authorization request for the browser that sent it."""
    row = AuthorizationRequest(
        id=world.random.token(32),
        client_id=way.client.client_id,
        parameters=parameters,
        browser=browser,
        session=signed_in.session.id if signed_in is not None else "",
        made_at=world.clock.now(),
        used_at=None,
        code="",
    )
    with world.database.session() as db:
        db.add(row)
    return row


def find_request(world: World, request_id: str, browser: str) -> PendingRequest:
    """The pending request, for the browser that sent it. Raises Refusal (authorize.request_gone, client_unknown)."""
    with world.database.reading() as db:
        row = db.get(AuthorizationRequest, request_id)
    if row is not None:
        follow(row.correlation_id)
    now, life = world.clock.now(), world.settings[s.LOGIN_REQUEST_LIFE]
    if row is None or row.browser != browser or _is_over(world, row) or now - row.made_at >= life:
        raise _gone(world, row, browser)
    client = find_client(world, row.client_id)
    if client is None:
        raise world.refuse(CLIENT_UNKNOWN, got="a client that was deleted meanwhile")
    parameters = row.parameters
    return PendingRequest(
        row, RedirectTarget(client, parameters["redirect_uri"], parameters["state"], parameters["response_mode"])
    )


def application_at(world: World, address: str) -> Application:
    """The application to which a sign-in with this service leads: an OpenID Connect client, else one of CAS."""
    if not is_openid_connect(world, address):
        return {"service": address}
    request_id = parse_qs(urlsplit(address).query).get("request", [""])[0]
    with world.database.reading() as db:
        row = db.get(AuthorizationRequest, request_id)
    return {"client_id": row.client_id} if row is not None else {}


def _is_over(world: World, row: AuthorizationRequest, uid: str = "") -> bool:
    """Whether a request was answered for good: a code not redeemed is given again to a browser that comes again.

    uid: of the person who comes, where that matters.
    """
    if row.used_at is None:
        return False
    with world.database.reading() as db:
        grant = db.scalar(select(Grant).where(Grant.code == row.code)) if row.code else None
    if grant is None or grant.used_at is not None or grant.ended_at is not None:
        return True
    too_old = world.clock.now() - grant.made_at >= world.settings[s.OIDC_CODE_LIFE]
    return too_old or uid not in {"", grant.uid}


def _gone(world: World, row: AuthorizationRequest | None, browser: str) -> Refusal:
    if row is None:
        got = "an unknown request"
    elif row.browser != browser:
        got = "the request of another browser"
    else:
        got = "a request that was answered already" if row.used_at is not None else "a request that is too old"
    return world.refuse(REQUEST_GONE, got=got, minutes=world.settings.minutes(s.LOGIN_REQUEST_LIFE))


def _level(world: World, parameters: dict[str, str]) -> str:
    return parameters["level"] or world.settings[s.CAS_DEFAULT_LEVEL]


def _asks_again(parameters: dict[str, str]) -> bool:
    return bool({"login", "select_account"} & set(parameters["prompt"].split()))


def _is_too_old(world: World, parameters: dict[str, str], signed_in: SignedIn) -> bool:
    """Whether the sign-in is older than `max_age`; 0 asks again in any case (OpenID Connect Core, 3.1.2.1)."""
    if not parameters["max_age"]:
        return False
    most = timedelta(seconds=int(parameters["max_age"]))
    return not most or world.clock.now() - signed_in.session.login_at > most


def _is_other(parameters: dict[str, str], signed_in: SignedIn) -> bool:
    """Whether somebody else is signed in than `id_token_hint` names."""
    return parameters.get("subject", "") not in {"", signed_in.account.uid}


def _is_unfit(world: World, parameters: dict[str, str], signed_in: SignedIn) -> bool:
    """Whether the person has to sign in again, or is somebody else than `id_token_hint` names."""
    return _is_too_old(world, parameters, signed_in) or _is_other(parameters, signed_in)


def begin_login(world: World, row: AuthorizationRequest, name: str, signed_in: SignedIn | None) -> dict[str, str]:
    """Store a login request that leads back to the authorization request; returns the query of `/cas/login` for it.

    row: the authorization request. name: the client's. signed_in: the current session, if any.
    """
    parameters = row.parameters
    renew = _asks_again(parameters) or (signed_in is not None and _is_unfit(world, parameters, signed_in))
    query = {
        "service": world.addresses.public("idp", f"{BASE}/authorize/continue", request=row.id),
        "renew": "true" if renew else "",
        "authenticationLevel": parameters["level"],
        "locale": parameters["locale"],
    }
    given = {key: value for key, value in query.items() if value}
    login_request = store_login_request(
        world, given, name=name, hint=parameters["login_hint"] or parameters.get("subject", "")
    )
    other = {"anonymize": "true"} if "select_account" in parameters["prompt"].split() else {}
    return {"loginRequestId": login_request.id} | other


def is_proved(world: World, pending: PendingRequest, signed_in: SignedIn) -> bool:
    """Whether the signed-in person has proved what the client asks for: enough, and again where it asks so."""
    new = signed_in.session.id != pending.row.session
    stale = not new and (_asks_again(pending.parameters) or _is_unfit(world, pending.parameters, signed_in))
    return not stale and suffices(
        signed_in.account, signed_in.session.strengths, Demand(_level(world, pending.parameters))
    )


def answer_silently(
    world: World, way: RedirectTarget, parameters: dict[str, str], signed_in: SignedIn | None
) -> dict[str, str]:
    """The code for `prompt=none`, from a session that is there. Raises Refusal (authorize.*)."""
    if signed_in is None or _is_too_old(world, parameters, signed_in):
        got = "nobody" if signed_in is None else "a sign-in that is too old"
        raise world.refuse(LOGIN_REQUIRED, got=got, person=signed_in.account.email if signed_in else None)
    if _is_other(parameters, signed_in):
        raise _other_person(world, signed_in)
    level = _level(world, parameters)
    if not suffices(signed_in.account, signed_in.session.strengths, Demand(level)):
        got = f"a sign-in by {', '.join(signed_in.session.strengths)}"
        raise world.refuse(INTERACTION_REQUIRED, got=got, person=signed_in.account.email, level=level)
    if interstitials_ahead(world, signed_in.account, way.redirect_uri, fresh=False):
        got = "a person who wants to be asked each time"
        raise world.refuse(INTERACTION_REQUIRED, got=got, person=signed_in.account.email, level=level)
    return _code(world, way, parameters, signed_in, sso=True)


def _other_person(world: World, signed_in: SignedIn) -> Refusal:
    return world.refuse(OTHER_PERSON, got="somebody else", person=signed_in.account.email)


def interaction_happened(world: World, pending: PendingRequest, signed_in: SignedIn) -> bool:
    """Whether the person has sent a page for this request: signed in, or let the client know who they are."""
    is_new = signed_in.session.id != pending.row.session
    return is_new or bool(interstitials_ahead(world, signed_in.account, pending.way.redirect_uri, fresh=False))


def answer(world: World, pending: PendingRequest, signed_in: SignedIn) -> dict[str, str]:
    """The answer with a code, the same one where the browser comes again (form sent twice, reload); for somebody else
    than `id_token_hint` names, with an error. Raises Refusal (authorize.request_gone).
    """
    with world.database.session() as db:
        row = db.get_one(AuthorizationRequest, pending.row.id)
        if _is_over(world, row, signed_in.account.uid):  # meanwhile, by another tab
            raise _gone(world, row, row.browser)
        if row.code:
            return answer_fields(world, pending.way, code=row.code)
        row.used_at = world.clock.now()
        if _is_other(pending.parameters, signed_in):
            return error_fields(world, pending.way, _other_person(world, signed_in))
        fields = _code(world, pending.way, pending.parameters, signed_in, sso=signed_in.session.id == row.session)
        row.code = fields["code"]
        return fields


def deny(world: World, pending: PendingRequest) -> dict[str, str]:
    """The error for the client, as the person gave up. Raises Refusal (authorize.request_gone)."""
    with world.database.session() as db:
        row = db.get_one(AuthorizationRequest, pending.row.id)
        if row.used_at is not None:
            raise _gone(world, row, row.browser)
        row.used_at = world.clock.now()
    return error_fields(world, pending.way, world.refuse(DENIED, got="a person who gave up"))


def _code(
    world: World, way: RedirectTarget, parameters: dict[str, str], signed_in: SignedIn, *, sso: bool
) -> dict[str, str]:
    grant = Grant(
        id=world.random.token(16),
        client_id=way.client.client_id,
        uid=signed_in.account.uid,
        sid=signed_in.session.sid,
        parameters=parameters,
        strengths=signed_in.session.strengths,
        auth_time=signed_in.session.login_at,
        sso=sso,
        code=world.random.token(48),
        made_at=world.clock.now(),
        used_at=None,
        ended_at=None,
    )
    missing = ", ".join(name for name in ("state", "nonce") if not parameters.get(name))
    with world.database.session() as db:
        db.add(grant)
        world.journal.record(
            CODE_ISSUED,
            person=signed_in.account.email,
            client=name_of(way.client),
            not_sent=missing,
            **described(signed_in, sso=sso),
        )
        watch(world, _WATCH, grant.made_at)
    return answer_fields(world, way, code=grant.code)


@job_handler(_WATCH)
def _report_later(world: World, payload: dict[str, Any]) -> None:
    report(world, payload, _WATCH, NOT_REDEEMED, unredeemed)


def unredeemed(world: World, since: datetime) -> list[Unredeemed]:
    """Codes since a moment that were not redeemed and have not ended."""
    open_codes = Grant.used_at.is_(None), Grant.ended_at.is_(None), Grant.made_at >= since
    query = select(Grant, Account.email, Client).join(Account, Account.uid == Grant.uid)
    query = query.join(Client, Client.client_id == Grant.client_id).where(*open_codes).order_by(Grant.made_at)
    with world.database.reading() as db:
        rows = db.execute(query).all()
    endpoint = f"{issuer(world)}/token"
    return [
        Unredeemed(
            email,
            name_of(client),
            grant.made_at,
            grant.correlation_id,
            endpoint,
            shown_id(client.client_id),
            **_return_problems(grant.parameters),
        )
        for grant, email, client in rows
    ]


def _return_problems(parameters: dict[str, str]) -> dict[str, str]:
    """Why a client may not get what the browser brings, or refuse it, by what it sent itself."""
    address = parameters["redirect_uri"].partition("?")[0]
    by_form = _BY_FORM.format(address=address) if parameters["response_mode"] == FORM_POST else ""
    why = _STATE_SENT if parameters["state"] else _STATE_MISSING
    return {"by_form": by_form, "refuses": _REFUSES.format(address=address, why=why)}
