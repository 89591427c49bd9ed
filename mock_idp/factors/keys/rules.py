"""The security keys of an account: finding and naming them (facts, methods in the list)."""

import unicodedata

from sqlalchemy import bindparam, select

from mock_idp.accounts.model import Account
from mock_idp.factors.keys.model import SecurityKey
from mock_world import RefusalKind, World
from mock_world.events import EventType
from mock_world.i18n import N_

RENAMED = EventType(
    "key.renamed",
    "A security key of {person} is called {key} now.",
)

NAME_WRONG = RefusalKind(
    "key.name_wrong",
    message=N_("Enter a name of 1 to 50 characters for the security key."),
    expected="a name of 1 to 50 printable characters",
    remedy="enter a shorter name, without control characters",
)
NAME_TAKEN = RefusalKind(
    "key.name_taken",
    message=N_("Choose another name: one of your security keys is called {name} already."),
    expected="a name that no other key of the account has",
    remedy="choose another name, or delete the other key first",
    status=409,
)
KEY_UNKNOWN = RefusalKind(
    "key.unknown",
    message=N_("Choose a security key from the list: this one does not exist any more."),
    expected="a security key of this account",
    remedy="open the list of security keys again",
    status=404,
)
_MAX_NAME = 50  # characters (our choice, as for devices)
_OF_ACCOUNT = select(SecurityKey).where(SecurityKey.uid == bindparam("uid")).order_by(SecurityKey.id)


def keys_of(world: World, uid: str) -> list[SecurityKey]:
    """The security keys of an account, oldest first."""
    with world.database.reading() as db:
        return list(db.scalars(_OF_ACCOUNT, {"uid": uid}))


def key_of(world: World, uid: str, key_id: int) -> SecurityKey:
    """One key of an account. Raises Refusal (key.unknown)."""
    with world.database.reading() as db:
        key = db.get(SecurityKey, key_id)
    if key is None or key.uid != uid:
        raise world.refuse(KEY_UNKNOWN, got="another key")
    return key


def free_name(world: World, account: Account, name: str, *, besides: int | None = None) -> str:
    """The name as it is stored; two keys whose names look alike could not be told apart (our choice).

    besides: a key that may have this name already. Raises Refusal (key.name_*).
    """
    name = " ".join(name.split())
    if not (1 <= len(name) <= _MAX_NAME and name.isprintable()):
        got = f"{len(name)} characters" if name.isprintable() else "characters that cannot be seen"
        raise world.refuse(NAME_WRONG, got=got, person=account.email, field="keyName")
    for key in keys_of(world, account.uid):
        if key.id != besides and _alike(key.name) == _alike(name):
            raise world.refuse(NAME_TAKEN, got=name, person=account.email, field="keyName", name=key.name)
    return name


def _alike(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def rename_key(world: World, account: Account, key: SecurityKey, name: str) -> None:
    """Give a key another name. Raises Refusal (key.name_*, key.unknown)."""
    with world.database.session():
        key = key_of(world, account.uid, key.id)
        key.name = free_name(world, account, name, besides=key.id)
        world.journal.record(RENAMED, person=account.email, key=key.name)
