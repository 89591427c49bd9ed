"""Signing oneself up (guide, G02 and G03)."""

from collections.abc import Iterator
from dataclasses import dataclass

from mock_idp.account_management.password_links import send_link
from mock_idp.accounts.model import Account
from mock_idp.accounts.names import unseen_problem
from mock_idp.accounts.people import (
    EMAIL_TAKEN,
    NewAccount,
    check_address,
    check_enabled,
    create_account,
    find_account,
    get_account,
    is_name,
)
from mock_world import Refusal, RefusalKind, World
from mock_world.domains import is_institution
from mock_world.events import EventType
from mock_world.i18n import DEFAULT, N_, spoken

REGISTERED = EventType(
    "account.registered",
    "{person} signed up, as user {uid}.",
)

FIRST_NAME_WRONG = RefusalKind(
    "signup.first_name_wrong",
    message=N_("Enter a first name of 1 to 100 characters."),
    expected="a first name of 1 to 100 printable characters",
    remedy="enter the name, or a shorter form of it",
)
LAST_NAME_WRONG = RefusalKind(
    "signup.last_name_wrong",
    message=N_("Enter a last name of 1 to 100 characters."),
    expected="a last name of 1 to 100 printable characters",
    remedy="enter the name, or a shorter form of it",
)
EMAILS_DIFFER = RefusalKind(
    "signup.emails_differ",
    message=N_("Enter the same e-mail address in both fields."),
    expected="the same e-mail address twice",
    remedy="enter the same address in both fields",
)
INSTITUTION = RefusalKind(
    "signup.institution_address",
    message=N_("You cannot create an account with an e-mail that belongs to an institution"),
    expected="an address that belongs to no institution",
    remedy="use another address; staff of an institution has an account already",
)
PRIVACY = RefusalKind(
    "signup.privacy_missing",
    message=N_("Tick the box to say that you have read the privacy statement."),
    expected="the privacy statement's box ticked",
    remedy="tick the box",
)


@dataclass(frozen=True)
class SignUp:
    """What the sign-up page asks for, in its order (facts, sign-up page)."""

    first_name: str
    last_name: str
    email: str
    email_confirm: str
    language: str = DEFAULT
    privacy: bool = True
    login_query: str = ""
    """What `/cas/login` was asked for when the person started, to continue with in the end."""


def register(world: World, sign_up: SignUp) -> Account:
    """Make an account without password and send the mail. Raises the first Refusal of `problems`."""
    for problem in problems(world, sign_up):
        raise problem
    new = NewAccount(
        first_name=sign_up.first_name,
        last_name=sign_up.last_name,
        email=sign_up.email,
        language=spoken(sign_up.language),
    )
    with world.database.session():
        account = create_account(world, new)
        world.journal.record(REGISTERED, person=account.email, uid=account.uid)
        send_link(world, account, login_query=sign_up.login_query)
    return account


def problems(world: World, sign_up: SignUp) -> Iterator[Refusal]:
    """Every rule that a sign-up breaks, in the order of the page's fields."""
    email = sign_up.email.strip().lower()
    names = (FIRST_NAME_WRONG, "firstName", sign_up.first_name), (LAST_NAME_WRONG, "lastName", sign_up.last_name)
    for kind, field, name in names:
        if problem := name_problem(world, kind, field, name):
            yield problem
    if problem := address_problem(world, email):
        yield problem
    elif email != sign_up.email_confirm.strip().lower():
        yield world.refuse(EMAILS_DIFFER, got="two different addresses", person=email, field="emailConfirm")
    if not sign_up.privacy:
        yield world.refuse(PRIVACY, got="an empty box", person=email, field="privacy")


def name_problem(world: World, kind: RefusalKind, field: str, name: str) -> Refusal | None:
    """A refusal where this is no first or last name; `kind` is for its length."""
    if problem := unseen_problem(world, name, field=field):
        return problem
    return None if is_name(name) else world.refuse(kind, got=f"{len(name.strip())} characters", field=field)


def address_problem(world: World, email: str) -> Refusal | None:
    """A refusal where an address cannot be that of a new account; it serves for a changed one too."""
    if is_institution(email.rpartition("@")[2]):
        got = email[:80]
        return world.refuse(INSTITUTION, got=got, person=got, field="email")
    if problem := check_address(world, email):
        return problem
    if find_account(world, email):
        return world.refuse(EMAIL_TAKEN, got=email, person=email, field="email")
    return None


def ask_for_password(world: World, login: str, *, login_query: str = "") -> Account:
    """Send the mail of "Lost your password?" with a link, for an account with a password and one without.

    Raises Refusal (account.unknown, account.disabled, link.too_many).
    """
    account = get_account(world, login)
    check_enabled(world, account)
    send_link(world, account, login_query=login_query)
    return account
