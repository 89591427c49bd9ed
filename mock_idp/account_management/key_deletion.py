"""Deleting a security key."""

from mock_idp.accounts.mails import Change, report_change
from mock_idp.accounts.model import Account
from mock_idp.factors.keys.rules import key_of
from mock_idp.factors.second_factors import check_last_factor
from mock_idp.signin.sessions import forget_lost_factors
from mock_world import World
from mock_world.events import EventType
from mock_world.i18n import N_

KEY_DELETED = EventType(
    "key.deleted",
    "The security key {key} of {person} was deleted.",
)
DELETED_MAIL = Change(N_('The security key "{name}" was deleted from your account.'))


def delete_key(world: World, account: Account, key_id: int) -> None:
    """Delete a key: nobody can sign in with it any more. Raises Refusal (key.unknown, factor.last)."""
    with world.database.session() as db:
        key = key_of(world, account.uid, key_id)
        check_last_factor(world, account)
        db.delete(key)
        forget_lost_factors(world, account.uid)
        world.journal.record(KEY_DELETED, person=account.email, key=key.name)
        report_change(world, account, DELETED_MAIL, name=key.name)
