"""Making and finding accounts."""

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from mock_idp.accounts.model import SELF_REGISTERED, Account
from mock_idp.accounts.names import bare, is_printable
from mock_idp.accounts.passwords import hash_password
from mock_idp.common import assurance
from mock_world import Refusal, RefusalKind, World
from mock_world import settings as s
from mock_world.database import cached
from mock_world.domains import is_harmless
from mock_world.i18n import N_
from mock_world.mail_routing import knows_addresses

# Local part: RFC 5321 atoms, letters of all alphabets; domain: labels of at least one sign, two of them.
_EMAIL = re.compile(r"(?!=\?)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([\w-]+\.)+[\w-]{2,}")
_LONGEST_EMAIL = 254  # characters (RFC 5321)
_LONGEST_NAME = 100  # characters
_BY_LOGIN = select(Account).where((Account.email == bindparam("login")) | (Account.uid == bindparam("login")))
_SAME = select(Account.email).where((Account.email == bindparam("email")) | (Account.uid == bindparam("uid")))
_BY_EMAIL = select(Account.uid).where(Account.email == bindparam("email"))

EMAIL_TAKEN = RefusalKind(
    "account.email_taken",
    message=N_("There is an account with this e-mail address already. Sign in, or ask for a new password."),
    expected="an e-mail address that no account has",
    remedy="sign in with that account, or use another address",
    status=409,
)
UID_TAKEN = RefusalKind(
    "account.uid_taken",
    message=N_("There is an account with this unique identifier already."),
    expected="a unique identifier that no account has",
    remedy="leave the identifier out: one is made up",
    status=409,
)
EMAIL_WRONG = RefusalKind(
    "account.email_wrong",
    message=N_("Enter an e-mail address such as name@hospital.example."),
    expected="an e-mail address",
    remedy="enter an address such as name@hospital.example",
    status=422,
)
NAME_WRONG = RefusalKind(
    "account.name_wrong",
    message=N_("Enter names of 1 to 100 characters."),
    expected="first and last name of 1 to 100 printable characters",
    remedy="enter the name, or a shorter form of it",
    status=422,
)
REAL_ADDRESS = RefusalKind(
    "account.real_address",
    message=N_("This is a mock: use an address such as ...@hospital.example"),
    expected="an e-mail address on a reserved domain (.example, .test, ...) or of setting allowed_domains",
    remedy="use an address such as name@hospital.example",
    status=422,
)
UNKNOWN_USER = RefusalKind(
    "account.unknown",
    message=N_("Check the spelling, or create an account: we know no user with this address or identifier."),
    expected="the e-mail address or unique identifier of an account",
    remedy="sign up first, or make a person by the control API",
    status=404,
)

DISABLED = RefusalKind(
    "account.disabled",
    message=N_("Ask the support of EU Login for help: this account was disabled by administrators."),
    expected="an account that administrators did not disable",
    remedy='enable it again, in this mock by PATCH /api/personas/{{id}} {{"disabled": false}}',
    status=403,
)
OTHER_USER = RefusalKind(
    "signin.other_user",
    message=N_(
        'You are currently logged in as user "{uid}" and cannot use an authentication factor '
        'registered to user "{other}"'
    ),
    expected="a factor of {uid}, who is signed in in this browser",
    remedy="log out first, or use a factor of your own",
    status=403,
)


@dataclass(frozen=True)
class NewAccount:
    """What a new account has; `uid` None is made up, `password` None means none was set yet."""

    first_name: str
    last_name: str
    email: str
    language: str = "en"
    uid: str | None = None
    password: str | None = None
    domain: str = SELF_REGISTERED
    employee_type: str = "n"
    assurance_level: int = assurance.LOW
    groups: Sequence[str] = ()
    notifications: bool = True
    details: Mapping[str, Any] = field(default_factory=dict)


def check_address(world: World, email: str) -> Refusal | None:
    """A refusal where `email` is no address, or could belong to somebody real."""
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        return world.refuse(EMAIL_WRONG, got=email[:80] or "nothing", field="email")
    allowed = world.settings[s.ALLOWED_DOMAINS]
    if is_harmless(email.rpartition("@")[2], allowed):
        return None
    return world.refuse(REAL_ADDRESS, got=email, field="email")


def is_name(text: str) -> bool:
    """Whether this can be a name: any alphabet, but nothing that no page or answer can show."""
    return 1 <= len(bare(text)) <= _LONGEST_NAME and is_printable(bare(text))


def create_account(world: World, new: NewAccount) -> Account:
    """Make an account, without any mail. Raises Refusal (account.email_taken, uid_taken, real_address)."""
    email = new.email.strip().lower()
    if problem := check_address(world, email):
        raise problem
    if not (is_name(new.first_name) and is_name(new.last_name)):
        raise world.refuse(NAME_WRONG, got="something else", person=email)
    with world.database.session() as db:
        account = Account(
            uid=_free_uid(world, email, new.uid),
            email=email,
            first_name=new.first_name.strip(),
            last_name=new.last_name.strip(),
            language=new.language,
            domain=new.domain,
            employee_type=new.employee_type,
            assurance_level=new.assurance_level,
            groups=list(new.groups),
            password_hash=hash_password(new.password) if new.password is not None else None,
            password_set_at=world.clock.now() if new.password is not None else None,
            former_passwords=[],
            registered_at=world.clock.now(),
            notifications=new.notifications,
            warns=False,
            shows_details=False,
            always_two_factors=False,
            disabled=False,
            details=dict(new.details),
        )
        db.add(account)
        db.flush()
    return account


def _free_uid(world: World, email: str, requested: str | None) -> str:
    """The requested identifier, or one like `n002a0t6`, as self-registered people have (facts, validation answer)."""
    while True:
        uid = (requested or "").lower() or "n00" + world.random.text(string.digits + string.ascii_lowercase, 5)
        with world.database.reading() as db:
            same = db.scalar(_SAME, {"email": email, "uid": uid})
        if same is None:
            return uid
        if same == email:
            raise world.refuse(EMAIL_TAKEN, got=email, person=email, field="email")
        if requested:
            raise world.refuse(UID_TAKEN, got=requested, person=email, field="uid")


@knows_addresses
@cached(Account)
def has_account(world: World, email: str) -> bool:
    with world.database.reading() as db:
        return db.scalar(_BY_EMAIL, {"email": email}) is not None


@cached(Account)
def find_account(world: World, login: str) -> Account | None:
    """The account with this e-mail address or unique identifier, to be read; to change it, fetch it by its `uid`."""
    login = login.strip().lower()
    with world.database.reading() as db:
        return db.scalar(_BY_LOGIN, {"login": login})


def get_account(world: World, login: str) -> Account:
    """The account with this e-mail address or unique identifier. Raises Refusal (account.unknown)."""
    account = find_account(world, login)
    if account is None:
        raise world.refuse(UNKNOWN_USER, got=login.strip()[:80] or "nothing", field="username")
    return account


def check_enabled(world: World, account: Account) -> None:
    """Raises Refusal (account.disabled)."""
    if account.disabled:
        raise world.refuse(DISABLED, got="a disabled account", person=account.email, field="username")


def check_same_user(world: World, signed_in: Account | None, account: Account) -> None:
    """Check that a second factor is of the person who is signed in already (facts, messages). Raises Refusal."""
    if signed_in is not None and signed_in.uid != account.uid:
        raise world.refuse(
            OTHER_USER, got=f"a factor of {account.uid}", person=account.email, uid=signed_in.uid, other=account.uid
        )
