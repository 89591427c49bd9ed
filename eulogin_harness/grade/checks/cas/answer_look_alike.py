"""Whether letters that look alike are taken for the same."""

from eulogin_harness.grade.cas_answers import with_user
from eulogin_harness.grade.cas_visits import expect_other_account
from eulogin_harness.grade.check import Weight, check
from eulogin_harness.grade.trial import Trial

_TO_FULL_WIDTH = 0xFF01 - ord("!")  # from ASCII to the letters as wide as ideographs (U+FF01 and on)


@check(
    "cas.answer-look-alike",
    title="A user of letters that look alike gets into another's account",
    done=(
        "EU Login's answer about a ticket names a user that Unicode's compatibility forms (NFKC) turn into another "
        "one's."
    ),
    expected="It compares users letter by letter, or signs nobody in.",
    why="Somebody who can register a name with such letters gets into the account of whom they like.",
    source="Unicode Technical Report 36, 2; CVE-2019-19844, a mistake of this kind in Django; CWE-180",
    weight=Weight.MEDIUM,
    remedy="unique-identifier",
)
def answer_look_alike(trial: Trial) -> None:
    victim = trial.user()
    user = "".join(chr(ord(letter) + _TO_FULL_WIDTH) for letter in victim.uid)
    expect_other_account(trial, with_user(user), victim, user, f"the user {user}, which looks like {victim.uid}")
