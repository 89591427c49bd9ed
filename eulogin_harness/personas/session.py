"""Signing somebody in without pages, by the rules that the pages obey (contract, `/api/personas/{id}/session`)."""

from eulogin_harness.documents.people import SessionAnswer
from eulogin_harness.personas.model import PersonaRow
from mock_idp.accounts.model import Account
from mock_idp.accounts.password_expiry import password_state
from mock_idp.accounts.passwords import usable_hash
from mock_idp.accounts.people import check_enabled
from mock_idp.cas.tickets import issue_ticket
from mock_idp.signin.login import LoginRequest, read_login_request
from mock_idp.signin.services import is_own
from mock_idp.signin.sessions import SignedIn, start_session
from mock_idp.signin.strengths import Demand, Method, chosen_beforehand, offered
from mock_world import RefusalKind, World
from mock_world.addresses import with_query
from mock_world.events import EventType
from mock_world.i18n import N_
from mock_world.web.cookies import stored_cookie

SIGNED_IN = EventType(
    "persona.signed_in",
    "{person} was signed in by the control API by {strength}, without pages.",
)

PASSWORD_EXPIRED = RefusalKind(
    "session.password_expired",
    message=N_("The password of this person has expired."),
    expected="a password that has not expired",
    remedy="give the person a new one by PATCH /api/personas/{{id}}, or raise setting password.max_age",
    status=409,
)
NOT_REACHED = RefusalKind(
    "session.not_reached",
    message=N_("This person cannot sign in with this strength."),
    expected="a strength that this person reaches: {strengths}",
    remedy="leave strength out to take the best one, or take a person who has the factor: people have the app from "
    "stage enrolled on; with always_two_factors the password alone never counts",
    status=409,
)
TOO_WEAK = RefusalKind(
    "session.too_weak",
    message=N_("The service demands a stronger sign-in."),
    expected="a sign-in of level {level} or higher, as the service demands",
    remedy="leave strength out, and take a person of stage enrolled or later: its phone reaches MEDIUM, and nobody "
    "reaches HIGH in this mock",
    status=409,
)


def sign_in(world: World, row: PersonaRow, strength: str | None, service: str | None) -> SessionAnswer:
    """Sign a person in as the pages would, with no page in between.

    strength: None takes the one that the sign-in page would choose. service: the ticket is for it.
    Raises Refusal (service.*, account.disabled, signin.no_password_yet, signin.locked, session.*).
    """
    world.begin_sign_in()
    login_request = read_login_request(world, {"service": service or ""})
    with world.database.session() as db:
        account = db.get_one(Account, row.uid)
        _check_account(world, account)
        chosen = _strength(world, account, login_request, strength)
        session = start_session(world, account, chosen)
        world.journal.record(SIGNED_IN, person=account.email, strength=chosen)
        ticket = _ticket(world, SignedIn(session, account), login_request.service)
        return SessionAnswer(
            storage_state={"cookies": [stored_cookie(world, "idp", "sso", session.id)], "origins": []},
            url=_address(world, login_request.service, ticket),
            ticket=ticket,
        )


def _check_account(world: World, account: Account) -> None:
    """Whether the right password would open the account."""
    usable_hash(world, account)
    check_enabled(world, account)
    if password_state(world, account) == "expired":
        raise world.refuse(PASSWORD_EXPIRED, got="an expired one", person=account.email)


def _strength(world: World, account: Account, login_request: LoginRequest, requested: str | None) -> str:
    reached = _named(offered(world, account, Demand(), on_mobile=True))
    if not reached or (requested and requested not in reached):
        strengths = ", ".join(reached) or "none"
        raise world.refuse(NOT_REACHED, got=requested or "no strength", person=account.email, strengths=strengths)
    accepted = offered(world, account, login_request.demand, on_mobile=True)
    chosen = requested or chosen_beforehand(accepted)
    if chosen not in _named(accepted):
        got = requested or ", ".join(reached)
        raise world.refuse(TOO_WEAK, got=got, person=account.email, level=login_request.demand.level)
    return chosen


def _named(methods: list[Method]) -> list[str]:
    return [method.strength for method in methods]


def _ticket(world: World, signed_in: SignedIn, service: str) -> str | None:
    """Of the sign-in itself, so none of single sign-on; pages of EU Login need none."""
    if not service or is_own(world, service):
        return None
    return issue_ticket(world, signed_in, service, sso=False).id


def _address(world: World, service: str, ticket: str | None) -> str:
    if ticket is not None:
        return with_query(service, {"ticket": ticket})
    return service or world.addresses.public("idp", "/cas/login")
