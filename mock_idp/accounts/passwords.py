"""Password rules (guide, G06), samples (G07) and hashes."""

import string
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mock_world import RefusalKind, World
from mock_world import settings as s
from mock_world.i18n import N_

# All ASCII punctuation: the guide's text lacks `_`, which is taken for an oversight.
GROUPS: dict[str, str] = {
    N_("Upper Case: A to Z"): string.ascii_uppercase,
    N_("Lower Case: a to z"): string.ascii_lowercase,
    N_("Numeric: 0 to 9"): string.digits,
    N_("Special Characters: !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"): string.punctuation,
}
_SAMPLE_LENGTH = 8  # characters, as in the guide

TOO_WEAK = RefusalKind(
    "password.too_weak",
    message=N_("Choose a password of at least {length} characters from at least {groups} of the four groups below."),
    expected="at least {length} characters from at least {groups} of the four groups",
    remedy="choose a longer or more mixed password, such as one of the samples",
)
DIFFER = RefusalKind(
    "password.differs",
    message=N_("Enter the same new password in both fields."),
    expected="the same password twice",
    remedy="enter the same password in both fields",
)

_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # cheap: a mock guards no real secret


@dataclass(frozen=True)
class Rules:
    """What a password obeys in a world: at least `length` characters, from at least `groups` of the four groups."""

    length: int
    groups: int


def rules_of(world: World) -> Rules:
    """The rules, for the server and for the check list on the pages."""
    return Rules(world.settings[s.PASSWORD_MIN_LENGTH], world.settings[s.PASSWORD_GROUPS])


def groups_of(password: str) -> int:
    """How many of the four groups a password draws from. Other characters count for none."""
    return sum(any(sign in group for sign in password) for group in GROUPS.values())


def obeys(world: World, password: str) -> bool:
    """Whether a password obeys the rules of this world."""
    rules = rules_of(world)
    return len(password) >= rules.length and groups_of(password) >= rules.groups


def check(world: World, password: str, *, person: str) -> None:
    """Raises Refusal (password.too_weak)."""
    if not obeys(world, password):
        rules = rules_of(world)
        raise world.refuse(
            TOO_WEAK,
            got=f"{len(password)} characters from {groups_of(password)} groups",
            person=person,
            field="newPassword",
            length=rules.length,
            groups=rules.groups,
        )


def check_same(world: World, password: str, confirm: str, *, person: str) -> None:
    """Raises Refusal (password.differs)."""
    if password != confirm:
        raise world.refuse(DIFFER, got="two different passwords", person=person, field="newPasswordConfirm")


def sample(world: World) -> str:
    """A password that obeys the rules, of the guide's length where the rules allow it."""
    rules = rules_of(world)
    groups = world.random.shuffled(list(GROUPS.values()))[: max(1, rules.groups)]
    certain = "".join(world.random.choice(group) for group in groups)
    rest = world.random.text("".join(groups), max(_SAMPLE_LENGTH, rules.length) - len(certain))
    return "".join(world.random.shuffled(certain + rest))


def hash_password(password: str) -> str:
    """Argon2id. PINs are kept the same way."""
    return _HASHER.hash(password)


def is_right(stored: str | None, password: str) -> bool:
    """Whether `password` is the one whose hash is stored; never where none was set."""
    try:
        return stored is not None and _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
