"""From an authorization request to its code: what is kept until the person is signed in, and who gets the answer."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from mock_idp.common import settings as s
from mock_idp.oidc import BASE
from mock_idp.oidc.authorize_redirect import CLIENT_UNKNOWN, RedirectTarget
from mock_idp.oidc.claims import issuer
from mock_idp.oidc.clients import find_client, name_of
from mock_idp.oidc.model import AuthorizationRequest, Grant
from mock_idp.oidc.refusals import OAuthRefusalKind, description, error_code
from mock_idp.signin.interstitials import interstitials_ahead
from mock_idp.signin.login_requests import keep_login_request
from mock_idp.signin.sessions import SignedIn
from mock_idp.signin.strengths import Demand, suffices
from mock_world import Refusal, RefusalKind, World
from mock_world.i18n import N_
from mock_world.journal import EventType

CODE_ISSUED = EventType(
    "code.issued",
    "An authorization code was issued to an OpenID Connect client; `not_sent`: of state and nonce what the client did "
    "not send, and so cannot find again.",
)

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
class Kept:
    """An authorization request that waits for its person, with the way back to its client."""

    row: AuthorizationRequest
    way: RedirectTarget

    @property
    def asked(self) -> dict[str, str]:
        return self.row.parameters


def answer_fields(world: World, way: RedirectTarget, **fields: str) -> dict[str, str]:
    """What the client is told: with its state, and with the issuer (RFC 9207)."""
    state = {"state": way.state} if way.state else {}
    return fields | state | {"iss": issuer(world)}


def error_fields(world: World, way: RedirectTarget, refusal: Refusal) -> dict[str, str]:
    return answer_fields(world, way, error=error_code(refusal), error_description=description(refusal))


def keep_request(
    world: World, way: RedirectTarget, asked: dict[str, str], browser: str, found: SignedIn | None
) -> AuthorizationRequest:
    """Keep what was asked for, checked, for the browser that came."""
    row = AuthorizationRequest(
        id=world.random.token(32),
        client_id=way.client.client_id,
        parameters=asked,
        browser=browser,
        session=found.session.id if found is not None else "",
        made_at=world.clock.now(),
        used_at=None,
        code="",
    )
    with world.database.session() as db:
        db.add(row)
    return row


def find_request(world: World, request_id: str, browser: str) -> Kept:
    """The request that waits, for its own browser. Raises Refusal (authorize.request_gone, client_unknown)."""
    with world.database.session() as db:
        row = db.get(AuthorizationRequest, request_id)
    now, life = world.clock.now(), world.settings[s.LOGIN_REQUEST_LIFE]
    if row is None or row.browser != browser or _is_over(world, row) or now - row.made_at >= life:
        raise _gone(world, row, browser)
    client = find_client(world, row.client_id)
    if client is None:
        raise world.refuse(CLIENT_UNKNOWN, got="a client that was deleted meanwhile")
    asked = row.parameters
    return Kept(row, RedirectTarget(client, asked["redirect_uri"], asked["state"], asked["response_mode"]))


def _is_over(world: World, row: AuthorizationRequest, uid: str = "") -> bool:
    """Whether it was answered for good: a code that nobody redeemed is given again to a browser that comes again.

    uid: of the person who comes, where that matters.
    """
    if row.used_at is None:
        return False
    with world.database.session() as db:
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


def _level(world: World, asked: dict[str, str]) -> str:
    return asked["level"] or world.settings[s.CAS_DEFAULT_LEVEL]


def _asks_anew(asked: dict[str, str]) -> bool:
    return bool({"login", "select_account"} & set(asked["prompt"].split()))


def _is_too_old(world: World, asked: dict[str, str], found: SignedIn) -> bool:
    """max_age 0 asks anew in any case (OpenID Connect Core, 3.1.2.1)."""
    if not asked["max_age"]:
        return False
    most = timedelta(seconds=int(asked["max_age"]))
    return not most or world.clock.now() - found.session.login_at > most


def _is_other(asked: dict[str, str], found: SignedIn) -> bool:
    """Whether somebody else is signed in than `id_token_hint` names."""
    return asked.get("subject", "") not in {"", found.account.uid}


def _is_unfit(world: World, asked: dict[str, str], found: SignedIn) -> bool:
    """Whether who is signed in has to prove it anew, or is somebody else."""
    return _is_too_old(world, asked, found) or _is_other(asked, found)


def begin_login(world: World, row: AuthorizationRequest, name: str, found: SignedIn | None) -> dict[str, str]:
    """Keep a login request that leads back here; gives the query of `/cas/login` for it.

    row: the authorization request. name: the client's. found: who is signed in now.
    """
    asked = row.parameters
    renew = _asks_anew(asked) or (found is not None and _is_unfit(world, asked, found))
    parameters = {
        "service": world.addresses.public("idp", f"{BASE}/authorize/continue", request=row.id),
        "renew": "true" if renew else "",
        "authenticationLevel": asked["level"],
        "locale": asked["locale"],
    }
    told = {key: value for key, value in parameters.items() if value}
    kept = keep_login_request(world, told, name=name, hint=asked["login_hint"] or asked.get("subject", ""))
    other = {"anonymize": "true"} if "select_account" in asked["prompt"].split() else {}
    return {"loginRequestId": kept.id} | other


def is_proved(world: World, kept: Kept, found: SignedIn) -> bool:
    """Whether who is signed in has proved what the client asks for: enough, and anew where it asks so."""
    new = found.session.id != kept.row.session
    stale = not new and (_asks_anew(kept.asked) or _is_unfit(world, kept.asked, found))
    return not stale and suffices(found.account, found.session.strengths, Demand(_level(world, kept.asked)))


def answer_silently(world: World, way: RedirectTarget, asked: dict[str, str], found: SignedIn | None) -> dict[str, str]:
    """`prompt=none`: the code, from a session that is there. Raises Refusal (authorize.*)."""
    if found is None or _is_too_old(world, asked, found):
        got = "nobody" if found is None else "a sign-in that is too old"
        raise world.refuse(LOGIN_REQUIRED, got=got, person=found.account.email if found else None)
    if _is_other(asked, found):
        raise _other_person(world, found)
    level = _level(world, asked)
    if not suffices(found.account, found.session.strengths, Demand(level)):
        got = f"a sign-in by {', '.join(found.session.strengths)}"
        raise world.refuse(INTERACTION_REQUIRED, got=got, person=found.account.email, level=level)
    if interstitials_ahead(world, found.account, way.redirect_uri, fresh=False):
        got = "a person who wants to be asked each time"
        raise world.refuse(INTERACTION_REQUIRED, got=got, person=found.account.email, level=level)
    return _code(world, way, asked, found, sso=True)


def _other_person(world: World, found: SignedIn) -> Refusal:
    return world.refuse(OTHER_PERSON, got="somebody else", person=found.account.email)


def was_asked(world: World, kept: Kept, found: SignedIn) -> bool:
    """Whether the person has sent a page for this request: signed in, or let the client know who they are."""
    is_new = found.session.id != kept.row.session
    return is_new or bool(interstitials_ahead(world, found.account, kept.way.redirect_uri, fresh=False))


def answer(world: World, kept: Kept, found: SignedIn) -> dict[str, str]:
    """The code; the same one for who comes again (form sent twice, reload). For somebody else than was asked for, an
    error. Raises Refusal (authorize.request_gone).
    """
    with world.database.session() as db:
        row = db.get_one(AuthorizationRequest, kept.row.id)
        if _is_over(world, row, found.account.uid):  # meanwhile, by another tab
            raise _gone(world, row, row.browser)
        if row.code:
            return answer_fields(world, kept.way, code=row.code)
        row.used_at = world.clock.now()
        if _is_other(kept.asked, found):
            return error_fields(world, kept.way, _other_person(world, found))
        told = _code(world, kept.way, kept.asked, found, sso=found.session.id == row.session)
        row.code = told["code"]
        return told


def deny(world: World, kept: Kept) -> dict[str, str]:
    """The person gave up. Raises Refusal (authorize.request_gone)."""
    with world.database.session() as db:
        row = db.get_one(AuthorizationRequest, kept.row.id)
        if row.used_at is not None:
            raise _gone(world, row, row.browser)
        row.used_at = world.clock.now()
    return error_fields(world, kept.way, world.refuse(DENIED, got="a person who gave up"))


def _code(world: World, way: RedirectTarget, asked: dict[str, str], found: SignedIn, *, sso: bool) -> dict[str, str]:
    grant = Grant(
        id=world.random.token(16),
        client_id=way.client.client_id,
        uid=found.account.uid,
        sid=found.session.sid,
        parameters=asked,
        strengths=found.session.strengths,
        auth_time=found.session.login_at,
        sso=sso,
        code=world.random.token(48),
        made_at=world.clock.now(),
        used_at=None,
        ended_at=None,
    )
    missing = ", ".join(name for name in ("state", "nonce") if not asked.get(name))
    with world.database.session() as db:
        db.add(grant)
        world.journal.record(
            CODE_ISSUED, person=found.account.email, client=name_of(way.client), sso=sso, not_sent=missing
        )
    return answer_fields(world, way, code=grant.code)
