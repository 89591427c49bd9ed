"""What people configure of their account (facts, account pages); adaptive authentication is not mocked."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from mock_idp.account_management.email_change import ask_for_email
from mock_idp.account_management.registration import FIRST_NAME_WRONG, LAST_NAME_WRONG, address_problem, name_problem
from mock_idp.account_management.revocation import revoke_email_links
from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import SELF_REGISTERED, Account
from mock_idp.factors.second_factors import no_factor_problem
from mock_world import Refusal, RefusalKind, World
from mock_world.events import EventType
from mock_world.i18n import N_, languages

CONFIGURED = EventType(
    "account.configured",
    "{person} changed the configuration of the own account: {fields}.",
)
CHANGED = Change(N_("The configuration of your account was changed."))

STAFF_READ_ONLY = RefusalKind(
    "account.staff_read_only",
    message=N_("Ask the service desk of your institution: it manages your name, e-mail address and language."),
    expected="name, e-mail address and language as they are, since the account belongs to an institution",
    remedy="change them by PATCH /api/personas/{{id}}, or leave them as they are",
    status=403,
)
LANGUAGE_UNKNOWN = RefusalKind(
    "account.language_unknown",
    message=N_("Choose a language from the list."),
    expected="a language of the list",
    remedy="choose one of {languages}",
)


@dataclass(frozen=True)
class Configuration:
    """What the page "Configure my account" holds; each name is that of the account's column."""

    first_name: str
    last_name: str
    email: str
    language: str
    notifications: bool
    warns: bool
    shows_details: bool
    always_two_factors: bool

    @classmethod
    def of(cls, account: Account) -> "Configuration":
        return cls(**{name: getattr(account, name) for name in cls.__dataclass_fields__})

    def differs(self, other: "Configuration") -> list[str]:
        """The names of the fields that are not alike."""
        mine, theirs = asdict(self), asdict(other)
        return [name for name in mine if mine[name] != theirs[name]]


# The account's columns, and the page's fields.
_OF_INSTITUTION = {
    "first_name": "firstName",
    "last_name": "lastName",
    "email": "email",
    "language": "emailLanguage",
}


def is_staff(account: Account) -> bool:
    """Whether an institution keeps this account, so that its owner cannot edit all of it (facts, account pages)."""
    return account.domain != SELF_REGISTERED


def problems(world: World, account: Account, configuration: Configuration) -> Iterator[Refusal]:
    """Every rule that a configuration breaks, in the order of the page's fields."""
    changed = configuration.differs(Configuration.of(account))
    yield from (
        _staff_problems(world, account, changed) if is_staff(account) else _problems(world, configuration, changed)
    )
    switched_on = "always_two_factors" in changed and configuration.always_two_factors
    if switched_on and (problem := no_factor_problem(world, account)):
        yield problem


def _staff_problems(world: World, account: Account, changed: list[str]) -> Iterator[Refusal]:
    for name in changed:
        if field := _OF_INSTITUTION.get(name):
            yield world.refuse(STAFF_READ_ONLY, got=f"another {name}", person=account.email, field=field)


def _problems(world: World, configuration: Configuration, changed: list[str]) -> Iterator[Refusal]:
    names = (
        (FIRST_NAME_WRONG, "first_name", configuration.first_name),
        (LAST_NAME_WRONG, "last_name", configuration.last_name),
    )
    for kind, name, given in names:
        if name in changed and (problem := name_problem(world, kind, _OF_INSTITUTION[name], given)):
            yield problem
    if "email" in changed and (problem := address_problem(world, configuration.email)):
        yield problem
    if "language" in changed and configuration.language not in languages():
        listed = ", ".join(languages())
        yield world.refuse(LANGUAGE_UNKNOWN, got="another one", field="emailLanguage", languages=listed)


def configure(world: World, account: Account, configuration: Configuration) -> None:
    """Change what differs; a new address counts once its mail's link is followed; sent
    with the address as it is, one that waits is given up.

    All or nothing. Raises the first Refusal of `problems`, or Refusal (email.too_many).
    """
    for problem in problems(world, account, configuration):
        raise problem
    with world.database.session() as db:
        account = db.get_one(Account, account.uid)
        changed = configuration.differs(Configuration.of(account))
        if "email" in changed:
            ask_for_email(world, account, configuration.email)
            changed.remove("email")
        else:
            revoke_email_links(world, account.uid)
        if changed:
            report_change(world, account, CHANGED)  # as the person wanted it until now
            world.journal.record(CONFIGURED, person=account.email, fields=", ".join(changed))
        for name in changed:
            setattr(account, name, getattr(configuration, name))
