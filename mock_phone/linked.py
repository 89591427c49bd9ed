"""Which phones have an account."""

from sqlalchemy import func, select

from mock_phone.model import AccountRow, PhoneRow
from mock_phone.phone import Phone
from mock_world.world import World


def phones_with(world: World, account: str) -> list[Phone]:
    """Phones whose app is linked to the account, oldest first; case tells no accounts apart."""
    query = (
        select(PhoneRow)
        .join(PhoneRow.accounts)
        .where(PhoneRow.installed, AccountRow.known, func.lower(AccountRow.account) == account.lower())
        .distinct()
        .order_by(PhoneRow.number)
    )
    with world.database.session() as db:
        return [Phone(world, row) for row in db.scalars(query)]
