"""People whom the desk did not make: who signed up by pages gets an id when the people are listed first."""

from sqlalchemy import select

from eulogin_harness.personas.changing import deleted_accounts
from eulogin_harness.personas.model import PersonaRow
from mock_idp.accounts.model import Account
from mock_world import World


def remember_newcomers(world: World) -> None:
    """Give everybody an id who has an account, or had one and deleted it, and has no id yet; ids stay."""
    with world.database.session() as db:
        strangers = select(Account).where(Account.uid.not_in(select(PersonaRow.uid)))
        for account in db.scalars(strangers.order_by(Account.registered_at, Account.uid)):
            db.add(_row(account.uid, account.email, account.first_name, account.last_name))
        db.flush()
        deleted = deleted_accounts(world)
        known = set(db.scalars(select(PersonaRow.uid).where(PersonaRow.uid.in_(deleted)))) if deleted else set()
        db.add_all(_row(uid, email, "", "") for uid, email in deleted.items() if uid not in known)


def _row(uid: str, email: str, first_name: str, last_name: str) -> PersonaRow:
    return PersonaRow(
        uid=uid,
        origin="signed_up",
        email=email,
        first_name=first_name,
        last_name=last_name,
        stage="invited",
        networks=[],
        helpdesk_for=[],
    )
