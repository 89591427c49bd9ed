"""Changing and deleting people."""

from sqlalchemy import delete, select

from eulogin_harness.documents.people import PersonaChange
from eulogin_harness.personas.details import details_after
from eulogin_harness.personas.model import PersonaRow
from mock_cpms.access.rules import requests
from mock_idp.account_management.account_deletion import ACCOUNT_DELETED
from mock_idp.account_management.password_change import put_password
from mock_idp.account_management.revocation import revoke_sign_ins
from mock_idp.accounts.model import Account
from mock_idp.common import assurance
from mock_idp.factors.second_factors import no_factor_problem
from mock_idp.signin.sessions import end_sessions
from mock_phone.model import PhoneRow
from mock_world import World
from mock_world.database import Base
from mock_world.events import EventType

CHANGED = EventType(
    "persona.changed",
    "{person} was changed by the control API: {fields}.",
)
PERSONA_DELETED = EventType(
    "persona.deleted",
    "{person} was deleted by the control API, with account and phone.",
)
_PLAIN = (
    "first_name",
    "last_name",
    "language",
    "domain",
    "employee_type",
    "groups",
    "notifications",
    "always_two_factors",
    "disabled",
)


def find_person(world: World, person_id: int) -> PersonaRow | None:
    """The person of that id, unless the account was deleted."""
    query = select(PersonaRow).join(Account, Account.uid == PersonaRow.uid).where(PersonaRow.id == person_id)
    with world.database.reading() as db:
        return db.scalar(query)


def find_row(world: World, person_id: int) -> PersonaRow | None:
    """The person of that id, also where the account was deleted."""
    with world.database.reading() as db:
        return db.get(PersonaRow, person_id)


def change_person(world: World, row: PersonaRow, change: PersonaChange) -> None:
    """Change what is given. CPMS learns of it at the next sign-in, as in reality. Raises Refusal (factor.none_yet).

    A new password asks for no rule, but counts like one that the person set: sessions end, a mail tells of it.
    """
    given = change.model_dump(exclude_none=True)
    with world.database.session() as db:
        account = db.get_one(Account, row.uid)
        if change.always_two_factors and (problem := no_factor_problem(world, account)):
            raise problem
        for name in _PLAIN:
            if name in given:
                setattr(account, name, given[name])
        account.details = details_after(account.details, change)
        if change.assurance_level is not None:
            account.assurance_level = assurance.LEVELS[str(change.assurance_level)]
        if change.disabled:
            end_sessions(world, account.uid)
            revoke_sign_ins(world, account.uid)
        if change.password is not None:
            put_password(world, account, change.password)
            known = db.get_one(PersonaRow, row.id)
            known.password, known.password_hash = change.password, account.password_hash
        world.journal.record(CHANGED, person=account.email, fields=", ".join(given))


def deleted_accounts(world: World) -> dict[str, str]:
    """E-mail addresses, by unique identifier, of accounts that their owners deleted.

    Those whom somebody took off the list afterwards are left out.
    """
    deleted: dict[str, str] = {}
    for event in world.journal.events(types=[ACCOUNT_DELETED.name, PERSONA_DELETED.name]):
        if event.type == ACCOUNT_DELETED.name:
            deleted[event.fields["uid"]] = event.person or ""
        else:
            deleted = {uid: email for uid, email in deleted.items() if email != event.person}
    return deleted


def delete_person(world: World, row: PersonaRow) -> None:
    """Delete a person with everything that has its unique identifier, and the phone that was made with it."""
    with world.database.session() as db:
        account = db.get(Account, row.uid)
        email = account.email if account is not None else deleted_accounts(world).get(row.uid, row.email)
        for request in requests(world, uid=row.uid):
            db.delete(request)
        for phone in db.scalars(select(PhoneRow).where(PhoneRow.name == row.phone_id)):
            db.delete(phone)
        db.flush()
        for table in reversed(Base.metadata.sorted_tables):
            if "uid" in table.columns:
                db.execute(delete(table).where(table.columns["uid"] == row.uid))
        db.expire_all()
        world.journal.record(PERSONA_DELETED, person=email)
